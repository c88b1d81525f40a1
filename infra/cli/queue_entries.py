"""The entries of a practice that are open, by the groups of the table's index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.entry import Entry, entry_key

if TYPE_CHECKING:
    from chalicelib.store import Store

GROUPS = ("prepared", "held", "underway", "unreached")
GERMAN_GROUPS = {
    "prepared": "wartet",
    "held": "zurückgehalten",
    "underway": "unterwegs",
    "unreached": "nicht erreicht",
}


def entries_of(store: Store, practice: str, groups: Sequence[str] = GROUPS) -> list[Entry]:
    """All entries of these groups, group by group, by Beginn."""
    return [entry for group in groups for entry in store.open_entries(practice, group)]


def key_of(practice: str, entry: str) -> str:
    """The key of an entry that a person names by its identity (`reminder:…`) or by its key."""
    return entry_key(practice, entry.strip()) if ":" in entry else entry.strip().casefold()
