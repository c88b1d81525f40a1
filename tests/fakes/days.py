"""The counts of appointment days in memory."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.entries.day_counts import day_changes
from chalicelib.entries.transition import Transition
from chalicelib.practice.day_counts import DayCounts
from tests.fakes.world import Data


def count(data: Data, written: Sequence[Transition]) -> None:
    """Change the counts of the days of entries that are written together."""
    for day, change in day_changes(written).items():
        days = data.days.setdefault(written[0].after.practice, {})
        before = days.get(day, DayCounts(None, {}))
        both = {cell: before.counts.get(cell, 0) + change.counts[cell] for cell in {*before.counts, *change.counts}}
        days[day] = DayCounts(change.at or before.at, {cell: number for cell, number in both.items() if number})
