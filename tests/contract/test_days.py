"""The counts of an appointment day change with its entries: the same on the fake and on DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from chalicelib.entries.day_counts import HELD, UNDERWAY
from chalicelib.entries.entry import Entry, anonymised, back_to_prepared, held_back, transition
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.practice.day_counts import DayCounts
from chalicelib.text import Text
from tests.contract.entries import SOON, entry, keys, reserved, topped_up, written
from tests.contract.sides import NOW, Side, job_record, registered

DAY = date(2026, 11, 24)
LATER = SOON + timedelta(minutes=5)


def counted(practice: str, number: int, **changes: Any) -> Entry:
    """An entry of Dr. A (even numbers) or of nobody."""
    own = {"day": DAY, "practitioner": "" if number % 2 else 'Dr. A.\n"x"'}
    return entry(practice, number, **{**own, **changes})


def days(side: Side, practice: str) -> Mapping[date, DayCounts]:
    record = side.parts.practices.record(practice)
    assert record is not None
    return record.days


def states(side: Side, practice: str, day: date = DAY) -> dict[tuple[str, str, str], int]:
    """By state, Mandant and practitioner."""
    found = days(side, practice)[day].counts.items()
    return {(cell.state, cell.mandant, cell.practitioner): count for cell, count in found}


def moved(one: Entry, state: State, **changes: Any) -> Transition:
    return Transition(one, transition(one, state, LATER, **changes))


def test_entries_are_counted_by_day_state_mandant_and_practitioner(side: Side) -> None:
    practice = registered(side, job_record())
    assert days(side, practice) == {}
    other = DAY + timedelta(days=1)
    made = [counted(practice, n) for n in range(5)]
    written(side, *made, counted(practice, 7, day=other, mandant="M2"), entry(practice, 8))
    assert states(side, practice) == {("prepared", "M1", 'Dr. A.\n"x"'): 3, ("prepared", "M1", ""): 2}
    assert states(side, practice, other) == {("prepared", "M2", ""): 1}
    assert {one.at for one in days(side, practice).values()} == {NOW}
    assert days(side, registered(side, job_record())) == {}


def test_a_transition_moves_its_count_and_one_that_changes_none_writes_none(side: Side) -> None:
    practice = registered(side, job_record())
    topped_up(side, practice, 10)
    made = written(side, *(counted(practice, n) for n in (1, 3, 5, 7)))
    store = side.parts.store
    paid = [one.after for one in store.reserve("M1", [reserved(one) for one in made[:3]], SOON)]
    assert states(side, practice) == {(UNDERWAY, "M1", ""): 3, ("prepared", "M1", ""): 1}
    assert days(side, practice)[DAY].at == SOON
    store.commit([moved(one, State.SENDING) for one in paid])
    assert days(side, practice)[DAY].at == SOON
    store.commit([Transition(made[3], held_back(made[3], Text("missed")))])
    assert states(side, practice) == {(UNDERWAY, "M1", ""): 3, (HELD, "M1", ""): 1}
    back = store.entries(practice, [one.key for one in paid])
    first, second, third = (back[one.key] for one in paid)
    ended = [moved(first, State.REFUSED), moved(second, State.UNKNOWN)]
    store.commit([*ended, Transition(third, back_to_prepared(third, LATER, Text("late")))])
    assert states(side, practice) == {
        ("refused", "M1", ""): 1, ("unknown", "M1", ""): 1, ("prepared", "M1", ""): 1, (HELD, "M1", ""): 1,
    }  # fmt: skip
    assert days(side, practice)[DAY].at == LATER
    refused = ended[0].after
    store.commit([Transition(refused, anonymised(refused))])
    assert states(side, practice)["refused", "M1", ""] == 1


def test_an_entry_that_has_changed_meanwhile_is_not_counted_twice_and_a_lost_answer_neither(side: Side) -> None:
    practice = registered(side, job_record())
    topped_up(side, practice, 10)
    store, made = side.parts.store, written(side, *(counted(practice, n) for n in (1, 3, 5)))
    store.commit([moved(made[0], State.CANCELLED)])
    side.lose_answer()
    done = store.commit([moved(one, State.EXPIRED) for one in made[:2]])
    assert keys(done) == [made[1].key]
    assert states(side, practice) == {
        ("cancelled", "M1", ""): 1, ("expired", "M1", ""): 1, ("prepared", "M1", ""): 1,
    }  # fmt: skip
    side.lose_answer()
    assert len(store.reserve("M1", [reserved(one) for one in made], SOON)) == 1
    assert states(side, practice) == {("cancelled", "M1", ""): 1, ("expired", "M1", ""): 1, (UNDERWAY, "M1", ""): 1}


def test_an_entry_whose_appointment_moves_leaves_its_day(side: Side) -> None:
    practice, other = registered(side, job_record()), DAY + timedelta(days=6)
    (made,) = written(side, counted(practice, 1))
    side.parts.store.commit([Transition(made, replace(made, day=other, mandant="M2", version=2))])
    assert days(side, practice)[DAY].counts == {}
    assert states(side, practice, other) == {("prepared", "M2", ""): 1}


def test_a_hundred_entries_and_their_days_are_more_than_a_transaction(side: Side) -> None:
    practice = registered(side, job_record())
    other = DAY + timedelta(days=1)
    made = written(side, *(counted(practice, 1, identity=f"reminder:{n}", day=(DAY, other)[n % 2]) for n in range(100)))
    assert len({one.write_id for one in made}) == 2
    assert [states(side, practice, day)["prepared", "M1", ""] for day in (DAY, other)] == [50, 50]
    many = [counted(practice, n, day=DAY + timedelta(days=n)) for n in range(60)]  # a day each
    assert len({one.write_id for one in written(side, *many)}) == 2


def test_the_counts_of_a_practice_that_is_forgotten_are_deleted(side: Side) -> None:
    practice = registered(side, job_record())
    written(side, counted(practice, 1))
    side.parts.practices.remove(practice, [], NOW)
    record = side.parts.practices.record(practice)
    assert record
    side.parts.practices.forget(record)
    assert side.parts.practices.record(practice) is None
    side.parts.practices.add(practice, [], [])
    assert days(side, practice) == {}
