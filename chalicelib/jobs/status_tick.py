"""The status tick: collect receipts, sweep stuck entries, queue the status runs. For all practices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from chalicelib.jobs.collect_receipts import (
    Collected,
    StatusJobs,
    collect_email_events,
    collect_sms_receipts,
    practices_with_pending_receipts,
)
from chalicelib.jobs.ports import JobPorts
from chalicelib.jobs.sweep import BATCHES, becoming_unconfirmed, load_overdue, postponements, still_unknown, sweep
from chalicelib.jobs.tick import dispatch
from chalicelib.schedule.job import Tick

_FIRST_TICK_BEFORE = time(0, 15)
NEWLY = timedelta(minutes=20)  # unknown: of this tick and of the previous one, which may have died before waking jobs


@dataclass(frozen=True)
class StatusTick:
    """How many runs it queued and new lines of delivery logs it read, and the longest delay of one of these."""

    queued: int
    lines: int
    delay: timedelta


def status_tick(at: datetime, ports: JobPorts) -> StatusTick:
    """Collect receipts and sweep, then queue the status runs, which use the results.

    Nothing is collected while no practice's status job is due or waits, and no entry is unknown: receipts stay in the
    logs and the receipts queue, and a quiet tick is one call, except for the first of a (UTC) day.
    """
    now = ports.clock()
    due = ports.jobs.due(Tick.STATUS, at)
    batches = ports.store.charge_batches(due.charges[:BATCHES])
    overdue = load_overdue(due.entries, batches, now, ports.store)
    unknown, silent = still_unknown(overdue), becoming_unconfirmed(overdue)
    jobs = StatusJobs(due.jobs, at, ports.jobs)
    awaited = bool(jobs.ready or jobs.waiting or unknown or silent)
    collected = Collected()
    if awaited or at.time() < _FIRST_TICK_BEFORE:
        collected = collect_sms_receipts(unknown, silent, jobs, at, now, ports)
    if awaited:
        collect_email_events(ports.queues, ports.receipts, now, jobs)
    unknown += [*collected.matched, *sweep(overdue, now, ports)]
    ports.store.postpone_checks(postponements(batches, overdue, now))
    newly = [entry.practice for entry in unknown if entry.changed_at > now - NEWLY]
    jobs.wake([*newly, *practices_with_pending_receipts(unknown, ports.receipts)])
    dispatch(jobs.ready, at, ports.queues, ports.jobs)
    delay = max((one.delay for one in collected.new), default=timedelta())
    return StatusTick(len(jobs.ready), len(collected.new), delay)
