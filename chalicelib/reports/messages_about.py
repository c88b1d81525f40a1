"""All messages that may have told the start of an appointment. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from chalicelib.aws.entry_store import with_leaders
from chalicelib.entries.covering import leaders
from chalicelib.entries.entry import Entry, entry_key, reminder_identity
from chalicelib.rules.rescheduled import announcement_keys


def messages_about(
    read: Callable[[str, Sequence[str]], dict[str, Entry]], practice: str, appointments: Collection[str]
) -> dict[str, Entry]:
    """The reminders of these appointments and all other messages that may tell their starts, by key.

    No call without appointments, otherwise two, or three if any was moved and told so.
    """
    keys = {entry_key(practice, reminder_identity(one)): one for one in sorted(appointments)}
    found = read(practice, list(keys)) if keys else {}
    wanted = leaders(found.values()).union(*(one.again_keys for one in found.values()))
    wanted |= {key for one in found.values() for key in announcement_keys(one, keys[one.key]).values()}
    return found | with_leaders(read, practice, wanted)
