"""Dispatch: at each tick of a rule, queue the runs of the practices that are due.

A run is queued first and its job's due time advanced after, on condition that it is still the one that was read: a
crash in between repeats the message, and the run's claim makes it one run. Where ticks were lost, one run catches up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.aws.practice_store import PracticeStore
from chalicelib.aws.queues import Queues
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.run import RunMessage


def dispatch(jobs: Sequence[JobState], tick: datetime, queues: Queues, practices: PracticeStore) -> None:
    """Queue the runs of these due jobs at a tick (UTC), then move each to its next regular slot."""
    queues.put_runs([RunMessage(job.practice, job.job, job.slot_for_tick(tick), tick) for job in jobs])
    for job in jobs:
        practices.save_job(job, job.advanced(tick))
