"""An entry of the Versand-Queue: one message to one patient. Pure.

Every change of state goes through `transition`, which refuses what the drawing of the states does not have (except for
`restore.py`).
"""

from __future__ import annotations

import hashlib
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from chalicelib.entries.phone_call import PhoneCalls, without_people, without_reached
from chalicelib.entries.states import State, arrow_between
from chalicelib.messages.kind import Kind
from chalicelib.text import Text


def reminder_identity(appointment: str) -> str:
    return f"reminder:{appointment}"


def birthday_identity(patient: str, year: int) -> str:
    return f"birthday:{patient}:{year}"


def rescheduled_identity(appointment: str, number: int) -> str:
    """A rescheduled appointment gets a numbered message, from 1, each time that its start has changed."""
    return f"rescheduled:{appointment}:{number}"


def again_identity(identity: str, number: int) -> str:
    """A message that a person has sent again, numbered from 1, by the identity of the first one."""
    return f"{Kind.AGAIN}:{identity}:{number}"


def first_identity(identity: str) -> str:
    """The identity of the message that was sent again; of any other message its own."""
    again = identity.removeprefix(f"{Kind.AGAIN}:")
    return identity if again == identity else again.rpartition(":")[0]


def entry_key(practice: str, identity: str) -> str:
    """A hash of the identity: names the entry in logs, messages and tags without naming the patient."""
    return hashlib.sha256(f"{practice}\n{identity}".encode()).hexdigest()[:32]


def short_id(key: str) -> str:
    """The first characters of an entry's key: what every table shows, and every command about an entry takes."""
    return key[:6]


@dataclass(frozen=True)
class Entry:
    """One message to one patient. Instants are aware UTC; dates are the practice's local ones."""

    practice: str
    identity: (
        str  # reminder:<TerminId>, birthday:<PatientId>:<year>, rescheduled:<TerminId>:<number> or again:…:<number>
    )
    kind: Kind
    state: State
    patient: str
    appointment: str | None
    starts_at: datetime | None  # of the appointment; None for greetings
    expires_at: datetime  # deadline: a reminder's start, a greeting's last moment
    slot: datetime  # of the prepare run that admitted it last
    searched_first: date  # the days that this run searched: [first, end)
    searched_end: date
    mandant: str | None
    channel: str | None
    language: str | None
    retention_days: int
    changed_at: datetime
    reason: Text | None = None  # why it is where it is
    version: int = 1  # grows with every write; every write is conditional on the one it read
    write_id: str = ""  # the write that made this version, so that a repeated write knows itself
    attempt: int = 0  # how many times it was reserved
    charge: str | None = None  # key of the charge that paid the present attempt
    credits: int = 0  # charged for the present attempt; 0 again after a refund
    parts: int = 0
    recipient: str | None = None  # frozen at a: E.164 or e-mail address
    sender: str | None = None
    sender_name: str | None = None  # of an e-mail: the practice's name in its messages
    subject: str | None = None
    text: str | None = None
    place: str | None = None  # of an e-mail: where the appointment is, if its text says so
    reserved_at: datetime | None = None
    announced_start: str | None = None  # local, to the minute: what the text says; of a reminder the last announced one
    announcements: int = 0  # of a reminder: the number of the latest message about a new start
    again: int = 0  # how many times a person has sent it again; each of these messages has an entry of its own
    covered_by: str | None = None  # key of the entry whose message stands for this one
    covered_attempt: int = 0  # and the attempt of that one
    send_before: datetime | None = None  # claimed later than this: too late (arrow f)
    claimed_at: datetime | None = None
    message_id: str | None = None  # the provider's
    held: bool = False  # prepared, but its send slot was missed: no slot takes it until a person releases it
    cancelled_manually: bool = False  # cancelled by a person: no prepare revives it, until a person releases it
    phone_calls: PhoneCalls = ()  # that people noted
    settled: bool = False  # unknown for longer than receipts take, or covered until its start
    anonymised: bool = False  # personal data removed
    log_language: str = ""  # of the words in the practice's logs, unless German: the sweep reads no switches
    retained_key: str = ""  # the key of an anonymised entry, whose identity is gone with the ids in it
    day: date | None = None  # of the appointment, local: where it is counted (day_counts.py); None for greetings
    practitioner: str = ""  # of the appointment, as the prepare run read it; shortened

    @cached_property
    def key(self) -> str:
        return self.retained_key or entry_key(self.practice, self.identity)

    @property
    def taken_after(self) -> datetime:
        """Send slots after this instant (UTC) take it; any takes what a person sends again."""
        return datetime.min.replace(tzinfo=UTC) if self.kind is Kind.AGAIN else self.slot

    @property
    def first_key(self) -> str:
        """The key of the entry whose message this one repeats; of any other entry its own."""
        return entry_key(self.practice, first_identity(self.identity)) if self.kind is Kind.AGAIN else self.key

    @property
    def again_keys(self) -> list[str]:
        """The keys of the messages by which a person has sent it again, the latest first."""
        return [entry_key(self.practice, again_identity(self.identity, one)) for one in range(self.again, 0, -1)]


