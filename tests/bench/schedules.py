"""When a job runs next: `next_after` beside cronsim, and a tick's dispatch beside APScheduler holding as many jobs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from statistics import median

from apscheduler.job import Job as ApsJob
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from cronsim import CronSim

from chalicelib.jobs.tick import job_tick
from chalicelib.schedule.job import Job, Tick
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.schedule import Schedule, parse_schedule
from tests.bench.report import Bar, Row, Section
from tests.bench.rows import ZONE
from tests.fakes.wiring import FakeWiring
from tests.fakes.world import World

# Schedules that both can express; cron cannot express «alle 2 Tage», «alle 2 Wochen Mo» and the like.
BOTH = {
    "täglich 10:00": "0 10 * * *",
    "Mo-Fr 10:00": "0 10 * * 1-5",
    "Mo,Mi,Fr 16:30": "30 16 * * 1,3,5",
    "monatlich 1 10:00": "0 10 1 * *",
    "monatlich letzter 10:00": "0 10 L * *",
    "täglich alle 30 Minuten 08:00-17:30": "0,30 8-17 * * *",
    "Mo-Fr alle 2 Stunden 08:00-18:00": "0 8,10,12,14,16,18 * * 1-5",
}
PRACTICES = (10, 1000, 10_000)
DUE = 3  # numbers of practices
_YEARS = datetime(2026, 1, 1, tzinfo=ZONE), datetime(2029, 1, 1, tzinfo=ZONE)
_QUESTIONS = 500  # from as many instants of a year that nobody has asked for before
_ASKED = datetime(2031, 1, 1, tzinfo=UTC)
_TICKS = 15
_DUE_AT = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)  # 10:05 in Zürich
_LATER = timedelta(days=300)


def schedule_section() -> Section:
    """One query from an instant, by both. Raises AssertionError if they disagree on three years of runs."""
    rows = []
    for text, cron in BOTH.items():
        schedule = parse_schedule(text, Job.PREPARE_REMINDERS)
        assert runs_by_us(schedule) == runs_by_cron(cron), text
        ours, theirs = _asked(lambda at, one=schedule: one.next_after(at, ZONE)), _asked(_cronsim(cron))  # type: ignore[misc]
        numbers = {"vitosms": ours, "cronsim": theirs, "ratio": ours / theirs}
        shown = f"{ours / theirs:.2f} × cronsim ({ours * 1e6:.0f} µs)"
        rows.append(Row(f"next_after «{text}»", None, shown, f"cronsim «{cron}» {theirs * 1e6:.0f} µs", None, numbers))
    note = (
        f"one query from an instant, the median of {_QUESTIONS} over a year that was not queried before; both return "
        "the same runs from 2026 to 2028."
    )
    return Section("Schedule compared with cronsim", rows, (note,))


def runs_by_us(schedule: Schedule) -> list[datetime]:
    """All runs of the compared years."""
    first, end = _YEARS
    return schedule.between(first, end, ZONE)


def runs_by_cron(cron: str) -> list[datetime]:
    """All runs of the compared years, as cronsim has them."""
    first, end = _YEARS
    return [run.astimezone(UTC) for run in takewhile(lambda run: run <= end, CronSim(cron, first))]


def _cronsim(cron: str) -> Callable[[datetime], datetime]:
    return lambda at: next(CronSim(cron, at.astimezone(ZONE)))


def _asked(next_after: Callable[[datetime], datetime]) -> float:
    """Seconds, the median of one question."""
    step = timedelta(days=365) / _QUESTIONS
    times = []
    for number in range(_QUESTIONS):
        at = _ASKED + number * step
        start = time.perf_counter()
        next_after(at)
        times.append(time.perf_counter() - start)
    return median(times)


def dispatch_section(calls: Mapping[int, Mapping[str, int]]) -> Section:
    """A tick with three practices due; `calls` by practices, counted on the local cloud."""
    rows = []
    expected = {"dynamodb.Query": 1, "sqs.SendMessageBatch": 1, "dynamodb.UpdateItem": DUE}
    for practices, counted in calls.items():
        text = ", ".join(f"{name} {count}" for name, count in counted.items())
        bar = Bar(f"independent of the practices that are not due ({DUE} are)", counted == expected)
        rows.append(Row("calls of a tick", practices, text, "", bar, {k: float(v) for k, v in counted.items()}))
    for practices in PRACTICES:
        ours, theirs = dispatch_seconds(practices), apscheduler_seconds(practices)
        text, beside = f"{ours / theirs:.2f} × APScheduler ({ours * 1e6:.0f} µs)", f"APScheduler {theirs * 1e6:.0f} µs"
        numbers = {"vitosms": ours, "apscheduler": theirs, "ratio": ours / theirs}
        rows.append(Row("a tick's own work, in memory", practices, text, beside, None, numbers))
    return Section("Dispatch compared with APScheduler", rows, _DISPATCH_NOTES)


_DISPATCH_NOTES = (
    f"{DUE} jobs are due, all others later; the median of {_TICKS} ticks on the in-memory stores of both, without any "
    "call. vitosms reads each job's schedule and zone anew and writes on condition; APScheduler holds its jobs in a "
    "process that has to stay alive, and after a restart does not know which jobs have run.",
)


def dispatch_seconds(practices: int) -> float:
    """The median of a tick of ours."""
    world = World(_DUE_AT)
    parts = FakeWiring(world, {})
    for number in range(practices):
        due = _DUE_AT if number < DUE else _DUE_AT + _LATER
        parts.data.put_job(JobState(f"praxis-{number}", Job.SEND, due, due, ZONE.key))
    times = []
    for day in range(_TICKS):
        at = (_DUE_AT.astimezone(ZONE) + timedelta(days=day)).astimezone(UTC)
        start = time.perf_counter()
        queued = job_tick(Tick.SEND, at, parts.queues, parts.jobs)
        times.append(time.perf_counter() - start)
        assert queued == DUE
    return median(times)


def apscheduler_seconds(practices: int) -> float:
    """The median of what APScheduler does at a wake-up: the due jobs, and the next time of each."""
    store, trigger = MemoryJobStore(), CronTrigger.from_crontab("5 10 * * *", timezone=ZONE)
    scheduler = BackgroundScheduler(timezone=ZONE)
    scheduler.add_jobstore(store)
    scheduler.start(paused=True)
    for number in range(practices):
        due = _DUE_AT if number < DUE else _DUE_AT + _LATER
        scheduler.add_job(_nothing, trigger, id=f"praxis-{number}", next_run_time=due)
    times = []
    for day in range(_TICKS):
        at = (_DUE_AT.astimezone(ZONE) + timedelta(days=day)).astimezone(ZONE)
        start = time.perf_counter()
        queued = _wake_up(store, trigger, at)
        times.append(time.perf_counter() - start)
        assert queued == DUE
    scheduler.shutdown(wait=False)
    return median(times)


def _wake_up(store: MemoryJobStore, trigger: CronTrigger, at: datetime) -> int:
    due: list[ApsJob] = store.get_due_jobs(at)
    for job in due:
        job._modify(next_run_time=trigger.get_next_fire_time(at, at + timedelta(seconds=1)))
        store.update_job(job)
    return len(due)


def _nothing() -> None:
    return None
