"""The status of a practice: runs, queue, delivery rate of the last days, credits, alerts. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.entries.credits import is_below
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.states import ACCEPTED, UNREACHED, State
from chalicelib.planning.alerts import AlertKind, kind_label, parse_cause
from chalicelib.planning.outlook import next_runs
from chalicelib.planning.run_report import RunOutcome
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import licence_problem
from chalicelib.reports.today import DayResult, week_of
from chalicelib.schedule.job import SCHEDULED, Job, job_label
from chalicelib.schedule.time_zone import instant_of, to_utc
from chalicelib.text import Text

if TYPE_CHECKING:
    from chalicelib.aws.entry_store import EntryStore
    from chalicelib.aws.log_store import LogStore
    from chalicelib.reports.current_call_list import CallList

DAYS = 7  # in the delivery rate
_LAST_RUNS = timedelta(days=35)  # long enough for the last run of a monthly job
_CHANGE_WITHIN = timedelta(days=31)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class JobRuns:
    """The last run of a job, None if there was none in 35 days; the tick (UTC) of its next, None if there is none."""

    job: Job
    started: datetime | None
    outcome: RunOutcome | None
    next: datetime | None


@dataclass(frozen=True)
class DayRate:
    """The number of messages sent on a local day, and of those delivered."""

    day: date
    sent: int
    delivered: int


@dataclass(frozen=True)
class Balance:
    """`problem` is why the Mandant may not send, if that is known: such a balance is never low."""

    mandant: str
    credits: int
    low: bool
    problem: Text | None = None


@dataclass(frozen=True)
class PracticeStatus:
    """All instants are UTC. `queue` counts the entries that have not ended, `today` those that ended today."""

    practice: str
    now: datetime
    zone: ZoneInfo
    clock_change: datetime | None  # within a month
    stopped: Text | None  # reason
    removed: datetime | None
    jobs: tuple[JobRuns, ...]
    queue: Mapping[State, int]
    held: int  # of prepared entries
    today: Mapping[State, int]
    days: tuple[DayRate, ...]  # today is the last
    appointment_days: tuple[DayResult, ...]  # likewise, by the day of the appointment
    to_phone: int
    balances: tuple[Balance, ...]
    alerts: tuple[Text, ...]  # the active ones
    gets_alerts: bool  # whether anybody at the practice does
    problems: tuple[Text, ...]  # with invalid parameters


def practice_status(
    practice: Practice,
    listed: CallList,
    stop: Text | None,
    mandanten: Sequence[Mapping[str, object]],
    now: datetime,
    store: EntryStore,
    history: LogStore | None,
) -> PracticeStatus:
    """The status at `now` (UTC), with a call list and its entries; `stop` is the deployment's.

    `mandanten` are the rows of the practice database; without `history` the last runs are None.
    """
    record, zone, unended = practice.record, practice.zone, listed.unended
    today = now.astimezone(zone).date()
    since = to_utc(today - timedelta(days=DAYS - 1), time(0), zone)
    ended = list(store.open_entries(practice.id, Group.ENDED, since))
    problems = licence_problems(mandanten, practice, today)
    payers = {*problems, *(entry.mandant for entry in [*unended, *ended] if entry.mandant)}
    credits = sorted((store.balances(practice.id, payers) if payers else {}).items())
    balances = tuple(_balance(one, left, practice, problems.get(one)) for one, left in credits)
    return PracticeStatus(
        practice=practice.id,
        now=now,
        zone=zone,
        clock_change=clock_change(now, zone),
        stopped=record.stopped or stop,
        removed=record.removed,
        jobs=_jobs(practice, history.runs(practice.id, now - _LAST_RUNS) if history else [], now),
        queue=Counter(entry.state for entry in unended if entry.state not in UNREACHED),
        held=sum(entry.held for entry in unended),
        today=_ended_today(unended, ended, to_utc(today, time(0), zone)),
        days=tuple(_rates([*unended, *ended], today, zone)),
        appointment_days=tuple(week_of(record.days, today)),
        to_phone=len(listed.calls),
        balances=balances,
        alerts=tuple(dict.fromkeys([*map(alert_label, sorted(record.alerts)), *_low(balances)])),
        gets_alerts=practice.validated.switches.values.get("MeldungAn") != (),
        problems=tuple(practice.validated.problems.values()),
    )


def clock_change(now: datetime, zone: ZoneInfo) -> datetime | None:
    """The first full hour (UTC) within a month at which the zone's clocks change; None if there is none."""
    hour, before = now.replace(minute=0, second=0, microsecond=0), now.astimezone(zone).utcoffset()
    while hour < now + _CHANGE_WITHIN:
        hour += _HOUR
        if hour.astimezone(zone).utcoffset() != before:
            return hour
    return None


def alert_label(cause: str) -> Text:
    """The subject of an active alert, with the Mandant or the job that it names."""
    kind, about = parse_cause(cause)
    subject = kind_label(kind)
    if kind in (AlertKind.LOW_BALANCE, AlertKind.NO_CREDITS, AlertKind.RUNS_OUT):
        return Text("alert.mandant", subject, mandant=about)
    return Text("alert.job", subject, job_label(Job(about))) if kind == AlertKind.RUN_FAILED else subject


def _jobs(practice: Practice, runs: Sequence[Mapping[str, Any]], now: datetime) -> tuple[JobRuns, ...]:
    last = {run["job"]: run for run in runs}
    found = []
    for job in SCHEDULED:
        run, coming = last.get(job), next_runs(practice, job, now, 1)
        started = instant_of(run["start"]) if run else None
        outcome = RunOutcome(run["outcome"]) if run and run["outcome"] in set(RunOutcome) else None
        found.append(JobRuns(job, started, outcome, coming[0] if coming else None))
    return tuple(found)


def _ended_today(unended: Iterable[Entry], ended: Iterable[Entry], midnight: datetime) -> Mapping[State, int]:
    unreached = [entry for entry in unended if entry.state in UNREACHED]
    return Counter(entry.state for entry in [*unreached, *ended] if entry.changed_at >= midnight)


def _rates(entries: Iterable[Entry], today: date, zone: ZoneInfo) -> Iterable[DayRate]:
    """Rates by the local day on which an entry was queued for sending."""
    sent: Counter[date] = Counter()
    delivered: Counter[date] = Counter()
    for entry in entries:
        if entry.state in ACCEPTED and entry.reserved_at is not None:
            day = entry.reserved_at.astimezone(zone).date()
            sent[day] += 1
            delivered[day] += entry.state is State.DELIVERED
    for before in range(DAYS - 1, -1, -1):
        day = today - timedelta(days=before)
        yield DayRate(day, sent[day], delivered[day])


def licence_problems(
    mandanten: Iterable[Mapping[str, object]], practice: Practice, today: date
) -> dict[str, Text | None]:
    """Why each Mandant of these rows of the practice database may not send; None if it may."""
    licences = practice.record.licences
    return {str(row["MandantId"]): licence_problem(row["Lizenznummer"], licences, today) for row in mandanten}


def _balance(mandant: str, credits: int, practice: Practice, problem: Text | None) -> Balance:
    return Balance(mandant, credits, not problem and is_below(credits, practice.least_balance or 0), problem)


def _low(balances: Iterable[Balance]) -> Iterator[Text]:
    """The alerts about balances that are low, whether or not somebody has been told."""
    subject = kind_label(AlertKind.LOW_BALANCE)
    yield from (Text("alert.mandant", subject, mandant=one.mandant) for one in balances if one.low)
