"""A row that waits while another row of its patient and start is told: it is covered, and nothing is said twice."""

from __future__ import annotations

import pytest

from chalicelib.entries.entry import with_phone_calls
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from tests.builders.entries import phoned
from tests.flow.covered.test_calls import refuse
from tests.flow.covered.test_told_before import MOVES, SAY, a_practice, enter, move
from tests.flow.fake_build import Day, Desk
from tests.flow.test_grouping import FIRST, SECOND, states, texts


def reach(day: Day, desk: Desk, name: str, outcome: str = "coming") -> None:
    """Somebody notes that a call reached the patient; "": takes it back."""
    entry = desk.entries[name]
    calls = (phoned(outcome, start=FIRST.replace(" ", "T"), at=day.cloud.world.now),) if outcome else ()
    day.parts.store.commit([Transition(entry, with_phone_calls(entry, calls))])


def two_rows(**parameters: str) -> tuple[Day, Desk]:
    """T1 and X2 of one patient and start, prepared at 10:00, before they are sent."""
    day, desk = a_practice(**SAY, **parameters)
    enter(desk, "X2", FIRST)
    day.play("2026-11-23 10:02")
    assert states(desk) == {"T1": "prepared", "X2": "prepared"}
    return day, desk


@pytest.mark.parametrize("which", ["T1", "X2"])
def test_a_row_beside_one_that_was_phoned_is_told_only_if_the_call_is_taken_back(which: str) -> None:
    day, desk = two_rows()
    reach(day, desk, which)
    day.play("2026-11-23 11:00")
    assert (texts(day), states(desk)) == ([], {"T1": "prepared", "X2": "prepared"})
    reach(day, desk, which, "")
    day.play("2026-11-23 20:00")
    assert (texts(day), sorted(states(desk).values())) == (["09:00"], ["covered", "delivered"])


def test_a_patient_who_was_phoned_about_all_rows_gets_no_message() -> None:
    day, desk = two_rows()
    reach(day, desk, "T1")
    reach(day, desk, "X2")
    day.play("2026-11-23 20:00")
    assert (texts(day), states(desk)) == ([], {"T1": "prepared", "X2": "prepared"})


def test_a_row_that_waits_at_another_start_is_not_covered() -> None:
    day, desk = two_rows()
    reach(day, desk, "X2")
    move(desk, "X2", SECOND)
    day.play("2026-11-23 20:00")
    assert texts(day) == ["09:00", "11:00"]


def test_a_row_that_waits_for_its_text_is_covered() -> None:
    day, desk = a_practice()
    desk.set("Vorlagen/Terminerinnerung/SMS/de", "[[Ort]]")
    desk.tables["Termin"][0]["Ort"] = None
    enter(desk, "X2", FIRST, Ort="Bern")
    day.play("2026-11-23 11:00")
    desk.tables["Termin"][0]["Ort"] = "Bern"
    day.play("2026-11-23 20:00")
    assert (texts(day), states(desk)) == (["Bern"], {"T1": "covered", "X2": "delivered"})


def test_it_is_released_if_the_message_is_refused_and_sent_once_it_has_a_text() -> None:
    day, desk = a_practice()
    desk.set("Vorlagen/Terminerinnerung/SMS/de", "[[Ort]]")
    desk.tables["Termin"][0]["Ort"] = None
    enter(desk, "X2", FIRST, Ort="Bern")
    refuse(day, True)
    day.play("2026-11-23 11:00")
    assert states(desk) == {"T1": "prepared", "X2": "refused"}
    desk.tables["Termin"][0]["Ort"] = "Bern"
    day.play("2026-11-23 20:00")
    assert (texts(day), states(desk)["T1"]) == (["Bern"], "delivered")


def test_neither_of_two_rows_waits_for_credits_once_one_was_phoned() -> None:
    day, desk = two_rows()
    desk.top_up("M1", -10_000, "all gone")
    reach(day, desk, "X2")
    before = desk.entries
    day.play("2026-11-23 11:00")
    assert desk.entries == before
    assert "no-credits" not in desk.told
    desk.top_up("M1", 5, "some")
    day.play("2026-11-23 20:00")
    assert texts(day) == []


def test_a_reminder_does_not_cover_a_message_about_a_move_that_waits() -> None:
    day, desk = a_practice(**SAY, **MOVES)
    day.play("2026-11-23 11:00")
    desk.set("Vorlagen/Terminverschiebung/SMS/de", "[[Ort]]")
    desk.tables["Termin"][0]["Ort"] = None
    move(desk, "T1", SECOND)
    enter(desk, "X2", SECOND)
    day.play("2026-11-23 13:00")
    moved = next(entry for entry in desk.parts.data.entries[desk.name].values() if entry.kind is Kind.RESCHEDULED)
    assert moved.state is not State.COVERED
