"""The call list and its calls while an appointment moves."""

from __future__ import annotations

import pytest

from chalicelib.entries.phone_call import CallOutcome
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from infra.local.networks.sent_message import ErrorAnswer
from tests.builders.entries import at
from tests.flow.calls.test_phone_calls import COMING, NINE, NOT_REACHED, listed, names, note
from tests.flow.fake_build import Day, Desk

PLANS = {
    "prepare-reminders/Zeitplan": "täglich alle 2 Stunden 08:00-18:00",
    "send/Zeitplan": "täglich alle 2 Stunden 08:05-18:05",
}
MOVED = "2026-11-24 16:00"


def a_practice(day: Day, credits: int = 100) -> Desk:
    """With one appointment tomorrow at nine; it prepares every two hours, and tells moves."""
    switches = {"Schalter__OffsetSuchTage": "1", "Schalter__ErinnerungBeiVerschiebung": "Ja"}
    desk = Desk(day, "praxis", "Europe/Zurich", switches, credits)
    for name, plan in PLANS.items():
        desk.set(name, plan)
    desk.appointment(NINE)
    return desk


def move(desk: Desk, start: str) -> None:
    desk.tables["Termin"][0]["Beginn"] = f"{start}:00"


@pytest.mark.parametrize("outcome", [NOT_REACHED, COMING])
def test_a_waiting_message_that_follows_its_appointment_keeps_the_calls(outcome: CallOutcome) -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day, credits=0)
    day.play("2026-11-23 11:58")
    note(desk, outcome)
    move(desk, MOVED)
    day.play("2026-11-23 12:02")  # before a send run, which would follow it too
    entry = desk.entries["T1"]
    assert (entry.state, entry.starts_at) == (State.PREPARED, at(MOVED))
    assert [(one.outcome, one.start) for one in entry.phone_calls] == [(outcome, "2026-11-24T09:00")]


def test_who_was_told_a_move_and_the_way_back_leaves_the_list_although_the_reminder_is_unknown() -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    day.parts.networks.fail_next("InternalError")
    day.play("2026-11-23 11:00")
    assert names(desk) == ["T1"]
    for start, until in ((MOVED, "2026-11-23 13:00"), (NINE, "2026-11-23 15:00")):
        move(desk, start)
        assert names(desk) == ["T1"], f"nobody has told {start} yet"
        day.play(until)
        assert names(desk) == []
    assert State.UNKNOWN in {entry.state for entry in listed(desk).entries}


@pytest.mark.parametrize("arrives", [True, False])
def test_a_message_about_a_move_takes_the_place_of_its_refused_reminder(arrives: bool) -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    refusal = ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber")
    day.parts.networks.on_request = lambda message: refusal
    day.play("2026-11-23 11:00")
    note(desk, COMING)
    move(desk, MOVED)
    assert [line.entry for line in listed(desk).calls] == ["reminder:T1"]
    day.play("2026-11-23 12:02")
    assert names(desk) == [], "the message about the move is about to leave"
    day.parts.networks.on_request = lambda message: None if arrives else refusal
    day.play("2026-11-23 13:00")
    assert [line.entry for line in listed(desk).calls] == ([] if arrives else ["rescheduled:T1:1"])


def test_a_start_that_only_an_unknown_message_tells_is_phoned_about_when_it_is_back() -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    day.play("2026-11-23 11:00")
    move(desk, MOVED)
    day.parts.networks.fail_next("InternalError")
    day.play("2026-11-23 13:00")
    desk.tables["Patient"][0]["Mobiltelefon"] = None
    move(desk, "2026-11-24 17:00")
    day.play("2026-11-23 15:00")
    moves = {
        one.identity: one.state for one in day.parts.data.entries["praxis"].values() if one.kind is Kind.RESCHEDULED
    }
    assert moves == {"rescheduled:T1:1": State.UNKNOWN, "rescheduled:T1:2": State.NOT_SENDABLE}
    move(desk, MOVED)
    assert names(desk) == ["T1"]
