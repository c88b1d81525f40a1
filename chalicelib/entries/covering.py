"""The message that told the patient a start: of an entry, or of another one that covers it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from chalicelib.entries.entry import Entry, entry_key, reminder_identity, rescheduled_identity, transition
from chalicelib.entries.phone_call import with_reached
from chalicelib.entries.states import UNDERWAY, State
from chalicelib.messages.kind import Kind
from chalicelib.text import Text

ANNOUNCED = frozenset({State.SENT, State.DELIVERED, State.UNCONFIRMED, State.UNKNOWN})  # the patient may have it
ON_ITS_WAY = UNDERWAY - ANNOUNCED
STANDS = ANNOUNCED | ON_ITS_WAY
RELEASED = Text("covered.released")

Row = tuple[str | None, str | None]  # an appointment and its local start


def stands_for(first: Entry, covered: Entry) -> bool:
    """Whether the current attempt of the first is the covering one, or another one about the same start."""
    same = covered.announced_start is not None and covered.announced_start == first.announced_start
    return same or first.attempt == covered.covered_attempt


def teller(entry: Entry, entries: Mapping[str, Entry]) -> Entry | None:
    """The entry whose message names this one's start: its own, or the one that covers it; `entries` are by key.

    None if the covering attempt came back, and another one names another start.
    """
    if entry.state is not State.COVERED:
        return entry
    first = entries.get(entry.covered_by or "")
    return first if first is not None and stands_for(first, entry) else None


def is_told(entry: Entry, entries: Mapping[str, Entry], states: Collection[State] = ANNOUNCED) -> bool:
    """Whether the message that names its start is in one of these states."""
    told = teller(entry, entries)
    return told is not None and told.state in states


def leaders(entries: Iterable[Entry]) -> set[str]:
    """The keys of the entries that cover any of these."""
    return {one.covered_by for one in entries if one.covered_by}


def covering_keys(entry: Entry) -> set[str]:
    """The keys of the entries that decide whether a covered one stays so: `uncover` needs them."""
    if not entry.covered_by:
        return set()
    return {entry.covered_by, *([_first_announcement(entry)] if entry.announcements else [])}


def uncover(entry: Entry, entries: Mapping[str, Entry], at: datetime, has_moved: bool = False) -> Entry | None:
    """Arrow m: release a covered entry if the covering attempt failed; None if it is still covered.

    It is, too, if its appointment was moved and the patient was told so, or if the message about its start waits again,
    unless its appointment no longer begins then (`has_moved`).
    A call about its start on the covering entry is about it too. `entries` are by key.
    """
    own = entries.get(_first_announcement(entry)) if entry.announcements else None
    first = entries.get(entry.covered_by or "")
    called = with_reached(entry.phone_calls, first.phone_calls if first else (), entry.announced_start)
    moved = entry.announcements > 1 or (own is not None and own.state in STANDS | {State.COVERED})
    again = first is not None and first.state is State.PREPARED and first.starts_at == entry.starts_at
    if moved or (again and not has_moved) or is_told(entry, entries, STANDS):
        return None
    return transition(
        entry, State.PREPARED, at, reason=RELEASED, covered_by=None, covered_attempt=0,
        announced_start=entry.announced_start if entry.kind is Kind.RESCHEDULED else None, phone_calls=called,
    )  # fmt: skip


def _first_announcement(entry: Entry) -> str:
    return entry_key(entry.practice, rescheduled_identity(entry.appointment or "", 1))


def told_by(
    start: str, entries: Mapping[str, Entry], present: Collection[Row], moved_from: str | None = None
) -> Entry | None:
    """The entry whose message told a patient of an appointment at this local start; None if none did.

    Nor if the patient was told another start since, unless that appointment still begins then (`present`): the later
    message may seem to replace the earlier one. Of a move, only a message about one from the same start tells.
    `entries` are those of the patient, by key.
    """
    latest: dict[str | None, tuple[datetime, Entry, Entry]] = {}  # of each appointment
    for one in entries.values():
        told = teller(one, entries)
        if told and told.state in STANDS and told.reserved_at and one.announced_start:
            known = latest.get(one.appointment)
            latest[one.appointment] = max(filter(None, (known, (told.reserved_at, one, told))), key=lambda it: it[0])
    found = max((it for it in latest.values() if it[1].announced_start == start), key=lambda it: it[0], default=None)
    if found is None or (moved_from and not _tells_move(found[1], entries, moved_from)):
        return None
    since = [one for at, one, _ in latest.values() if at > found[0]]
    gone = [one for one in since if one.announced_start != start]
    return found[2] if all((one.appointment, one.announced_start) in present for one in gone) else None


def _tells_move(entry: Entry, entries: Mapping[str, Entry], moved_from: str) -> bool:
    reminder = entries.get(entry_key(entry.practice, reminder_identity(entry.appointment or "")))
    return entry.kind is Kind.RESCHEDULED and reminder is not None and reminder.announced_start == moved_from
