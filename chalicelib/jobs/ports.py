"""The outside things that the jobs read and write, handed in by the wiring; what of them a dry run replaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from chalicelib.aws.deployment import Clients
from chalicelib.aws.run_store import RunStore
from chalicelib.entries.entry import Entry

Row = Mapping[str, object]


class EntryReader(Protocol):
    """The entries that there are, as Store has them, or those that there would be."""

    def entries(self, practice: str, keys: Sequence[str], /) -> dict[str, Entry]:
        """The existing entries of these keys, by key."""


class PracticeRows(Protocol):
    """The rows of the practice database, as PracticeDatabase reads them, or as they were read before."""

    def reminders(self, first: date, end: date, default_mandant: str | None, /) -> Iterator[Row]:
        """The appointments of the local days [first, end)."""

    def birthdays(
        self, month_days: Sequence[str], default_mandant: str | None, active_since: date | None = None, /
    ) -> Iterator[Row]:
        """The patients born on one of the `MM-DD`."""

    def recheck(
        self,
        appointment_ids: Sequence[str],
        patient_ids: Sequence[str],
        default_mandant: str | None,
        active_since: date | None = None,
        /,
    ) -> Iterator[Row]:
        """The rows of these ids."""


class JobPorts(Clients, Protocol):
    """Each client is built when it is first used, so a tick without work builds few."""

    @property
    def runs(self) -> RunStore: ...
    def clock(self) -> datetime:
        """The current time (UTC)."""
