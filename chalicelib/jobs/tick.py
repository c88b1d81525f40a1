"""Queue the runs that are due at a tick of a rule, for all practices.

A run is queued first; then its job's due time is advanced, unless it has changed since it was read. A crash in between
repeats the message, but the run's claim lets only one run. After lost ticks, one run catches up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.aws.job_store import JobStore
from chalicelib.aws.queues import Queues
from chalicelib.schedule.job import RunMessage, Tick
from chalicelib.schedule.job_state import JobState


def job_tick(tick: Tick, at: datetime, queues: Queues, job_store: JobStore) -> int:
    """Queue the runs of a rule that are due at its tick (UTC); returns how many."""
    due = job_store.due(tick, at)
    dispatch(due.jobs, at, queues, job_store)
    return len(due.jobs)


def dispatch(jobs: Sequence[JobState], tick: datetime, queues: Queues, job_store: JobStore) -> None:
    """Queue the runs of these due jobs at a tick (UTC), then advance each to its next regular slot."""
    queues.put_runs([RunMessage(job.practice, job.job, job.slot_for_tick(tick), tick) for job in jobs])
    for job in jobs:
        job_store.save(job, job.advanced(tick))
