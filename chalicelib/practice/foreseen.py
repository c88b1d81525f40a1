"""The forecast of a Mandant's credits, made by night, as the table has it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime


@dataclass(frozen=True)
class Departure:
    """The messages of a Mandant that leave at the tick of a send run (UTC), and the credits that they cost."""

    at: datetime
    messages: int
    credits: int


@dataclass(frozen=True)
class Foreseen:
    """A Mandant's forecast as of `at` (UTC), with its `balance` then.

    `until` (UTC) is when a message cannot be paid for the first time, None if the balance lasts beyond the local day
    `end`. `name` and `licence` are as the practice wrote them, empty if its database was not read yet.
    """

    mandant: str
    at: datetime
    balance: int
    end: date
    until: datetime | None = None
    name: str = ""
    licence: str = ""
    departures: tuple[Departure, ...] = ()  # of the next send runs with messages

    def is_like(self, other: Foreseen | None) -> bool:
        """Whether both foresee the same, whenever they were made."""
        return other is not None and replace(self, at=other.at) == other
