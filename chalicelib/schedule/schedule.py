"""When a job runs: its Zeitplan, as instants. Pure.

A Zeitplan names local days and local minutes of the day (`schedule_text` reads and prints them). A local time that
occurs twice runs once, the first time; one that the clocks skip runs at the first tick of the job's rule from the end
of the gap on. In other words: a job runs at the first tick at which the wall clock has come as far as its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property, lru_cache
from zoneinfo import ZoneInfo

from chalicelib.schedule.grammar import Days, EveryNDays, GrammarError, TimesOfDay, hhmm, parse, single_time
from chalicelib.schedule.job import GRID_MINUTE, QUARTER, TICK_OF, Job

_ONE_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_LONGEST = 60  # characters of a refused text that are shown


class ScheduleError(Exception):
    """A text that is no Zeitplan of its job; German: what was given, `why` not, and examples of what is allowed."""

    def __init__(self, given: str, why: str) -> None:
        super().__init__(f"Der Zeitplan «{given}» gilt nicht: {why}")
        self.why = why


@dataclass(frozen=True)
class Schedule:
    """A Zeitplan; two are equal where they run at the same times. Make it with `parse_schedule`."""

    days: Days
    times: TimesOfDay

    def __str__(self) -> str:
        return self.text

    @cached_property
    def text(self) -> str:
        """In canonical form."""
        return f"{self.days} {self.times}"

    @property
    def minutes(self) -> tuple[int, ...]:
        """The local minutes of the day at which it runs, ascending; all of one grid."""
        return self.times.minutes

    def runs_on(self, day: date) -> bool:
        """Whether it runs on a local day."""
        return self.days.include(day)

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, ...]:
        """The runs (UTC) of a local day, strictly ascending; empty where it does not run that day."""
        if not self.runs_on(day):
            return ()
        return tuple(dict.fromkeys(_instant(day, minute, zone) for minute in self.minutes))

    def next_after(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The first run (UTC) strictly after an aware instant."""
        instant = instant.astimezone(UTC)
        # A run comes less than a quarter of an hour after the wall clock has reached its time: what the clock had
        # passed a quarter of an hour ago is over.
        passed = (instant - QUARTER).astimezone(zone)
        day, earliest = passed.date(), passed.hour * 60 + passed.minute
        while True:
            if self.days.include(day):
                for minute in self.times.minutes:
                    if minute >= earliest and (run := _instant(day, minute, zone)) > instant:
                        return run
            day, earliest = day + _ONE_DAY, 0

    def last_until(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The latest run (UTC) that is not after an aware instant."""
        instant = instant.astimezone(UTC)
        day = instant.astimezone(zone).date() + _ONE_DAY  # begun already where the clocks went back over midnight
        while not self.runs_on(day) or _instant(day, self.minutes[0], zone) > instant:
            day -= _ONE_DAY
        return max(run for run in self.on(day, zone) if run <= instant)

    def between(self, after: datetime, last: datetime, zone: ZoneInfo) -> list[datetime]:
        """The runs (UTC) in (after, last], ascending."""
        runs = []
        run = self.next_after(after, zone)
        while run <= last:
            runs.append(run)
            run = self.next_after(run, zone)
        return runs


@lru_cache(maxsize=1024)  # every run reads the few Zeitpläne of its practice, every tick those of all that are due
def parse_schedule(text: str, job: Job) -> Schedule:
    """Read the Zeitplan of a job; raises ScheduleError."""
    try:
        return Schedule(*parse(text, job))
    except GrammarError as refused:
        shown = " ".join(text.split())
        shown = shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
        raise ScheduleError(shown, f"{refused}. {_allowed(job)}") from None


@cache
def default_schedule(job: Job) -> Schedule:
    """`täglich` at the manual's own times: prepare at 10:00, send at 10:05, status at 10:10."""
    return Schedule(EveryNDays(1), single_time(10 * 60 + GRID_MINUTE[TICK_OF[job]]))


def slot_day(slot: datetime, zone: ZoneInfo) -> date:
    """The local date of a slot: the run's `today`, whenever it runs."""
    return slot.astimezone(zone).date()


def _allowed(job: Job) -> str:
    at = hhmm(default_schedule(job).minutes[0])
    examples = ", ".join(f"«{days} {at}»" for days in ("täglich", "Mo-Fr", "alle 2 Wochen Mo", "monatlich letzter"))
    return f"Erlaubt ist zum Beispiel {examples} oder «täglich alle 30 Minuten 08:00-18:00»."


@lru_cache(maxsize=4096)  # a tick asks for the same few minutes of all practices that are due
def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The first tick (UTC) of the minute's grid at which the wall clock has come as far as this local time."""
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone) != local:  # within one zone the wall clocks are compared
        instant = _end_of_gap(local, zone)
    past = timedelta(minutes=(instant.minute - minute) % 15, seconds=instant.second)
    return instant + (QUARTER - past) if past else instant


def _end_of_gap(skipped: datetime, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which the wall clock shows more than a local time that it skips."""
    before = skipped.replace(fold=1).astimezone(UTC)  # as the clock goes behind the gap: not there yet
    behind = skipped.astimezone(UTC)  # as it went before the gap: past it
    while behind - before > _SECOND:
        middle = before + (behind - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone) < skipped:
            before = middle
        else:
            behind = middle
    return behind
