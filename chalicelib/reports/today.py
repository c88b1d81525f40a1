"""The numbers of the first page of a practice, by the counts of its appointment days and its forecasts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.entries import day_counts
from chalicelib.entries.states import State
from chalicelib.planning.outlook import next_runs
from chalicelib.planning.run_report import RunOutcome
from chalicelib.practice.day_counts import Cell, DayCounts
from chalicelib.practice.foreseen import Foreseen
from chalicelib.practice.practice import Practice
from chalicelib.schedule.job import SCHEDULED, Job

WEEK = 7  # days, today the last
_NOT_DELIVERED = frozenset({State.NOT_SENDABLE, State.REFUSED, State.FAILED, State.EXPIRED})
_NOT_CONFIRMED = frozenset({day_counts.UNDERWAY, State.UNKNOWN, State.UNCONFIRMED})
Mine = Callable[[Cell], bool]


@dataclass(frozen=True)
class DayResult:
    """How many messages about the appointments of a local day arrived, did not, or have no receipt yet."""

    day: date
    delivered: int
    not_delivered: int
    not_confirmed: int

    @property
    def total(self) -> int:
        return self.delivered + self.not_delivered + self.not_confirmed


@dataclass(frozen=True)
class ComingRun:
    """The last run of a job, None if none has ended, and the tick (UTC) of its next, None if there is none.

    `messages` and `credits` are those of a send run, None where they are not known.
    """

    job: Job
    started: datetime | None
    outcome: RunOutcome | None
    next: datetime | None
    messages: int | None = None
    credits: int | None = None


def counts_of(day: DayCounts | None, mine: Mine = lambda cell: True) -> Counter[str]:
    """The messages of a day by state, those under way together."""
    found = Counter[str]()
    for cell, count in day.counts.items() if day else ():
        if mine(cell):
            found[cell.state] += count
    return found


def week_of(days: Mapping[date, DayCounts], today: date, mine: Mine = lambda cell: True) -> list[DayResult]:
    """The last seven appointment days, oldest first."""
    found = []
    for before in range(WEEK - 1, -1, -1):
        day = today - timedelta(days=before)
        counts = counts_of(days.get(day), mine)
        not_delivered, not_confirmed = (sum(counts[one] for one in some) for some in (_NOT_DELIVERED, _NOT_CONFIRMED))
        found.append(DayResult(day, counts[State.DELIVERED], not_delivered, not_confirmed))
    return found


def coming_runs(practice: Practice, forecasts: Iterable[Foreseen], waiting: int, now: datetime) -> list[ComingRun]:
    """The jobs of a practice, with what its next send run takes: what waits already, or else what was foreseen.

    `now` is UTC.
    """
    found = []
    for job in SCHEDULED:
        state, coming = practice.record.jobs.get(job), next_runs(practice, job, now, 1)
        at = coming[0] if coming else None
        started, outcome = (state.started, state.outcome) if state else (None, "")
        last = RunOutcome(outcome) if outcome in set(RunOutcome) else None
        expected = _expected(forecasts, waiting, at) if job is Job.SEND and at else (None, None)
        found.append(ComingRun(job, started, last, at, *expected))
    return found


def _expected(forecasts: Iterable[Foreseen], waiting: int, at: datetime) -> tuple[int | None, int | None]:
    """The messages, and their credits if they are as many as were foreseen."""
    leave = [departure for one in forecasts for departure in one.departures if departure.at == at]
    messages = sum(departure.messages for departure in leave)
    if waiting and waiting != messages:
        return waiting, None
    return (messages, sum(departure.credits for departure in leave)) if leave else (None, None)


def has_never_run(practice: Practice) -> bool:
    """Whether no job of the practice has ended a run."""
    return not any(job.started for job in practice.record.jobs.values())
