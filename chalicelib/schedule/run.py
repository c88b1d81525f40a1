"""What the runs queue carries: one run of one job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.schedule.job import Job


@dataclass(frozen=True)
class RunMessage:
    """What the runs queue carries: one job of one practice, for a slot, at a tick (UTC)."""

    practice: str
    job: Job
    slot: datetime
    tick: datetime
