"""Alerts: sent once per cause, whatever their wording."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.planning.alerts import Alert, AlertKind, last_run_failed, minute, parse_cause, patients, unknown_text
from chalicelib.planning.run_report import Tally
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from tests.builders.entries import NOW, ZURICH, at, entry

SAID = Text("alert.low_balance", Text("credits", count=7), mandant="M1")
LOW = Alert(AlertKind.LOW_BALANCE, "M1", SAID)


def test_the_cause_names_the_kind_and_the_subject_and_stays_short() -> None:
    cause = str(LOW.cause)
    assert cause == "low-balance#M1#" + cause[-16:]
    assert parse_cause(cause) == ("low-balance", "M1")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(LOW, text=Text(SAID.code, Text("credits", count=6), mandant="M1")), id="a part"),
        pytest.param(replace(LOW, details=(Text("credits", count=1),)), id="the details"),
        pytest.param(replace(LOW, operator=False), id="who is told"),
    ],
)
def test_what_may_change_while_the_cause_stays(other: Alert) -> None:
    assert other.cause == LOW.cause


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(LOW, kind=AlertKind.NO_CREDITS), id="the kind"),
        pytest.param(replace(LOW, subject="M2"), id="the subject"),
        pytest.param(replace(LOW, text=Text("alert.no_credits", mandant="M1")), id="the code"),
        pytest.param(replace(LOW, text=Text(SAID.code, mandant="M2")), id="a value"),
        pytest.param(replace(LOW, depends_on="täglich 10:00"), id="what it depends on"),
    ],
)
def test_what_makes_another_cause(other: Alert) -> None:
    assert other.cause != LOW.cause


def test_what_is_told_each_time_has_no_cause() -> None:
    assert replace(LOW, once=False).cause is None


@given(st.sampled_from(AlertKind), st.text())
def test_any_subject_is_read_back_from_a_cause(kind: AlertKind, subject: str) -> None:
    """A Mandant may have a # in its id."""
    assert parse_cause(str(Alert(kind, subject, SAID).cause)) == (kind, subject)


OF_M2 = str(replace(LOW, subject="M2").cause)


@pytest.mark.parametrize(
    ("alert", "raised", "told"),
    [
        pytest.param(replace(LOW, once=False), {LOW.cause}, True, id="without a cause: each time"),
        pytest.param(LOW, set(), True, id="a new cause"),
        pytest.param(LOW, {LOW.cause}, False, id="a cause that was told and is not over"),
        pytest.param(LOW, {OF_M2}, True, id="of another Mandant"),
    ],
)
def test_an_alert_is_told_once_for_its_cause(alert: Alert, raised: set[str], told: bool) -> None:
    tally = Tally()
    tally.add_alert(alert, frozenset(raised))
    assert tally.alerts == ([alert] if told else [])


def test_a_failed_run_is_found_by_its_job_whatever_was_said() -> None:
    raised = {str(Alert(AlertKind.RUN_FAILED, Job.SEND, Text("alert.run_failed", Text("run.dead"))).cause)}
    assert (last_run_failed(Job.SEND, raised), last_run_failed(Job.STATUS, raised)) == (True, False)


def test_the_minutes_of_alerts_sort_by_time() -> None:
    moments = [NOW, NOW + timedelta(minutes=1), NOW + timedelta(days=30)]
    assert sorted(map(minute, reversed(moments))) == [minute(one) for one in moments]
    assert minute(at("2026-11-23 10:05")) == "2026-11-23T09:05Z"


def test_details_name_the_patient_by_number_and_when() -> None:
    (detail,) = patients([entry(patient="P7")], ZURICH)
    assert detail == Text("fact.patient_at", patient="P7", at=entry().expires_at.astimezone(ZURICH))


def test_the_count_of_unknown_messages_is_no_cause_of_its_own() -> None:
    assert unknown_text(2).parts == (Text("alert.unknown_messages", count=2),)
    assert not unknown_text(2).values
