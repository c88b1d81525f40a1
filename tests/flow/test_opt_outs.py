"""Opt-outs in a practice's days: from each source, which messages are still sent, and what the practice sees."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.entries.states import State
from chalicelib.practice.opt_out import Source
from chalicelib.schedule.job import Job
from infra.language import said
from infra.local.networks import delivery_outcomes as fates
from infra.local.networks.delivery_outcomes import Fate
from infra.local.networks.sent_message import SentMessage
from tests.builders.calls import entries_to_phone
from tests.fakes.wiring import CONFIGURATION_SET, STAGE
from tests.flow.fake_build import Day, Desk, at, why

NUMBER, MAILBOX = "+41790000001", "p1@praxis.example"
MAIL: dict[str, Any] = {"Mobiltelefon": None, "EMail": MAILBOX}
OPTED_OUT = Fate(False, timedelta(seconds=30), "Phone number is opted out", None)


def practice(**columns: Any) -> tuple[Day, Desk]:
    """A patient with an appointment tomorrow and one in three days."""
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    desk.appointment("2026-11-24 09:00", **columns)
    again(desk, "2026-11-26 09:00")
    return day, desk


def again(desk: Desk, starts_at: str) -> None:
    """Another appointment of the patient."""
    n = len(desk.tables["Termin"]) + 1
    desk.tables["Termin"].append({**desk.tables["Termin"][0], "TerminId": f"T{n}", "Beginn": f"{starts_at}:00"})


def noted(desk: Desk) -> list[Source]:
    return [opt_out.source for opt_out in desk.record.opt_outs.values()]


def skipped(desk: Desk) -> Counter[str]:
    found: Counter[str] = Counter()
    for _, _, line in desk.runs(Job.PREPARE_REMINDERS):
        found.update(line["skipped"])
    return found


def called(desk: Desk) -> list[str]:
    now = desk.cloud.world.now
    return [str(entry.appointment) for entry in entries_to_phone(desk.entries.values(), desk.practice, now)]


def event(message: SentMessage, kind: str, **parts: Any) -> str:
    """An SES event of this e-mail."""
    bounce = fates.mail_ended(message, CONFIGURATION_SET, Fate(True, timedelta(minutes=3), "", None))
    return json.dumps({"eventType": kind, "mail": bounce["mail"], **parts})


@pytest.mark.parametrize(
    ("when", "states", "sent"),
    [
        pytest.param("2026-11-23 09:59", {}, [], id="before it is prepared: no entry"),
        pytest.param("2026-11-23 10:02", {"T1": "cancelled"}, [], id="between the two: cancelled"),
        pytest.param("2026-11-23 10:20", {"T1": "delivered"}, ["23T09:05"], id="after it left"),
    ],
)
def test_a_person_stops_what_is_not_handed_over(when: str, states: dict[str, str], sent: list[str]) -> None:
    day, desk = practice()
    day.cloud.at(at(when), lambda: desk.opt_out(NUMBER))
    day.play("2026-11-25 12:00")
    assert ({name: entry.state.value for name, entry in desk.entries.items()}, [t for t, _ in desk.sent()]) == (
        states, sent,
    )  # fmt: skip
    assert skipped(desk)["not_opted_out"] == 2 - len(states)
    assert called(desk) == []
    assert {said(entry.reason) for entry in desk.entries.values()} <= {
        "", "Die Mobiltelefonnummer ist abgemeldet; keine E-Mail-Adresse erfasst",
    }  # fmt: skip


def test_what_is_reserved_still_leaves_and_nothing_after_it() -> None:
    """The text is frozen, and `deliver` reads no opt-outs: the half hour within which it claims is the margin."""
    day, desk = practice()
    day.parts.networks.fail_next("Throttling")
    day.cloud.at(at("2026-11-23 10:05:30"), lambda: desk.opt_out(NUMBER))
    day.play("2026-11-25 12:00")
    assert [when for when, _ in desk.sent()] == ["23T09:06"]
    assert skipped(desk)["not_opted_out"] == 1


def test_a_patient_with_another_address_is_written_to_there() -> None:
    day, desk = practice(EMail=MAILBOX)
    day.cloud.at(at("2026-11-23 10:02"), lambda: desk.opt_out(NUMBER))
    day.play("2026-11-25 12:00")
    assert [(message.at.day, message.to) for message in day.parts.networks.messages] == [(23, MAILBOX), (25, MAILBOX)]
    day.cloud.at(at("2026-11-25 12:01"), lambda: desk.opt_out(MAILBOX.upper()))
    again(desk, "2026-11-27 09:00")
    day.play("2026-11-26 12:00")
    assert len(day.parts.networks.messages) == 2
    assert skipped(desk)["not_opted_out"] == 1


def test_another_practice_is_not_concerned() -> None:
    day, desk = practice()
    other = day.practice("andere")
    other.appointment("2026-11-24 09:00")
    desk.opt_out(NUMBER)
    day.play("2026-11-23 12:00")
    assert (len(desk.entries), [entry.state for entry in other.entries.values()]) == (0, [State.DELIVERED])
    assert other.record.opt_outs == {}


def test_the_carrier_s_log_teaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    day, desk = practice()
    monkeypatch.setattr(fates, "fate", lambda *_: OPTED_OUT)
    day.play("2026-11-25 12:00")
    assert (noted(desk), desk.entries["T1"].state, list(desk.entries)) == ([Source.CARRIER], State.FAILED, ["T1"])
    assert len(desk.sent()) == 1
    assert [line["counts"]["opted_out"] for _, _, line in desk.runs(Job.STATUS) if "opted_out" in line["counts"]] == [1]


def test_any_other_failure_teaches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    day, desk = practice()
    monkeypatch.setattr(fates, "fate", lambda *_: replace(OPTED_OUT, response="Invalid phone number"))
    day.play("2026-11-25 12:00")
    assert (noted(desk), len(desk.sent())) == ([], 2)


@pytest.mark.parametrize("crash", ["", "before practices.add_opt_out", "after practices.add_opt_out"])
def test_a_request_that_is_refused_for_it_teaches_it(crash: str) -> None:
    day, desk = practice()
    day.parts.networks.fail_next("OptedOut")

    def once(moment: str, call: str) -> None:
        if f"{moment} {call}" == crash:
            day.cloud.world.fault = lambda moment, call: None
            raise MemoryError

    day.cloud.world.fault = once
    day.play("2026-11-25 12:00")
    assert (noted(desk), desk.entries["T1"].state, list(desk.entries)) == ([Source.CARRIER], State.REFUSED, ["T1"])
    assert day.parts.data.mailboxes[desk.name] == {}
    assert len(day.parts.networks.messages) == 0


@pytest.mark.parametrize(
    ("kind", "parts", "source", "state"),
    [
        pytest.param("Complaint", {"complaint": {"complaintFeedbackType": "abuse"}}, Source.COMPLAINT, State.DELIVERED,
                     id="a complaint"),
        pytest.param("Bounce", {"bounce": {"bounceType": "Permanent"}}, Source.BOUNCE, State.FAILED,
                     id="a hard bounce"),
        pytest.param("Bounce", {"bounce": {"bounceType": "Transient"}}, None, State.DELIVERED, id="a soft bounce"),
        pytest.param("Complaint", {"complaint": {"complaintFeedbackType": "not-spam"}}, None, State.DELIVERED,
                     id="praise"),
    ],
)  # fmt: skip
def test_an_event_of_ses_teaches_it(kind: str, parts: dict[str, Any], source: Source | None, state: State) -> None:
    day, desk = practice(**MAIL)
    day.play("2026-11-23 14:00")
    (message,) = day.parts.networks.messages
    day.parts.queues.receipts_queue.send([event(message, kind, **parts)])
    day.play("2026-11-25 12:00")
    assert (noted(desk), desk.entries["T1"].state) == ([source] if source else [], state)
    assert len(day.parts.networks.messages) == (1 if source else 2)
    assert called(desk) == (["T2"] if source is Source.BOUNCE else [])  # a dead mailbox is no opt-out: phone
    assert day.parts.data.mailboxes[desk.name] == {}


def test_a_complaint_that_another_practice_s_tick_brings_home_is_noted_at_the_next_one() -> None:
    day, desk = practice(**MAIL)
    day.practice("andere", status__Zeitplan="täglich 15:10")
    day.play("2026-11-23 14:00")
    day.parts.queues.receipts_queue.send([event(day.parts.networks.messages[0], "Complaint")])
    day.play("2026-11-23 15:20")
    assert noted(desk) == []
    day.play("2026-11-23 15:30")
    assert noted(desk) == [Source.COMPLAINT]


def test_what_the_sweep_applies_after_a_week_is_learnt_by_the_next_status_job() -> None:
    day, desk = practice(**MAIL)
    desk.tables["Termin"].pop()
    desk.set("status/Aktiviert", "Nein")
    day.play("2026-11-23 10:06")
    day.parts.queues.receipts_queue.send([event(day.parts.networks.messages[0], "Complaint")])
    day.play("2026-11-30 12:00")
    assert (desk.entries["T1"].state, noted(desk)) == (State.DELIVERED, [])
    desk.set("status/Aktiviert", "Ja")
    day.play("2026-12-01 12:00")
    assert (noted(desk), day.parts.data.mailboxes[desk.name]) == ([Source.COMPLAINT], {})


def test_what_was_removed_is_sent_again() -> None:
    day, desk = practice()
    day.cloud.at(at("2026-11-23 10:02"), lambda: desk.opt_out(NUMBER))
    day.play("2026-11-23 12:00")
    assert desk.entries["T1"].state is State.CANCELLED
    (digest,) = desk.record.opt_outs
    day.parts.practices.drop_opt_out(desk.name, digest)
    day.play("2026-11-25 12:00")
    assert [when for when, _ in desk.sent()] == ["25T09:05"]


def test_without_the_key_nothing_is_prepared_or_sent_until_it_is_back() -> None:
    day, desk = practice()
    day.cloud.at(at("2026-11-23 10:02"), lambda: desk.opt_out("+41790009999"))
    name = f"/vitosms-secrets/{STAGE}/{desk.name}/Abmeldungen"
    saved: list[str] = []

    def lose() -> None:
        saved.append(day.parts.parameters.values[name])
        day.parts.parameters.delete(name)

    day.cloud.at(at("2026-11-23 10:03"), lose)
    day.cloud.at(at("2026-11-23 11:00"), lambda: day.parts.parameters.put(name, saved[0]))
    day.play("2026-11-23 12:00")
    runs = [(outcome, why(line)) for _, outcome, line in desk.runs(Job.SEND)]
    assert runs[0] == ("failed", [f"Der Parameter {name} mit dem Schlüssel der Abmeldungen fehlt."])
    assert [when for when, _ in desk.sent()] == ["23T10:05"]


def test_a_run_asks_for_the_key_once_and_only_where_there_are_opt_outs() -> None:
    day, desk = practice()
    for n in range(250):
        desk.appointment(f"2026-11-24 {8 + n % 10:02}:00")
    day.play("2026-11-23 12:00")
    assert day.cloud.world.calls.count("parameters.secret") == 0
    desk.opt_out(NUMBER)
    day.cloud.world.calls.clear()
    day.play("2026-11-24 12:00")
    runs = [len(desk.runs(job)) for job in (Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS, Job.SEND)]
    assert (runs, day.cloud.world.calls.count("parameters.secret")) == (
        [2, 2, 2],
        4,
    )  # once by night, for the forecasts
