"""The three ticks of the rules, each for all practices."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.jobs.dispatch import dispatch
from chalicelib.schedule.job import Job, Tick

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring

NEWLY = timedelta(minutes=20)  # unknown: this tick's, and the one before's, which may have died before it woke anybody


def job_tick(tick: Tick, at: datetime, parts: Wiring) -> int:
    """Queue the runs of a rule that are due at its tick (UTC); returns how many."""
    due = parts.practices.due(tick, at)
    dispatch(due.jobs, at, parts.queues, parts.practices)
    return len(due.jobs)


def status_tick(at: datetime, parts: Wiring) -> int:
    """Harvest, sweep, then queue the status runs, so that they find what came; returns how many.

    Nothing is harvested while no practice's status job is due and nothing is unknown: the logs and the receipts
    queue keep it, and a quiet tick is one call.
    """
    from chalicelib.jobs.collect_receipts import (
        collect_email_events,
        collect_sms_receipts,
        practices_with_pending_receipts,
        wake_status_jobs,
    )
    from chalicelib.jobs.sweep import (
        BATCHES,
        SweepPorts,
        load_overdue,
        postponements,
        still_unknown,
        sweep,
        wait_for_receipts,
    )

    now = parts.clock()
    due = parts.practices.due(Tick.STATUS, at)
    broom = SweepPorts(parts.store, parts.queues, parts.practices, parts.history, parts.alerts, parts.receipts)
    blocks = parts.store.charge_batches(due.charges[:BATCHES])
    looked = load_overdue(due.entries, blocks, now, parts.store)
    unknown = still_unknown(looked)
    awake = {job.practice for job in due.jobs if job.job is Job.STATUS}
    wakes = partial(wake_status_jobs, awake=awake, tick=at, practices=parts.practices)
    if due.jobs or wait_for_receipts(looked):
        unknown += collect_sms_receipts(parts.delivery_logs, unknown, now, parts.receipts, parts.store)
        collect_email_events(parts.queues, parts.receipts, wakes)
    unknown += sweep(looked, now, broom)
    parts.store.postpone_checks(postponements(blocks, looked, now))
    newly = [entry.practice for entry in unknown if entry.changed_at > now - NEWLY]
    wakes([*newly, *practices_with_pending_receipts(unknown, parts.receipts)])
    dispatch(due.jobs, at, parts.queues, parts.practices)
    return len(due.jobs)
