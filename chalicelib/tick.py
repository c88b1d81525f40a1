"""The three ticks of the rules, each for all practices."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from .dispatch import dispatch
from .harvest import harvest_mail, harvest_sms, wake
from .job import Tick
from .sweep import Broom, sweep

if TYPE_CHECKING:
    from .wiring import Wiring


def job_tick(tick: Tick, at: datetime, parts: Wiring) -> int:
    """Queue the runs of a rule that are due at its tick (UTC); returns how many."""
    due = parts.practices.due(tick, at)
    dispatch(due.jobs, at, parts.queues, parts.practices)
    return len(due.jobs)


def status_tick(at: datetime, parts: Wiring) -> int:
    """Sweep, harvest, then queue the status runs, so that they find what came; returns how many.

    Nothing is harvested while no practice's status job is due and nothing is unknown: the logs and the receipts
    queue keep it, and a quiet tick is one call.
    """
    now = parts.clock()
    due = parts.practices.due(Tick.STATUS, at)
    broom = Broom(parts.store, parts.queues, parts.practices, parts.history, parts.alerts)
    unknown = sweep(due.entries, now, broom)
    if due.jobs or unknown:
        matched = harvest_sms(parts.delivery_logs, unknown, now, parts.receipts, parts.store)
        matched += harvest_mail(parts.queues, unknown, parts.receipts)
        lost = [entry for entry in unknown if entry.moved_at >= now]  # by this very sweep
        wake([*matched, *lost], at, parts.practices)
    jobs = parts.practices.due(Tick.STATUS, at).jobs if unknown else due.jobs
    dispatch(jobs, at, parts.queues, parts.practices)
    return len(jobs)
