"""A call that reached the patient about a start is about each row of it: no other row's message goes. On the fakes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.admin.phone_calls import NewCall, NotedCalls, note_calls, undo_calls
from chalicelib.entries.phone_call import CallOutcome
from chalicelib.entries.states import State
from chalicelib.reports.appointments import context_of
from chalicelib.reports.current_call_list import current_call_list
from infra.local.platform import LambdaKilled
from tests.fakes.world import Moment
from tests.flow.covered.test_told_before import MOVES, REFUSED, SAY, a_practice, enter, move
from tests.flow.fake_build import Day, Desk
from tests.flow.test_grouping import FIRST, SECOND, THIRD, texts

COMING, NOT_COMING, NOT_REACHED, _ = CallOutcome


def note(desk: Desk, name: str, outcome: CallOutcome = COMING) -> NotedCalls:
    """Somebody notes a call about the line of one appointment."""
    listed, context = current_call_list(desk.practice, desk.deployment), context_of(desk.practice, desk.deployment)
    (line,) = [one for one in listed.calls if one.appointment == name]
    return note_calls({line.key: None}, NewCall(outcome, "user/anna"), listed, context, desk.parts)


def undo(desk: Desk, name: str) -> NotedCalls:
    context = context_of(desk.practice, desk.deployment)
    return undo_calls({desk.entries[name].key: None}, "user/anna", context, desk.parts)


def names(desk: Desk) -> list[str | None]:
    return [call.appointment for call in current_call_list(desk.practice, desk.deployment).calls]


def without_credits(start: str = FIRST) -> tuple[Day, Desk]:
    """Two rows that wait for credits since ten o'clock; both are on the call list."""
    day, desk = a_practice(**SAY)
    desk.parts.data.balances[desk.name, "M1"] = 0
    enter(desk, "X2", start)
    day.play("2026-11-23 11:58")
    desk.parts.data.balances[desk.name, "M1"] = 10_000
    return day, desk


@pytest.mark.parametrize("outcome", [COMING, NOT_COMING])
@pytest.mark.parametrize("name", ["T1", "X2"])
def test_neither_of_two_waiting_rows_is_told_once_the_patient_was_reached(name: str, outcome: CallOutcome) -> None:
    day, desk = without_credits()
    assert sorted(map(str, names(desk))) == ["T1", "X2"]
    assert {entry.appointment for entry, _ in note(desk, name, outcome).done} == {"T1", "X2"}
    assert names(desk) == []
    day.play("2026-11-23 20:00")
    assert texts(day) == []


def test_another_start_of_the_day_is_told() -> None:
    day, desk = without_credits(SECOND)
    note(desk, "T1")
    day.play("2026-11-23 20:00")
    assert texts(day) == ["11:00"]


def test_a_try_says_nothing_of_the_other_row() -> None:
    day, desk = without_credits()
    note(desk, "T1", NOT_REACHED)
    assert desk.entries["X2"].phone_calls == ()
    day.play("2026-11-23 20:00")
    assert texts(day) == ["09:00"]


def test_undo_takes_the_call_back_from_both() -> None:
    day, desk = without_credits()
    note(desk, "T1")
    undo(desk, "X2")
    assert {name: desk.entries[name].phone_calls for name in ("T1", "X2")} == {"T1": (), "X2": ()}
    day.play("2026-11-23 20:00")
    assert texts(day) == ["09:00"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_row_whose_message_failed_is_not_told_by_the_other_one(when: str) -> None:
    """The refused message of T1 covered X2; the call is noted before or after the sweep has released X2."""
    day, desk = a_practice(**SAY)
    enter(desk, "X2", FIRST)
    day.parts.networks.on_request = lambda message: REFUSED
    day.play("2026-11-23 10:06" if when == "before" else "2026-11-23 10:20")
    assert desk.entries["X2"].state is (State.COVERED if when == "before" else State.PREPARED)
    note(desk, "T1")
    day.parts.networks.on_request = lambda message: None
    day.play("2026-11-23 20:00")
    assert (texts(day), desk.entries["X2"].state, names(desk)) == ([], State.PREPARED, [])


def test_a_row_that_is_entered_after_the_call_is_not_told() -> None:
    day, desk = a_practice(**SAY)
    desk.tables["Patient"][0]["Mobiltelefon"] = None
    enter(desk, "T5", THIRD)
    day.play("2026-11-23 11:00")
    note(desk, "T1")
    day.play("2026-11-23 11:01")
    note(desk, "T5", NOT_COMING)
    desk.tables["Patient"][0]["Mobiltelefon"] = "+41790000001"
    enter(desk, "X2", FIRST)
    enter(desk, "X3", SECOND)
    day.play("2026-11-23 20:00")
    assert texts(day) == ["11:00"]


def test_a_row_that_is_entered_while_the_called_one_waits_is_not_told() -> None:
    day, desk = a_practice(**SAY)
    desk.parts.data.balances[desk.name, "M1"] = 0
    day.play("2026-11-23 11:58")
    note(desk, "T1")
    enter(desk, "X2", FIRST)
    desk.parts.data.balances[desk.name, "M1"] = 10_000
    day.play("2026-11-23 20:00")
    assert (texts(day), desk.entries["X2"].state) == ([], State.PREPARED)


def test_a_move_to_the_start_of_the_call_is_told() -> None:
    day, desk = a_practice(Schalter__EineErinnerungProTag="Nein", **SAY, **MOVES)
    enter(desk, "X2", SECOND)
    day.parts.networks.on_request = lambda message: REFUSED if "09:00" in message.text else None
    day.play("2026-11-23 11:00")
    note(desk, "T1")
    day.parts.networks.on_request = lambda message: None
    move(desk, "X2", FIRST)
    day.play("2026-11-23 20:00")
    assert texts(day) == ["11:00", "neu 09:00"]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("act", [note, undo])
def test_a_worker_that_dies_leaves_both_rows_alike(act: Callable[[Desk, str], NotedCalls], moment: str) -> None:
    day, desk = without_credits()
    if act is undo:
        note(desk, "T1")

    def dies(when: Moment, call: str) -> None:
        if (when, call) == (moment, "store.commit"):
            raise LambdaKilled

    day.cloud.world.fault = dies
    with pytest.raises(LambdaKilled):
        act(desk, "T1")
    assert len({desk.entries[name].phone_calls for name in ("T1", "X2")}) == 1


def test_a_call_that_another_person_was_faster_to_note_is_on_neither_row() -> None:
    _, desk = without_credits()
    listed, context = current_call_list(desk.practice, desk.deployment), context_of(desk.practice, desk.deployment)
    note(desk, "T1", NOT_REACHED)
    late = note_calls({desk.entries["T1"].key: None}, NewCall(COMING, "user/ben"), listed, context, desk.parts)
    assert (late.done, len(late.conflicts), desk.entries["X2"].phone_calls) == ((), 1, ())
    assert len(desk.entries["T1"].phone_calls) == 1
