"""The counts of an appointment day: what each transition changes in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entries.day_counts import (
    COLUMNS,
    HELD,
    KEPT,
    UNDERWAY,
    batches_with_days,
    day_changes,
    days_of,
    in_columns,
    place_of,
)
from chalicelib.entries.entry import Entry, anonymised, held_back, with_reason
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from chalicelib.practice.day_counts import Cell
from chalicelib.text import Text
from tests.builders.entries import NOW, TOMORROW, entry, greeting

BEISPIEL = "Dr. med. Beat Beispiel"


def cell(state: str, mandant: str = "M1", who: str = BEISPIEL, kind: Kind = Kind.REMINDER) -> Cell:
    return Cell(kind, state, mandant, who)


@pytest.mark.parametrize(
    ("one", "place"),
    [
        pytest.param(entry(), (TOMORROW, cell("prepared")), id="prepared"),
        pytest.param(entry(held=True), (TOMORROW, cell(HELD)), id="held"),
        pytest.param(entry(State.EXPIRED, held=True), (TOMORROW, cell("expired")), id="was held, and is over"),
        *(
            pytest.param(entry(state), (TOMORROW, cell(UNDERWAY)), id=state)
            for state in (State.RESERVED, State.SENDING, State.SENT)
        ),
        pytest.param(entry(State.UNKNOWN, mandant=None), (TOMORROW, cell("unknown", "")), id="unknown"),
        pytest.param(anonymised(entry(State.DELIVERED)), (TOMORROW, cell("delivered")), id="anonymised"),
        pytest.param(
            entry(kind=Kind.RESCHEDULED), (TOMORROW, cell("prepared", kind=Kind.RESCHEDULED)), id="about a move: apart"
        ),
        pytest.param(greeting(), None, id="a greeting has no appointment"),
        pytest.param(entry(day=None), None, id="written before days were counted"),
        pytest.param(None, None, id="none"),
    ],
)  # fmt: skip
def test_where_an_entry_counts(one: Entry | None, place: tuple[date, Cell] | None) -> None:
    assert place_of(one) == place


def made(before: Entry | None, **changes: object) -> Transition:
    return Transition(before, replace(before or entry(), **changes))  # type: ignore[arg-type]


def test_a_new_entry_is_added_and_one_that_moves_leaves_its_former_place() -> None:
    later = NOW + timedelta(minutes=5)
    after = TOMORROW + timedelta(days=1)
    new, gone = made(None), made(entry(), state=State.CANCELLED, changed_at=later)
    moved = made(entry(), day=after, mandant="M2")
    changes = day_changes([new, gone, moved])
    assert {day: (change.counts, change.at) for day, change in changes.items()} == {
        TOMORROW: (Counter({cell("prepared"): -1, cell("cancelled"): 1}), later),
        after: (Counter({cell("prepared", "M2"): 1}), None),  # its state is the same
    }
    assert days_of(moved) == {TOMORROW, after}


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(made(entry(State.RESERVED), state=State.SENDING), id="claimed"),
        pytest.param(made(entry(State.SENDING), state=State.SENT), id="sent"),
        pytest.param(made(greeting(), state=State.EXPIRED), id="a greeting"),
        pytest.param(Transition(entry(), with_reason(entry(), Text("x"))), id="another reason"),
        pytest.param(Transition(entry(State.DELIVERED), anonymised(entry(State.DELIVERED))), id="anonymised"),
    ],
)
def test_what_changes_no_count_writes_nothing(same: Transition) -> None:
    assert (day_changes([same]), days_of(same)) == ({}, frozenset())


def test_changes_that_cancel_each_other_write_nothing() -> None:
    back = Transition(entry(State.RESERVED), entry())
    assert day_changes([made(entry(), state=State.RESERVED), back]) == {}


def test_a_day_long_ago_is_not_counted_any_more() -> None:
    last = datetime.combine(TOMORROW + KEPT, datetime.max.time(), NOW.tzinfo)
    late = [
        made(entry(State.UNKNOWN), state=State.DELIVERED, changed_at=last + timedelta(microseconds=n)) for n in (0, 1)
    ]
    assert [bool(day_changes([one])) for one in late] == [True, False]


def test_a_message_that_is_held_changes_the_count_and_not_the_time_of_the_last_state() -> None:
    (change,) = day_changes([Transition(entry(), held_back(entry(), Text("missed")))]).values()
    assert (change.counts, change.at) == (Counter({cell("prepared"): -1, cell(HELD): 1}), None)


entries = st.builds(
    entry, st.sampled_from(State), day=st.sampled_from([None, TOMORROW, TOMORROW + timedelta(days=1)]),
    mandant=st.sampled_from(["M1", "M2", None]), practitioner=st.sampled_from(["", BEISPIEL]), held=st.booleans(),
)  # fmt: skip


@given(st.lists(entries, min_size=1, max_size=12))
def test_the_sum_of_all_changes_is_what_the_last_entries_count(path: list[Entry]) -> None:
    """One entry on its way, in transactions of up to three of its steps."""
    steps = [Transition(before, after) for before, after in zip([None, *path], path, strict=False)]
    total: dict[date, Counter[Cell]] = {}
    for start in range(0, len(steps), 3):
        for day, change in day_changes(steps[start : start + 3]).items():
            total.setdefault(day, Counter()).update(change.counts)
    place = place_of(path[-1])
    left = {(day, one): count for day, counts in total.items() for one, count in counts.items() if count}
    assert left == ({place: 1} if place else {})


def test_a_run_counts_so_many_practitioners_and_the_rest_without_a_name() -> None:
    columns = set[tuple[str | None, str]]()
    many = [in_columns(made(None, practitioner=f"Dr. {n}"), columns).after.practitioner for n in range(COLUMNS + 2)]
    assert many == [*(f"Dr. {n}" for n in range(COLUMNS)), "", ""]
    assert in_columns(made(None, practitioner="Dr. 7"), columns).after.practitioner == "Dr. 7"


@given(st.lists(st.sampled_from([None, 1, 2, 3, 4]), max_size=40), st.integers(5, 20))
def test_items_and_their_days_fit_a_transaction(days: list[int | None], most: int) -> None:
    found = list(batches_with_days(days, lambda day: [date(2026, 11, day) if day else None], most))
    assert [day for batch in found for day in batch] == days
    assert all(len(batch) + len({day for day in batch if day}) <= most for batch in found)
    for batch, following in pairwise(found):
        more = [*batch, following[0]]
        assert len(more) + len({day for day in more if day}) > most
