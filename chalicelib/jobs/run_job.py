"""Run one job of one practice: claim it, read its settings, do it, record it. Errors become reasons here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from chalicelib.admin.removal import forget_removed
from chalicelib.aws.parameter_store import ParameterError
from chalicelib.entries.states import State
from chalicelib.jobs.apply_receipts import apply_receipts
from chalicelib.jobs.balance_alerts import tell_untold
from chalicelib.jobs.ports import JobPorts
from chalicelib.jobs.prepare import prepare
from chalicelib.jobs.run_context import NotRunError, next_try, open_database, read_context, with_opt_outs
from chalicelib.jobs.run_log import record_run
from chalicelib.jobs.send import send
from chalicelib.planning.context import RunContext
from chalicelib.planning.run_report import Activity, LeftOut, RunOutcome, RunReport, Tally
from chalicelib.practice.reader import Reader
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.reports.send_daily_summary import send_daily_summary
from chalicelib.schedule.job import PREPARING, TICK_OF, Job, RunMessage, next_tick
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.search import Search
from chalicelib.schedule.time_zone import zone_named
from chalicelib.text import Text


def run_job(run: RunMessage, owner: str, ports: JobPorts) -> RunReport | None:
    """Do a run once; None if it was done before. Raises LeaseHeldError, and unexpected errors after recording them."""
    now = ports.clock()
    if not ports.runs.claim(run, owner, now):
        return None
    tally = Tally(reader=Reader(job=run.job))

    def write(activities: Sequence[Activity | LeftOut]) -> None:
        ports.history.write_activity(run.practice, activities, [], ports.clock(), tally.reader)

    tally.write = write
    record = ports.practices.record(run.practice)
    try:
        outcome, go_on = _outcome(run, record, tally, now, ports)
    except Exception as error:
        tally.add_error(Text("run.unexpected", error=type(error).__name__))
        record_run(run, record, tally, RunOutcome.FAILED, now, ports)
        ports.runs.release(run, owner, now)
        raise
    report = record_run(run, record, tally, outcome, now, ports)
    after = partial(_job_after, run=run, outcome=outcome, go_on=go_on, search=tally.search, waits=tally.waits)
    wrote = tally.counts[State.PREPARED] if run.job in PREPARING else 0
    seen = record.jobs.get(run.job) if record else None
    ports.runs.finish(run, owner, lambda job: replace(after(job), started=now, outcome=outcome.value), wrote, seen)
    if record:
        forget_removed(record, now, ports.practices)
    return report


def _outcome(
    run: RunMessage, record: PracticeRecord | None, tally: Tally, now: datetime, ports: JobPorts
) -> tuple[RunOutcome, datetime | None]:
    """The outcome, and the tick (UTC) at which the slot continues."""
    retry = None
    try:
        context = read_context(run, record, tally, now, ports)
        retry = _retry(context)
        tell_untold(context, ports.store, ports.raised_alerts)
        go_on = _do(context, ports)
        return tally.outcome(), go_on
    except NotRunError as not_run:
        tally.reasons |= dict.fromkeys(not_run.reasons)
        again = not_run.again and run.job not in PREPARING
        return not_run.outcome, _later_today(run, record, now) if again else None
    except ParameterError as error:
        tally.add_error(error.text)
        return RunOutcome.FAILED, retry
    except PracticeDatabaseError as error:
        tally.add_error(error.text)
        tally.details.append(error.detail)
        if tally.counts[State.PREPARED]:
            tally.add_note(Text("run.rest_follows"))
        if run.job in PREPARING and error.passes:
            retry = _later_today(run, record, now)
        return RunOutcome.FAILED, retry


def _do(context: RunContext, ports: JobPorts) -> datetime | None:
    match context.run.job:
        case Job.STATUS:
            return apply_receipts(context, ports)
        case Job.SEND:
            return send(context, ports)
        case Job.SUMMARY:
            _summarise(context, ports)
        case _:
            prepare(context, ports)
    return None


def _summarise(context: RunContext, ports: JobPorts) -> None:
    day = context.record.jobs[Job.SUMMARY].summary_day(context.run.slot)
    if day in context.switches.closed_days:
        raise NotRunError(RunOutcome.SKIPPED, Text("run.closed", day=day))
    opened, stops = partial(open_database, context, ports), ports.stops.stop_of(context.run.practice)
    stop = Text("blocked.stopped", stops.everything) if stops.everything else stops.sms or stops.emails
    send_daily_summary(context, partial(with_opt_outs, context, ports), opened, ports.store, ports.alerts, stop)


def _retry(context: RunContext) -> datetime | None:
    """When a failed run is retried today: send and status at their next tick, prepare before its next slot.

    Prepare is retried only if the database may recover; a person who has fixed something runs it again.
    """
    if context.run.job in PREPARING:
        return None
    return next_try(context) if context.run.job is Job.SEND else _later_today(context.run, context.record, context.now)


def _later_today(run: RunMessage, record: PracticeRecord | None, now: datetime) -> datetime | None:
    if record is None or run.job not in record.jobs:
        return None
    zone = zone_named(record.jobs[run.job].zone)
    tick = next_tick(TICK_OF[run.job], now)
    return tick if slot_day(tick, zone) == slot_day(run.slot, zone) else None


def _job_after(
    job: JobState,
    run: RunMessage,
    outcome: RunOutcome,
    go_on: datetime | None,
    search: tuple[Search | None, Search] | None = None,
    waits: bool = False,
) -> JobState:
    """The job's state after its run: the slot is done, or due again if it continues, or waits for receipts. Pure.

    A search counts if no other run has searched meanwhile, and none was undone.
    """
    if search and outcome.is_success and job.search == search[0]:
        job = replace(job, search=search[1])
    if outcome is not RunOutcome.FAILED or run.job not in PREPARING:
        job = replace(job, done=max(run.slot, job.done or run.slot))
    elif job.done is None:  # its very first run failed: the next one has to search this slot's days too
        job = replace(job, done=run.slot - timedelta(microseconds=1))
    if job.due <= run.tick:  # dispatch has not advanced it yet: its conditional write will fail after this one
        job = job.advanced(run.tick)
    if go_on is None or go_on >= job.due:
        return job
    return replace(job, due=go_on) if waits else replace(job, slot=run.slot, due=go_on)
