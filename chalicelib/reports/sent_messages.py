"""The messages that left on a day: those that a provider has accepted. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.states import ACCEPTED, State
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import to_utc

if TYPE_CHECKING:
    from chalicelib.aws.entry_store import EntryStore


def claimed_on(day: date, practice: str, zone: ZoneInfo, store: EntryStore) -> list[Entry]:
    """The practice's entries whose latest request to a provider was on a local day.

    Three queries, each from that day on: such an entry ends, or starts, later. Anonymised entries are in no group.
    """
    since = to_utc(day, time(0), zone)
    groups = (Group.UNDERWAY, Group.UNREACHED, Group.ENDED)
    found = store.entries_in(practice, groups, dict.fromkeys(groups, since))
    return [entry for entry in found if entry.claimed_at and slot_day(entry.claimed_at, zone) == day]


def sent_messages(entries: Iterable[Entry]) -> list[Entry]:
    """Return those that a provider has accepted, by patient (numbers in their order) and time."""
    accepted = [entry for entry in entries if entry.state in ACCEPTED]
    return sorted(accepted, key=lambda one: (len(one.patient), one.patient, one.claimed_at or one.changed_at))


def count_unknown(entries: Iterable[Entry]) -> int:
    """Count those that may have left: their outcome is unknown."""
    return sum(entry.state is State.UNKNOWN for entry in entries)
