"""The ports that the jobs read and write, built by the wiring, and protocols for those that a dry run replaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from chalicelib.aws.deployment import Clients
from chalicelib.aws.run_store import RunStore
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group

Row = Mapping[str, object]


class EntryReader(Protocol):
    """The existing entries, from Store, or the hypothetical ones of a dry run."""

    def entries(self, practice: str, keys: Sequence[str], /) -> dict[str, Entry]:
        """The existing entries of these keys, by key."""

    def open_entries(self, practice: str, group: Group, since: datetime | None = None, /) -> Iterator[Entry]:
        """The existing entries in a group; `since` (UTC) omits those that sort before it."""


class PracticeRows(Protocol):
    """The rows of the practice database, read by PracticeDatabase, or read earlier."""

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
    """Each client is built at its first use, so a tick without work builds few."""

    @property
    def runs(self) -> RunStore: ...
