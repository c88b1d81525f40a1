"""For whom a line of the logs is written. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from zoneinfo import ZoneInfo

from chalicelib.schedule.job import Job
from chalicelib.schedule.time_zone import DEFAULT, zone_named
from chalicelib.text import DEFAULT_LANGUAGE


@dataclass(frozen=True)
class Reader:
    """The language and zone of a practice's people, and the job that writes to them, None for a person.

    Where the practice's zone is not at hand it is Switzerland's; a local time has its offset.
    """

    language: str = DEFAULT_LANGUAGE
    zone: ZoneInfo = field(default_factory=partial(zone_named, DEFAULT))
    job: Job | None = None
