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
    from chalicelib.jobs.harvest import harvest_mail, harvest_sms, heard_of, wake
    from chalicelib.jobs.sweep import BLOCKS, Broom, look_at, put_off, still_unknown, sweep, wait_for_receipts

    now = parts.clock()
    due = parts.practices.due(Tick.STATUS, at)
    broom = Broom(parts.store, parts.queues, parts.practices, parts.history, parts.alerts, parts.receipts)
    blocks = parts.store.blocks(due.charges[:BLOCKS])
    looked = look_at(due.entries, blocks, now, parts.store)
    unknown = still_unknown(looked)
    awake = {job.practice for job in due.jobs if job.job is Job.STATUS}
    wakes = partial(wake, awake=awake, tick=at, practices=parts.practices)
    if due.jobs or wait_for_receipts(looked):
        unknown += harvest_sms(parts.delivery_logs, unknown, now, parts.receipts, parts.store)
        harvest_mail(parts.queues, parts.receipts, wakes)
    unknown += sweep(looked, now, broom)
    parts.store.look_later(put_off(blocks, looked, now))
    newly = [entry.practice for entry in unknown if entry.moved_at > now - NEWLY]
    wakes([*newly, *heard_of(unknown, parts.receipts)])
    dispatch(due.jobs, at, parts.queues, parts.practices)
    return len(due.jobs)