def transition(entry: Entry, target: State, at: datetime, **changes: Any) -> Entry:
    """The entry after the arrow to `target`; ValueError where the drawing has no such arrow."""
    if arrow_between(entry.state, target) is None:
        raise ValueError(f"no arrow from {entry.state} to {target}")
    return replace(entry, state=target, changed_at=at, version=entry.version + 1, **changes)


def with_write_id(entry: Entry, write_id: str) -> Entry:
    """The entry as one write makes it. A copy, ten times as fast as `replace`, which sets all fields anew."""
    made = copy(entry)
    object.__setattr__(made, "write_id", write_id)
    return made


def with_reason(entry: Entry, reason: Text) -> Entry:
    """The same entry in the same state with another reason."""
    return replace(entry, reason=reason, version=entry.version + 1)


def at_start_of(entry: Entry, other: Entry) -> Entry:
    """The same entry with the start, the day and the deadline of another one."""
    return replace(entry, starts_at=other.starts_at, day=other.day, expires_at=other.expires_at)


def held_back(entry: Entry, reason: Text) -> Entry:
    """A prepared entry that no send slot takes until it is released."""
    return replace(with_reason(entry, reason), held=True)


def released(entry: Entry) -> Entry:
    """A held entry that the next send slot takes, even if its patient was phoned meanwhile."""
    return replace(
        entry, held=False, reason=None, phone_calls=without_reached(entry.phone_calls), version=entry.version + 1
    )


def with_phone_calls(entry: Entry, calls: PhoneCalls) -> Entry:
    """The same entry with other notes of phone calls."""
    return replace(entry, phone_calls=calls, version=entry.version + 1)


def back_to_prepared(entry: Entry, at: datetime, reason: Text) -> Entry:
    """Arrows f and k: the frozen message is dropped; the refund goes with it (see credits.refund_of).

    With k, a person has it sent again, even if the patient was phoned meanwhile; a late bounce still finds the address.
    """
    by_person = entry.state is State.UNKNOWN
    return transition(
        entry, State.PREPARED, at, reason=reason, credits=0, charge=None, parts=0, text=None, subject=None, place=None,
        recipient=entry.recipient if by_person else None, sender=None, sender_name=None, reserved_at=None,
        send_before=None, claimed_at=None, message_id=None, settled=False,
        phone_calls=without_reached(entry.phone_calls) if by_person else entry.phone_calls,
        announced_start=None if entry.kind is Kind.REMINDER else entry.announced_start,
    )  # fmt: skip


def anonymised(entry: Entry) -> Entry:
    """Keep key, state, times and credits; remove the patient, the ids and the words."""
    return replace(
        entry, retained_key=entry.key, identity="", patient="", appointment=None, recipient=None, subject=None,
        text=None, place=None, sender_name=None, reason=None, anonymised=True,
        phone_calls=without_people(entry.phone_calls), version=entry.version + 1,
    )  # fmt: skip
