"""A registered practice: its record in the table and its saved parameters. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.time_zone import DEFAULT, zone_named


@dataclass(frozen=True)
class Practice:
    """A practice as commands and other callers outside a run see it."""

    record: PracticeRecord
    saved: SavedParameters

    @property
    def id(self) -> str:
        return self.record.practice

    @cached_property
    def validated(self) -> ValidatedParameters:
        return ValidatedParameters(self.saved)

    @property
    def zone(self) -> ZoneInfo:
        """Return its time zone, Europe/Zurich if the saved one is invalid."""
        zone: ZoneInfo = self.validated.switches.values.get("Zeitzone", zone_named(DEFAULT))
        return zone
