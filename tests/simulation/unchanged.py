"""The patients who are unchanged since they were entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.schedule.job import Job


@dataclass(frozen=True)
class Unchanged:
    """A patient that a run of this job should find, if it starts in between, for a slot of the day of entry."""

    identity: str
    job: Job
    entered: datetime
    until: datetime
    start: str = ""  # local, of an appointment
