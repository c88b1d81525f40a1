"""`vitosms canary` on a local cloud, which watches a practice of the id `canary`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.credits import totals_of
from chalicelib.job import Job
from chalicelib.wiring import wiring
from infra.cli import canary
from infra.cli.canary import CANARY
from infra.local.rehearsal import Rehearsal
from tests.flow.build import PRACTICE, at
from tests.infra.running import Vitosms, running
from tests.infra.template import ALARMS

TO, SENDER = "betrieb@vitosms.example", "vitosms@vitosms.example"
ADD = ("canary", "add", "--to", TO, "--sender", SENDER, "--at", "10:00")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """A practice at 09:55."""
    with running(tmp_path_factory.mktemp("canary")) as (rehearsed, _):
        rehearsed.cloud.verify_mail_sender(SENDER)
        yield rehearsed


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def everything(practice: str) -> tuple[Any, ...]:
    """What the stage knows of a practice."""
    parts = wiring()
    ledger = parts.store.ledger(practice, "canary")
    return parts.practices.record(practice), parts.parameters.saved(practice), totals_of(ledger)


def listed(vitosms: Vitosms) -> dict[str, bool]:
    return {one["practice"]: one["canary"] for one in vitosms.told("practice", "list")["practices"]}


def test_before_it_is_registered_there_is_none(vitosms: Vitosms) -> None:
    assert vitosms.refuses("canary", "status") == "no practice 'canary' in stage local; there is praxis"


def test_it_is_registered_with_all_it_needs_and_delivered_the_same_morning(vitosms: Vitosms, stage: Rehearsal) -> None:
    shown = vitosms.shows(*ADD)
    assert shown == f"canary: registered; from its next 10:00 on, a message a day to {TO}\n"
    checked = vitosms.told("switches", "check", "--practice", CANARY)
    assert (checked["problems"], checked["remarks"], checked["warnings"]) == ({}, [], [])
    assert vitosms.told("doctor", "--practice", CANARY)["counts"].keys() == {"gut"}
    code, out, _ = vitosms.run("canary", "status")
    assert (code, out) == (1, "canary: last delivered never, or too long ago to be known\n")
    stage.cloud.play(at("10:26"))
    assert vitosms.shows("canary", "status") == "canary: last delivered Mo 23.11.2026 10:10\n"
    counted = [line for line in stage.cloud.lambda_output if '"CanaryDelivered":[1' in line]
    assert len(counted) == 1
    assert stage.cloud.lambda_errors == []


def test_registered_again_it_stays_as_it_is(vitosms: Vitosms) -> None:
    before = everything(CANARY)
    assert vitosms.shows(*ADD).startswith("canary: changed;")
    assert everything(CANARY) == before


def test_its_time_and_address_can_be_changed(vitosms: Vitosms, stage: Rehearsal) -> None:
    document = vitosms.told("canary", "add", "--to", "079 000 00 01", "--at", "11:15")
    assert (document["to"], document["from"], document["watched"]) == ("+41790000001", None, True)
    stage.cloud.settle()
    record = wiring().practices.record(CANARY)
    assert record is not None
    assert record.jobs[Job.PREPARE_REMINDERS].schedule == "täglich 11:15"
    assert wiring().parameters.database_url(CANARY) == "canary://?to=%2B41790000001"


def test_the_list_shows_it_as_what_it_is(vitosms: Vitosms) -> None:
    assert listed(vitosms) == {CANARY: True, PRACTICE: False}
    assert vitosms.shows("practice", "list").count("Testpraxis") == 1


def test_it_keeps_nobody_from_leaving_out_the_only_practice_with_patients(vitosms: Vitosms) -> None:
    assert vitosms.told("licences", "list")["practice"] == PRACTICE


def test_what_keeps_it_from_sending_is_told(vitosms: Vitosms) -> None:
    vitosms.shows("practice", "pause", CANARY, "--reason", "Wartung")
    assert vitosms.told("canary", "status")["warnings"] == ["paused: Wartung"]
    vitosms.shows("practice", "resume", CANARY)


def test_it_is_overdue_when_its_alarm_is(vitosms: Vitosms, monkeypatch: pytest.MonkeyPatch) -> None:
    alarm = ALARMS["CanaryNotDelivered"]
    assert timedelta(seconds=alarm["Period"] * alarm["EvaluationPeriods"]) == canary._WATCHED_FOR
    monkeypatch.setattr(canary, "_WATCHED_FOR", timedelta(minutes=15))
    code, out, _ = vitosms.run("canary", "status")
    assert (code, out) == (1, "canary: last delivered Mo 23.11.2026 10:10\n")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--to", "betrieb@"), "--to 'betrieb@': allowed is an e-mail address, or a mobile number such as"),
        (("--to", "044 000 00 01"), "--to '044 000 00 01': allowed is"),
        (("--to", TO, "--at", "07:10"), "--at '07:10': allowed is a quarter of an hour, such as 07:00 or 07:15"),
        (("--to", TO, "--at", "24:00"), "--at '24:00'"),
        (("--to", TO), "--sender is missing: an address that SES has verified (the stage has no AlertSender)"),
        (("--to", TO, "--sender", "vitosms"), "--sender 'vitosms': this is no e-mail address"),
        (("--to", TO, "--sender", "b@vitosms.example"), f"canary was registered with the sender {SENDER}"),
        (("--to", TO, "--sender", SENDER, "--practice", "Test"), "--practice 'Test': allowed are"),
        (("--to", TO, "--sender", SENDER, "--practice", PRACTICE), "praxis is a practice with patients, and no canary"),
    ],
)
def test_what_is_given_wrongly_changes_nothing(vitosms: Vitosms, args: tuple[str, ...], told: str) -> None:
    def secrets() -> dict[str, str]:
        return {practice: wiring().parameters.database_url(practice) for practice in wiring().practices.all()}

    before = secrets()
    assert told in vitosms.refuses("canary", "add", *args)
    assert secrets() == before


def test_where_the_stage_does_not_watch_it_that_is_told(vitosms: Vitosms) -> None:
    (warning,) = vitosms.told(*ADD, "--practice", "canary-2")["warnings"]
    assert warning == "no alarm watches it before the stage is deployed with CanaryPractice=canary-2"
    assert listed(vitosms) == {CANARY: True, "canary-2": False, PRACTICE: False}


@pytest.mark.parametrize("verb", ["status", "remove"])
def test_a_practice_with_patients_is_left_alone(vitosms: Vitosms, verb: str) -> None:
    yes = ("--yes",) if verb == "remove" else ()
    assert "no canary; nothing was changed" in vitosms.refuses("canary", verb, "--practice", PRACTICE, *yes)


def test_it_is_removed_as_any_practice_is(vitosms: Vitosms) -> None:
    assert "give --yes to do it" in vitosms.refuses("canary", "remove")
    assert vitosms.told("canary", "remove", "--yes")["state"] == "entfernt"
    assert "practice 'canary' was removed on 2026-11-23" in vitosms.refuses(*ADD)
