"""Rows of one appointment that are moved, alone or together, and times that come back in another row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.admin.queue_actions import resolve_entry
from chalicelib.entries.manual_decision import ManualDecision, ManualNote
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from infra.local.networks.sent_message import ErrorAnswer
from tests.builders.entries import at
from tests.flow.covered.test_told_before import MOVES, REFUSED, SAY, a_practice, delete, enter, move
from tests.flow.test_grouping import FIRST, SECOND, THIRD, charged, states, texts


def test_a_covered_row_that_moves_alone_gets_its_own_message() -> None:
    day, desk = a_practice(**SAY, **MOVES)
    enter(desk, "X2", FIRST)
    day.play("2026-11-23 11:00")
    move(desk, "X2", SECOND)
    day.play("2026-11-23 13:00")
    assert texts(day) == ["09:00", "neu 11:00"]
    move(desk, "X2", FIRST)
    day.play("2026-11-23 20:00")
    assert texts(day) == ["09:00", "neu 11:00", "neu 09:00"]
    assert states(desk)["T1"] == "delivered"


@pytest.mark.parametrize("later", [False, True], ids=["at once", "one after the other"])
@pytest.mark.parametrize("first", ["T1", "X2"])
def test_both_rows_of_an_appointment_that_move_to_one_time_get_one_message(first: str, later: bool) -> None:
    day, desk = a_practice(**SAY, **MOVES)
    enter(desk, "X2", FIRST)
    day.play("2026-11-23 11:00")
    move(desk, first, SECOND)
    if later:
        day.play("2026-11-23 13:00")
    move(desk, "X2" if first == "T1" else "T1", SECOND)
    day.play("2026-11-23 15:00")
    assert texts(day) == ["09:00", "neu 11:00"]
    for name in ("T1", "X2"):
        move(desk, name, THIRD)
    day.play("2026-11-23 20:00")
    assert texts(day) == ["09:00", "neu 11:00", "neu 16:30"]


def test_both_rows_of_a_message_about_a_move_that_was_refused_are_phoned() -> None:
    day, desk = a_practice(**SAY, **MOVES)
    enter(desk, "X2", FIRST)
    day.play("2026-11-23 11:00")
    day.parts.networks.on_request = lambda message: REFUSED
    move(desk, "T1", SECOND)
    move(desk, "X2", SECOND)
    day.play("2026-11-23 20:00")
    moved = [one for one in day.parts.data.entries["praxis"].values() if one.kind is Kind.RESCHEDULED]
    assert [one.state for one in moved] == [State.REFUSED, State.REFUSED]
    assert [one.announced_start for one in moved] == ["2026-11-24T11:00"] * 2


def test_a_row_at_the_new_time_of_one_that_moves_is_told_with_it() -> None:
    day, desk = a_practice(**SAY, **MOVES)
    day.play("2026-11-23 11:00")
    move(desk, "T1", SECOND)
    enter(desk, "X2", SECOND)
    day.play("2026-11-23 20:00")
    assert (texts(day), states(desk)["X2"]) == (["09:00", "neu 11:00"], "covered")


def test_a_time_that_comes_back_in_another_row_after_another_time_was_told_is_told_again() -> None:
    day, desk = a_practice(**SAY, **MOVES)
    day.play("2026-11-23 11:00")
    enter(desk, "X2", SECOND)
    delete(desk, "T1")
    day.play("2026-11-23 13:00")
    enter(desk, "X3", FIRST)
    delete(desk, "X2")
    day.play("2026-11-23 20:00")
    assert texts(day) == ["09:00", "11:00", "09:00"]


def test_a_row_that_moves_to_the_time_of_another_appointment_is_told() -> None:
    day, desk = a_practice(**SAY, **MOVES)
    enter(desk, "X2", SECOND)
    day.play("2026-11-23 11:00")
    move(desk, "T1", SECOND)
    day.play("2026-11-23 20:00")
    assert texts(day) == ["09:00", "11:00", "neu 11:00"]


def test_the_old_time_of_an_appointment_that_moved_was_not_told_last() -> None:
    day, desk = a_practice(**SAY, **MOVES)
    day.play("2026-11-23 11:00")
    move(desk, "T1", SECOND)
    day.play("2026-11-23 13:00")
    enter(desk, "X2", FIRST)
    day.play("2026-11-23 20:00")
    assert texts(day) == ["09:00", "neu 11:00", "09:00"]


@pytest.mark.parametrize("moves", [{}, MOVES], ids=["moves are not told", "moves are told"])
def test_a_covered_row_on_a_later_day_is_told_if_its_message_fails_after_its_start(
    moves: dict[str, str],
) -> None:
    day, desk = a_practice(**SAY, **moves)
    enter(desk, "X2", FIRST)
    day.play("2026-11-24 09:30")
    move(desk, "X2", "2026-11-25 14:00")
    told = desk.entries["T1"]
    day.parts.data.put(replace(told, state=State.FAILED, version=told.version + 1))
    day.play("2026-11-24 20:00")
    assert (texts(day), states(desk)["X2"], charged(desk)) == (["09:00", "14:00"], "delivered", 2)


def test_a_waiting_row_that_is_moved_to_a_start_that_was_told_is_covered_until_that_start() -> None:
    day, desk = a_practice(**SAY)
    day.play("2026-11-23 11:00")
    enter(desk, "X2", SECOND)
    desk.parts.data.balances[desk.name, "M1"] = 0
    day.play("2026-11-23 12:10")
    move(desk, "X2", FIRST)
    desk.parts.data.balances[desk.name, "M1"] = 10_000
    day.play("2026-11-23 12:40")
    covered = desk.entries["X2"]
    assert (texts(day), covered.state, covered.starts_at, covered.expires_at) == (
        ["09:00"], State.COVERED, at(FIRST), at(FIRST),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["T1", "X2"])
def test_a_covered_row_that_moves_while_its_message_waits_again_gets_its_own(name: str) -> None:
    """A person sends the message again that had no answer."""
    day, desk = a_practice(**SAY, **MOVES)
    enter(desk, "X2", FIRST)
    answers = iter([ErrorAnswer("InternalError", status=500)])
    day.parts.networks.on_request = lambda message: next(answers, None)
    day.play("2026-11-23 11:58")
    decision, note = ManualDecision.RESEND, ManualNote("anna", "")
    resolve_entry("praxis", desk.entries["T1"].key, decision, note, "de", day.cloud.world.now, day.parts)
    move(desk, name, SECOND)
    day.play("2026-11-23 13:00")
    assert sorted(texts(day)) == ["09:00", "11:00"]
