"""How many messages about the appointments of a day are in which state, by Mandant and practitioner. Pure.

A write that changes an entry changes the counts of its day in the same transaction, as a charge changes the balance: so
they are right at every moment, and a run that dies or is repeated neither leaves anything out nor counts it twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.practice.day_counts import Cell

KEPT = timedelta(days=15)  # after the day; a message without a receipt ends seven days after it was sent
NAME = 32  # characters of a practitioner: an entry stays below 1 KB
COLUMNS = 200  # Mandanten with their practitioners, of a prepare run: an item of the table has at most 400 KB
HELD, UNDERWAY = "held", "underway"
_UNDERWAY = frozenset({State.RESERVED, State.SENDING, State.SENT})  # deliver changes no count, unless one comes back
Place = tuple[date, Cell]
Item = TypeVar("Item")


@dataclass(frozen=True)
class DayChange:
    """A change of the counts of a day by one transaction; `at` (UTC) is None if no message changes its state."""

    counts: Counter[Cell]
    at: datetime | None


def place_of(entry: Entry | None) -> Place | None:
    """Where an entry counts; None for a greeting, and for one that was last written before days were counted."""
    if entry is None or entry.day is None:
        return None
    state = UNDERWAY if entry.state in _UNDERWAY else entry.state.value
    state = HELD if entry.held and entry.state is State.PREPARED else state
    return entry.day, Cell(entry.kind, state, entry.mandant or "", entry.practitioner)


def _moves(made: Transition) -> Iterator[tuple[Place, int]]:
    before, after = place_of(made.before), place_of(made.after)
    for place, count in ((before, -1), (after, 1)) if before != after else ():
        if place and made.after.changed_at.date() <= place[0] + KEPT:
            yield place, count


def days_of(made: Transition) -> frozenset[date]:
    """The days whose counts a transition changes."""
    return frozenset(day for (day, _), _ in _moves(made))


def day_changes(transitions: Iterable[Transition]) -> dict[date, DayChange]:
    """The changes of the counts of each day by these transitions, which are written together."""
    counts: dict[date, Counter[Cell]] = {}
    times: dict[date, datetime] = {}
    for made in transitions:
        at = made.after.changed_at if made.before is None or made.before.state is not made.after.state else None
        for (day, cell), count in _moves(made):
            counts.setdefault(day, Counter())[cell] += count
            if at:
                times[day] = max(at, times.get(day, at))
    changed = {day: Counter({cell: count for cell, count in found.items() if count}) for day, found in counts.items()}
    return {day: DayChange(found, times.get(day)) for day, found in sorted(changed.items()) if found}


def in_columns(made: Transition, columns: set[tuple[str | None, str]]) -> Transition:
    """The transition of a prepare run; without the practitioner if the run has too many columns already."""
    column = made.after.mandant, made.after.practitioner
    if column not in columns and len(columns) >= COLUMNS:
        return replace(made, after=replace(made.after, practitioner=""))
    columns.add(column)
    return made


def batches_with_days(
    items: Iterable[Item], days: Callable[[Item], Iterable[date | None]], most: int
) -> Iterator[list[Item]]:
    """Group items so that their number and that of their days are at most `most` together."""
    batch: list[Item] = []
    found: set[date | None] = {None}  # stands for the item that comes next
    for item in items:
        found.update(days(item))
        if batch and len(batch) + len(found) > most:
            yield batch
            batch, found = [], {None, *days(item)}
        batch.append(item)
    if batch:
        yield batch
