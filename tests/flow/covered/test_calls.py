"""The call list when several messages are about one appointment."""

from __future__ import annotations

import pytest

from chalicelib.entries.entry import with_phone_calls
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.reports.current_call_list import current_call_list
from tests.builders.entries import phoned
from tests.flow.covered.test_told_before import MOVES, REFUSED, SAY, a_practice, enter, move
from tests.flow.fake_build import Day, Desk
from tests.flow.test_grouping import FIRST, SECOND, THIRD, states, texts


def called(desk: Desk) -> list[str | None]:
    return [call.entry for call in current_call_list(desk.practice, desk.deployment).calls]


def refuse(day: Day, *refused: bool) -> None:
    """The answers to the next requests."""
    answers = iter([REFUSED if one else None for one in refused])
    day.parts.networks.on_request = lambda message: next(answers, None)


@pytest.mark.parametrize("then", [THIRD, FIRST], ids=["moved again", "moved back"])
def test_a_refused_message_about_a_start_that_is_over_is_off_the_list_once_the_patient_knows(then: str) -> None:
    day, desk = a_practice(**SAY, **MOVES)
    refuse(day, False, True)
    day.play("2026-11-23 11:00")
    move(desk, "T1", SECOND)
    day.play("2026-11-23 13:00")
    assert called(desk) == ["rescheduled:T1:1"]
    move(desk, "T1", then)
    day.play("2026-11-23 15:00")
    assert (texts(day), called(desk)) == (["09:00"] + ["neu 16:30"] * (then == THIRD), [])


def test_a_patient_who_was_phoned_about_a_refused_reminder_is_told_that_the_appointment_moved() -> None:
    day, desk = a_practice(**SAY, **MOVES)
    refuse(day, True)
    day.play("2026-11-23 11:00")
    reminder = desk.entries["T1"]
    reached = phoned(start=reminder.announced_start or "", at=day.cloud.world.now)
    day.parts.store.commit([Transition(reminder, with_phone_calls(reminder, (reached,)))])
    assert called(desk) == []
    move(desk, "T1", SECOND)
    day.play("2026-11-23 13:00")
    assert texts(day) == ["neu 11:00"]


def test_a_patient_whose_double_row_moved_and_was_refused_is_on_the_list() -> None:
    day, desk = a_practice(**SAY, **MOVES)
    enter(desk, "X2", FIRST)
    day.play("2026-11-23 11:00")
    refuse(day, True)
    move(desk, "X2", SECOND)
    day.play("2026-11-23 13:00")
    assert (states(desk)["T1"], called(desk)) == (State.DELIVERED, ["rescheduled:X2:1"])
