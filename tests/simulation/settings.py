"""The settings of a practice's reminder searches over time, and an independent count of what they search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import parse_schedule
from chalicelib.schedule.time_zone import zone_named

EVENT_LOST = timedelta(hours=26)  # the nightly check has made up for it
_FAR = timedelta(days=400)


@dataclass(frozen=True)
class Settings:
    """`wanted` is the switch, `active` the job's own setting."""

    zone: str
    schedule: str = "täglich 10:00"
    offset: int = 1
    days: int = 1
    wanted: bool = True
    active: bool = True

    @property
    def on(self) -> bool:
        return self.wanted and self.active

    @property
    def plan(self) -> Settings:
        return replace(self, wanted=True, active=True)

    @property
    def tz(self) -> ZoneInfo:
        return zone_named(self.zone)

    def looks(self, start: str, run: datetime) -> bool:
        """Whether a run of it looks at a local start."""
        ahead = date.fromisoformat(start[:10]) - run.astimezone(self.tz).date()
        return self.offset <= ahead.days < self.offset + self.days

    def slots(self, after: datetime, until: datetime) -> list[datetime]:
        """Its slots (UTC) in (after, until]."""
        return parse_schedule(self.schedule, Job.PREPARE_REMINDERS).between(after, until, self.tz)


class SettingsOverTime:
    """Since when (UTC) which settings are in force."""

    def __init__(self, first: Settings, since: datetime) -> None:
        self._known = [(since, first)]

    @property
    def now(self) -> Settings:
        return self._known[-1][1]

    def change(self, at: datetime, **changed: object) -> None:
        self._known.append((at, replace(self.now, **changed)))  # type: ignore[arg-type]

    def at(self, instant: datetime) -> Settings:
        return next(found for since, found in reversed(self._known) if since <= instant or found is self._known[0][1])

    def zones(self, since: datetime | None = None) -> set[ZoneInfo]:
        """The zones in force, since an instant if one is given."""
        found = {found.tz for at, found in self._known if since is None or at >= since}
        return found | ({self.at(since).tz} if since else set())

    def is_steady(self, since: datetime, until: datetime) -> bool:
        """Whether the plan stays the same."""
        between = [found.plan for at, found in self._known if since < at <= until]
        return since <= until and all(plan == self.at(since).plan for plan in between)

    def looked(self, start: str, run: datetime) -> bool:
        """Whether the settings at an instant have a run of it look at a local start."""
        return self.at(run).on and self.at(run).looks(start, run)

    def announces(self, start: str, run: datetime) -> bool:
        """Whether the settings at an instant have a run of it look whether a local start has changed."""
        found = self.at(run)
        ahead = date.fromisoformat(start[:10]) - run.astimezone(found.tz).date()
        return found.on and 0 <= ahead.days < found.offset + found.days

    def searches(self, start: str, after: datetime, until: datetime, lost: list[datetime]) -> Iterator[datetime]:
        """The slots in (after, until] at which a job that was on had to look at a local start, by its settings then.

        `lost` are the events of changed parameters that were lost: until the nightly check, either setting may hold.
        """
        for (since, found), (end, _) in pairwise([*self._known, (until + _FAR, self.now)]):
            slots = found.slots(max(self._in_force(since, lost), after), min(end, until))
            yield from (slot for slot in slots if self.looked(start, slot))

    def former(self, start: str, after: datetime, until: datetime, runs: Iterable[datetime]) -> Iterator[datetime]:
        """The slots in (after, until] at which a plan that has searched would have looked, up to the next search.

        `runs` are the times of the searches, ascending; the job was on at those slots.
        """
        for run, following in pairwise([*runs, until]):
            slots = self.at(run).slots(max(run, after), min(following, until))
            yield from (slot for slot in slots if self.at(run).looks(start, slot) and self.at(slot).on)

    def _in_force(self, at: datetime, lost: list[datetime]) -> datetime:
        return at + EVENT_LOST if any(at <= one <= at + timedelta(minutes=1) for one in lost) else at
