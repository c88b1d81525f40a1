"""The groups in which a practice lists its entries, and the order within them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import UNDERWAY, UNREACHED, State


class Group(StrEnum):
    """A group of the index `groups`."""

    PREPARED = "prepared"
    HELD = "held"
    UNDERWAY = "underway"
    UNREACHED = "unreached"
    ENDED = "ended"  # delivered, unconfirmed, cancelled, expired, covered

    @classmethod
    def of(cls, entry: Entry) -> Group | None:
        """The group that lists the entry; None if it is not listed."""
        if entry.state is State.PREPARED:
            return cls.HELD if entry.held else cls.PREPARED
        if entry.state in UNDERWAY:
            return cls.UNDERWAY
        if entry.anonymised:
            return None
        return cls.UNREACHED if entry.state in UNREACHED else cls.ENDED


OPEN_GROUPS: tuple[Group, ...] = (Group.PREPARED, Group.HELD, Group.UNDERWAY, Group.UNREACHED)
ACTIVE_GROUPS = (Group.PREPARED, Group.HELD, Group.UNDERWAY)  # an entry there may still be sent, or get its receipt


def group_sort_key(entry: Entry) -> datetime:
    """The entry's sort key in its group: its last transition if it has ended, otherwise the end of its validity."""
    return entry.changed_at if Group.of(entry) is Group.ENDED else entry.expires_at
