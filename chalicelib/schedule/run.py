"""One run of one job, as the runs queue carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.schedule.job import Job


@dataclass(frozen=True)
class RunMessage:
    """A run of one job of one practice for a slot, started by a tick (UTC)."""

    practice: str
    job: Job
    slot: datetime
    tick: datetime
