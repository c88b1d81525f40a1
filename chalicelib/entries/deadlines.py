"""When the sweep checks an entry, anonymises it, and when the table deletes it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import UNREACHED, State
from chalicelib.messages.kind import Kind
from chalicelib.text import Text

RETAINED_DAYS = 400  # key and state are kept beyond the appointment, so that nothing is prepared twice
REQUEUED_AFTER = timedelta(minutes=20)  # reserved for longer: the outbox message was lost
CLAIM_DIES_AFTER = timedelta(minutes=10)  # longer than deliver's 60 s and its visibility of 6 min
UNCONFIRMED_AFTER = timedelta(days=7)  # without a receipt
RECEIPTS_TAKE = timedelta(hours=72)  # SNS delivery logs may be this late
BOUNCE_WAITS = timedelta(hours=1)  # for the report of an earlier delivery: SES guarantees no order


def phoned_from(entry: Entry, hours: int) -> datetime | None:
    """When (UTC) a reminder that is sent and not confirmed goes on the call list; None: never.

    `hours` is the switch UnbestaetigtAnrufen, before the end of the entry.
    """
    awaits = entry.state in (State.SENT, State.UNCONFIRMED) and entry.kind is not Kind.BIRTHDAY
    return entry.expires_at - timedelta(hours=hours) if hours and awaits else None


def next_check_at(entry: Entry) -> datetime | None:
    """The instant (UTC) from which the sweep checks the entry again; None: never.

    A claim does not change it, which saves an index write; `sweep` computes the exact deadline of a claim itself.
    """
    match entry.state:
        case State.PREPARED:
            return entry.expires_at
        case State.RESERVED | State.SENDING if entry.reserved_at:
            return entry.reserved_at + REQUEUED_AFTER
        case State.SENT:
            return entry.changed_at + UNCONFIRMED_AFTER
        case State.UNKNOWN | State.COVERED if not entry.settled:
            return entry.changed_at  # every tick: for a receipt, or for the outcome of the covering message
    return anonymise_at(entry)


def is_checked_individually(entry: Entry) -> bool:
    """Whether the index `due` has the entry itself, not only the charge that paid it."""
    return entry.charge is None or entry.state is State.UNKNOWN


def anonymise_at(entry: Entry) -> datetime | None:
    """When (UTC) its personal data is deleted; None if it already is. On the call list, it keeps it until the start."""
    if entry.anonymised:
        return None
    kept = entry.changed_at + timedelta(days=entry.retention_days)
    return max(kept, entry.expires_at) if entry.state in UNREACHED or entry.state is State.UNKNOWN else kept


def over_text(entry: Entry) -> Text:
    """Return why it is too late for the message."""
    return Text("over.birthday" if entry.kind is Kind.BIRTHDAY else "over.appointment")


def delete_at(entry: Entry) -> datetime:
    """When the table deletes the entry (UTC)."""
    return entry.expires_at + timedelta(days=RETAINED_DAYS)
