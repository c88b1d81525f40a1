"""The groups in which a practice lists its entries, and the order within them."""

from __future__ import annotations

from datetime import datetime

from chalicelib.entries.entry import UNDERWAY, UNREACHED, Entry, State

OPEN_GROUPS = ("prepared", "held", "underway", "unreached")
GROUPS = (*OPEN_GROUPS, "ended")


def open_group(entry: Entry) -> str | None:
    """The group of the index `groups` in which a practice finds the entry; None: not listed any more."""
    if entry.state is State.PREPARED:
        return "held" if entry.held else "prepared"
    if entry.state in UNDERWAY:
        return "underway"
    if entry.anonymised:
        return None
    return "unreached" if entry.state in UNREACHED else "ended"


def group_sort_key(entry: Entry) -> datetime:
    """Where it stands in its group: what has ended by its last move, all others by Beginn or the day's end."""
    return entry.changed_at if open_group(entry) == "ended" else entry.expires_at
