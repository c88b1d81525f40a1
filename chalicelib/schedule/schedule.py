"""The instants at which a job runs by its schedule. Pure.

A schedule names local days and local minutes of the day (`grammar` parses and prints them). A job runs at the first
tick of its rule at which the wall clock has reached its time: a local time that occurs twice runs once, the first time;
one that the clocks skip runs at the end of the gap, or at the last tick before it if that ends on another day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property, lru_cache
from zoneinfo import ZoneInfo

from chalicelib.schedule.grammar import Days, EveryNDays, GrammarError, TimesOfDay, hhmm, parse, single_time
from chalicelib.schedule.job import GRID_MINUTE, QUARTER, TICK_OF, Job
from chalicelib.text import Text, TextError

_ONE_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_LONGEST = 60  # characters of a refused text that are shown


class ScheduleError(TextError):
    """An invalid schedule text. Contains the text and, as `why`, the reason and the allowed forms."""

    def __init__(self, given: str, why: Text) -> None:
        super().__init__(Text("schedule.invalid", why, given=given))
        self.why = why


@dataclass(frozen=True)
class Schedule:
    """A schedule; two are equal if they run at the same times. Build it with `parse_schedule`."""

    days: Days
    times: TimesOfDay

    def __str__(self) -> str:
        return self.text

    @cached_property
    def text(self) -> str:
        """The canonical form."""
        return f"{self.days} {self.times}"

    @property
    def minutes(self) -> tuple[int, ...]:
        """Local minutes of the day at which it runs, ascending."""
        return self.times.minutes

    def runs_on(self, day: date) -> bool:
        """Whether it runs on a local day."""
        return self.days.include(day)

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, ...]:
        """Return the runs (UTC) of a local day, strictly ascending; empty if it does not run or is skipped."""
        if not self.runs_on(day):
            return ()
        runs = (_instant(day, minute, zone) for minute in self.minutes)
        return tuple(dict.fromkeys(run for run in runs if run))

    def next_after(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """Return the first run (UTC) strictly after an aware instant."""
        instant = instant.astimezone(UTC)
        # A run starts less than a quarter of an hour after the wall clock has reached its time, so earlier minutes
        # are over.
        passed = (instant - QUARTER).astimezone(zone)
        day, earliest = passed.date(), passed.hour * 60 + passed.minute
        while True:
            if self.days.include(day):
                for minute in self.times.minutes:
                    if minute >= earliest and (run := _instant(day, minute, zone)) and run > instant:
                        return run
            day, earliest = day + _ONE_DAY, 0

    def last_until(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """Return the latest run (UTC) not after an aware instant."""
        instant = instant.astimezone(UTC)
        day = instant.astimezone(zone).date() + _ONE_DAY  # may have begun already if the clocks went back over midnight
        while not (runs := self.on(day, zone)) or runs[0] > instant:
            day -= _ONE_DAY
        return max(run for run in runs if run <= instant)

    def between(self, after: datetime, last: datetime, zone: ZoneInfo) -> list[datetime]:
        """Return the runs (UTC) in (after, last], ascending."""
        runs = []
        run = self.next_after(after, zone)
        while run <= last:
            runs.append(run)
            run = self.next_after(run, zone)
        return runs


@lru_cache(maxsize=1024)  # a run parses the schedules of its practice, a tick those of all that are due
def parse_schedule(text: str, job: Job) -> Schedule:
    """Parse the schedule of a job. Raises ScheduleError."""
    try:
        return Schedule(*parse(text, job))
    except GrammarError as refused:
        shown = " ".join(text.split())
        shown = shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
        at = hhmm(default_schedule(job).minutes[0])
        raise ScheduleError(shown, Text("schedule.why", refused.text, at=at)) from None


@cache
def default_schedule(job: Job) -> Schedule:
    """Return `täglich` at the default times: prepare at 10:00, send at 10:05, status at 10:10."""
    return Schedule(EveryNDays(1), single_time(10 * 60 + GRID_MINUTE[TICK_OF[job]]))


def slot_day(slot: datetime, zone: ZoneInfo) -> date:
    """Return the local date of a slot, which is `today` for its run."""
    return slot.astimezone(zone).date()


@lru_cache(maxsize=4096)  # a tick asks for the same few minutes for all practices that are due
def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime | None:
    """Return the first tick (UTC) of the minute's grid at which the wall clock has reached this local time.

    If the clocks skip it and go to another day, the last tick before that; None if the clocks skip the whole day.
    """
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone) == local:  # compares the wall clocks, since both are in one zone
        return _tick_from(instant, minute)
    tick = _tick_from(_end_of_gap(local, zone), minute)
    return next((found for found in (tick, tick - QUARTER) if slot_day(found, zone) == day), None)


def _tick_from(instant: datetime, minute: int) -> datetime:
    past = timedelta(minutes=(instant.minute - minute) % 15, seconds=instant.second)
    return instant + (QUARTER - past) if past else instant


def _end_of_gap(skipped: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant (UTC) at which the wall clock is past a local time that it skips."""
    before = skipped.replace(fold=1).astimezone(UTC)  # by the clock after the gap: too early
    behind = skipped.astimezone(UTC)  # by the clock before the gap: past it
    while behind - before > _SECOND:
        middle = before + (behind - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone) < skipped:
            before = middle
        else:
            behind = middle
    return behind
