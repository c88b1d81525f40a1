"""A registered practice: its record in the table and its saved parameters. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.reader import Reader
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.time_zone import DEFAULT, zone_named


@dataclass(frozen=True)
class Practice:
    """A practice as commands and other callers outside a run see it."""

    record: PracticeRecord
    validated: ValidatedParameters

    @property
    def id(self) -> str:
        return self.record.practice

    @property
    def saved(self) -> SavedParameters:
        return self.validated.saved

    def with_saved(self, saved: SavedParameters) -> Practice:
        """Return a copy with other parameters; nothing is stored."""
        return Practice(self.record, ValidatedParameters(saved))

    @property
    def least_balance(self) -> int | None:
        """Return the credits below which a balance is low; 0 if nobody wants to know, None if a setting is invalid."""
        values = self.validated.switches.values
        checked, least = values.get("CreditBestandPruefen"), values.get("CreditMindestbestand")
        return None if checked is None or least is None else least if checked else 0

    @property
    def language(self) -> str:
        """Return the language of texts for its people."""
        return self.validated.switches.language

    @property
    def reader(self) -> Reader:
        """Return its people, as readers of what a person writes to the logs."""
        return Reader(self.language, self.zone)

    @property
    def zone(self) -> ZoneInfo:
        """Return its time zone, Europe/Zurich if the saved one is invalid."""
        zone: ZoneInfo = self.validated.switches.values.get("Zeitzone", zone_named(DEFAULT))
        return zone
