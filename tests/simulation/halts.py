"""The halts of a practice by its people, and since when (UTC): stopped patients, closed days, a removal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.text import Text

TAKEN_BACK = (Text("rule.not_stopped.stopped"), Text("stop.removed"))  # by a person, who may allow it again


class Halt(StrEnum):
    """Between the question of a person and its answer, nothing is known."""

    ASKED = "asked"
    ON = "on"
    OFF = "off"


def cancels(before: Entry, after: Entry) -> bool:
    """Whether a person has cancelled an entry, at whatever state: alone, with its patient, or its practice."""
    by_halt = after.state is State.CANCELLED and after.reason in TAKEN_BACK
    return by_halt or (after.cancelled_manually and not before.cancelled_manually)


@dataclass(frozen=True)
class Closed:
    """Days that a practice has noted; with a canton, its holidays, of which these are beyond doubt."""

    days: frozenset[date] = frozenset()
    holidays: bool = False

    def surely(self, day: date) -> bool:
        return day in self.days or (self.holidays and (day.month, day.day) in _HOLIDAYS)

    def perhaps(self, day: date) -> bool:
        return day in self.days or self.holidays


_HOLIDAYS = frozenset({(1, 1), (8, 1), (12, 25)})  # everywhere in Switzerland
Since = list[tuple[datetime, Halt]]


@dataclass
class Halts:
    """The halts of one practice, oldest first; patients by their id."""

    patients: dict[str, Since] = field(default_factory=dict)
    removal: Since = field(default_factory=list)
    closed: list[tuple[datetime, Closed]] = field(default_factory=list)

    def of_patient(self, patient: str) -> Halt | None:
        """The latest about a patient; None if nobody has ever asked for a stop."""
        known = self.patients.get(patient)
        return known[-1][1] if known else None

    def note_patient(self, patient: str, at: datetime, halt: Halt) -> None:
        self.patients.setdefault(patient, []).append((at, halt))

    @property
    def removed(self) -> Halt:
        return self.removal[-1][1] if self.removal else Halt.OFF

    def was_removed(self, since: datetime) -> bool:
        """Whether the practice may have been removed at some instant since then."""
        before = [halt for at, halt in self.removal if at <= since][-1:]
        return any(halt is not Halt.OFF for halt in [*before, *(halt for at, halt in self.removal if at > since)])

    def was_closed(self, days: Iterable[date], start: datetime, end: datetime) -> bool:
        """Whether all of these days were closed, whatever the instant of [start, end]."""
        return all(noted.surely(day) for day in days for noted in self._noted(start, end))

    def may_have_been_closed(self, day: date, start: datetime, end: datetime) -> bool:
        return any(noted.perhaps(day) for noted in self._noted(start, end))

    def _noted(self, start: datetime, end: datetime) -> list[Closed]:
        before = [noted for at, noted in self.closed if at <= start][-1:] or [Closed()]
        return [*before, *(noted for at, noted in self.closed if start < at <= end)]
