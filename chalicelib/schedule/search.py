"""The searches of the reminder job: which local days a run searches, and which have been searched. Pure.

Every search looks at its own days again, for late bookings. It also makes up for slots that did not search: if the
plan is unchanged, for their days; if it has changed, for all days before its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import Schedule, default_schedule, parse_schedule, slot_day
from chalicelib.schedule.time_zone import to_utc, zone_named

_DAY, _MOMENT = timedelta(days=1), timedelta(microseconds=1)


@dataclass(frozen=True)
class SearchPlan:
    """The settings that decide which days a run searches: `days` local days, from `offset` days after its own."""

    schedule: str  # canonical text; empty: the default
    zone: str
    offset: int
    days: int

    def own_days(self, slot: datetime) -> frozenset[date]:
        """The local days that the plan gives to a slot (UTC)."""
        first = self.local_day(slot) + self.offset * _DAY
        return frozenset(first + n * _DAY for n in range(self.days))

    def slots(self, after: datetime, last: datetime) -> list[datetime]:
        """The slots (UTC) in (after, last]."""
        return self._schedule.between(after, last, self.tz)

    def missing(self, after: datetime, last: datetime) -> list[datetime]:
        """The slots (UTC) in (after, last], as far back as they may search a day that is still ahead of the last."""
        reach = self.local_day(last) - (self.offset + self.days) * _DAY
        return self.slots(max(after, self.start_of(reach) - _MOMENT), last)

    def searching(self, day: date) -> tuple[datetime, ...]:
        """The past and coming slots (UTC) whose own days include a local day."""
        return _searching(self, day)

    def local_day(self, instant: datetime) -> date:
        return slot_day(instant, self.tz)

    def start_of(self, day: date) -> datetime:
        """The instant (UTC) at which a local day begins."""
        return to_utc(day, time(0), self.tz)

    @property
    def tz(self) -> ZoneInfo:
        return zone_named(self.zone)

    @property
    def _schedule(self) -> Schedule:
        job = Job.PREPARE_REMINDERS
        return parse_schedule(self.schedule, job) if self.schedule else default_schedule(job)


@lru_cache(maxsize=256)  # an agenda has many appointments a day, and some schedules have many slots
def _searching(plan: SearchPlan, day: date) -> tuple[datetime, ...]:
    first, end = day - (plan.offset + plan.days - 1) * _DAY, day - (plan.offset - 1) * _DAY
    return tuple(plan.slots(plan.start_of(first) - _MOMENT, plan.start_of(end) - _MOMENT))


@dataclass(frozen=True)
class Search:
    """The latest search that succeeded: its slot (UTC), its plan, and since which slot each local day is searched.

    `covered` and `dropped` have the days from the slot's own day on; `dropped` are those that a former plan would have
    searched, by the slot that did not. `since` is the slot of the first search, None if it is not known.
    """

    slot: datetime
    plan: SearchPlan
    covered: Mapping[date, datetime] = field(default_factory=dict)
    dropped: Mapping[date, datetime] = field(default_factory=dict)
    since: datetime | None = None

    def after(
        self, slot: datetime, plan: SearchPlan, days: frozenset[date] = frozenset(), late: datetime | None = None
    ) -> Search:
        """The search of a later slot, which has searched these days; `late` is when (UTC) it did.

        A former plan would have searched up to then; the slots of one that stays are made up for by the next search.
        """
        today = plan.local_day(slot)
        last = max(slot, late) if late and plan != self.plan else slot
        due = {day for missing in self.plan.missing(self.slot, last) for day in self.plan.own_days(missing)} - days
        covered = dict.fromkeys(days, slot) | {day: first for day, first in self.covered.items() if day not in due}
        begun = {day for day, first in self.dropped.items() if first == slot} & days
        dropped = {day: at for day, at in self.dropped.items() if day not in begun} | dict.fromkeys(due, slot)
        return Search(slot, plan, _from(today, covered), _from(today, dropped), self.since)

    def begun(self, slot: datetime, days: frozenset[date]) -> Search:
        """The search while a run by another plan is at work: until it ends, its days count as dropped.

        If it is interrupted and its plan is taken back, their patients may know their starts.
        """
        new = dict.fromkeys(days - self.covered.keys() - self.dropped.keys(), slot)
        return replace(self, dropped=_from(self.plan.local_day(slot), {**self.dropped, **new}))

    def before(self, slot: datetime, days: frozenset[date] = frozenset()) -> Search:
        """The search as if it had ended before the local day of a slot, and the slot had dropped some days.

        The days that were searched since then are dropped too: their patients may know their starts.
        """
        start = self.plan.start_of(self.plan.local_day(slot))
        covered = {day: first for day, first in self.covered.items() if first < start and day not in days}
        undone = {day: first for day, first in self.covered.items() if day not in covered}
        dropped = {**self.dropped, **undone, **dict.fromkeys(days, slot)}
        return replace(self, slot=min(self.slot, start - _MOMENT), covered=covered, dropped=dropped)


def _from(today: date, days: Mapping[date, datetime]) -> dict[date, datetime]:
    return {day: slot for day, slot in sorted(days.items()) if day >= today}


def days_to_search(plan: SearchPlan, slot: datetime, latest: Search | None, done: datetime | None) -> frozenset[date]:
    """The local days that a run of a slot (UTC) searches, from its own day on.

    `latest` is the latest search that succeeded. Before the first one, `done` is the last slot that is not made up for.
    """
    days, today = set(plan.own_days(slot)), plan.local_day(slot)
    if latest is not None and latest.plan != plan:
        days |= {today + n * _DAY for n in range(plan.offset)}
    elif after := latest.slot if latest else done:
        days |= {day for missing in plan.missing(after, slot) for day in plan.own_days(missing)}
    return frozenset(day for day in days if day >= today)
