"""An entry of the Versand-Queue: one message to one patient, its states and the lettered arrows between them.

Pure: no I/O and no clock. The drawing of the states is in docs/flow.md; ARROWS is the same drawing as data, and
every change of state goes through `move`, which refuses what the drawing does not have (but for `restored.py`).
"""

from __future__ import annotations

import hashlib
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any


class Kind(StrEnum):
    REMINDER = "reminder"
    BIRTHDAY = "birthday"
    RESCHEDULED = "rescheduled"  # an appointment has another start than the one that was announced


class State(StrEnum):
    PREPARED = "prepared"
    RESERVED = "reserved"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NOT_SENDABLE = "not_sendable"
    COVERED = "covered"  # the message about an earlier appointment of the day stands for it


S = State
ARROWS: dict[str, frozenset[tuple[State, State]]] = {
    "a": frozenset({(S.PREPARED, S.RESERVED)}),
    "b": frozenset({(S.RESERVED, S.SENDING)}),
    "c": frozenset({(S.SENDING, S.SENT)}),
    "d": frozenset(
        {
            (S.SENT, S.DELIVERED),
            (S.SENT, S.FAILED),
            (S.SENT, S.UNCONFIRMED),
            (S.UNKNOWN, S.DELIVERED),
            (S.UNKNOWN, S.FAILED),
            (S.DELIVERED, S.FAILED),  # a bounce that follows the delivery of an e-mail
        }
    ),
    "e": frozenset({(S.PREPARED, S.CANCELLED), (S.PREPARED, S.EXPIRED), (S.PREPARED, S.NOT_SENDABLE)}),
    "f": frozenset({(S.RESERVED, S.PREPARED), (S.SENDING, S.PREPARED)}),  # the latter is g and f at once
    "g": frozenset({(S.SENDING, S.RESERVED)}),
    "h": frozenset({(S.SENDING, S.REFUSED)}),
    "i": frozenset({(S.SENDING, S.UNKNOWN)}),
    "j": frozenset(
        {
            (S.CANCELLED, S.PREPARED),
            (S.EXPIRED, S.PREPARED),
            (S.NOT_SENDABLE, S.PREPARED),
            # admitted again, but the address is (still) missing: the practice has to phone
            (S.CANCELLED, S.NOT_SENDABLE),
            (S.EXPIRED, S.NOT_SENDABLE),
            (S.NOT_SENDABLE, S.NOT_SENDABLE),
        }
    ),
    "k": frozenset({(S.UNKNOWN, S.PREPARED)}),  # by a person only, never by itself
    "l": frozenset({(S.PREPARED, S.COVERED)}),
    "m": frozenset({(S.COVERED, S.PREPARED)}),
}

END_STATES = frozenset({S.DELIVERED, S.FAILED, S.UNCONFIRMED, S.REFUSED, S.CANCELLED, S.EXPIRED, S.NOT_SENDABLE})
REVIVABLE = frozenset(source for source, _ in ARROWS["j"])
UNDERWAY = frozenset({S.RESERVED, S.SENDING, S.SENT, S.UNKNOWN})
UNREACHED = frozenset({S.NOT_SENDABLE, S.REFUSED, S.FAILED})

RETAINED_DAYS = 400  # key and state outlive the appointment, so that nothing is made twice (design, section 6)
REQUEUED_AFTER = timedelta(minutes=20)  # reserved so long: the outbox message was lost
CLAIM_DIES_AFTER = timedelta(minutes=10)  # sending so long: longer than deliver's 60 s and its visibility of 6 min
UNCONFIRMED_AFTER = timedelta(days=7)  # without a receipt
RECEIPTS_TAKE = timedelta(hours=72)  # SNS delivery logs may come so late


@dataclass(frozen=True)
class Entry:
    """One message to one patient. Instants are aware UTC; dates are the practice's local ones."""

    practice: str
    identity: str  # reminder:<TerminId>, birthday:<PatientId>:<year> or rescheduled:<TerminId>:<start>
    kind: Kind
    state: State
    patient: str
    appointment: str | None
    starts_at: datetime | None  # of the appointment; None for greetings
    expires_at: datetime  # the clock: a reminder's Beginn, a greeting's last moment
    slot: datetime  # of the prepare run that admitted it last
    searched_first: date  # the days that this run searched: [first, end)
    searched_end: date
    mandant: str | None
    channel: str | None
    language: str | None
    retention_days: int
    changed_at: datetime
    reason: str | None = None  # German: why it is where it is
    version: int = 1  # grows with every write; every write is conditional on the one it read
    write_id: str = ""  # the write that made this version, so that a repeated write knows itself
    attempt: int = 0  # how many times it was reserved
    charge: str | None = None  # key of the charge that paid the present attempt
    credits: int = 0  # charged for the present attempt; 0 again after a refund
    parts: int = 0
    recipient: str | None = None  # frozen at a: E.164 or e-mail address
    sender: str | None = None
    sender_name: str | None = None  # of an e-mail: the practice's name as it stands in its messages
    subject: str | None = None
    text: str | None = None
    place: str | None = None  # of an e-mail: where the appointment is, if its text says so
    reserved_at: datetime | None = None
    announced_start: datetime | None = None  # the Beginn that the text says; of a reminder later the one that is known
    rescheduled_to: datetime | None = None  # of a reminder: the Beginn that the latest Terminverschiebung is about
    covered_by: str | None = None  # key of the entry whose message stands for this one
    covered_attempt: int = 0  # and the attempt of that one
    send_before: datetime | None = None  # claimed later than this: too late (arrow f)
    claimed_at: datetime | None = None
    message_id: str | None = None  # the provider's
    held: bool = False  # prepared, but its send slot was missed: no slot takes it until a person releases it
    cancelled_manually: bool = False  # cancelled by a person: no prepare revives it, until a person releases it
    phoned_at: datetime | None = None  # when somebody told the patient by telephone, about this Beginn
    settled: bool = False  # unknown for longer than receipts take, or covered until its Beginn
    anonymised: bool = False  # personal data removed
    retained_key: str = ""  # the key of a stripped entry, whose identity is gone with the ids in it

    @cached_property
    def key(self) -> str:
        return self.retained_key or entry_key(self.practice, self.identity)


def reminder_identity(appointment: str) -> str:
    return f"reminder:{appointment}"


def birthday_identity(patient: str, year: int) -> str:
    return f"birthday:{patient}:{year}"


def rescheduled_identity(appointment: str, starts_at: datetime) -> str:
    """`begins` in UTC: a moved appointment gets one message for each new Beginn."""
    return f"rescheduled:{appointment}:{starts_at:%Y-%m-%dT%H:%M:%SZ}"


def entry_key(practice: str, identity: str) -> str:
    """A hash of the identity: names the entry in logs, messages and tags without naming the patient."""
    return hashlib.sha256(f"{practice}\n{identity}".encode()).hexdigest()[:32]


def arrow_between(source: State, target: State) -> str | None:
    """The letter of the arrow from one state to another, None where the drawing has none."""
    return next((letter for letter, pairs in ARROWS.items() if (source, target) in pairs), None)


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


def with_reason(entry: Entry, reason: str) -> Entry:
    """The same entry in the same state with another reason."""
    return replace(entry, reason=reason, version=entry.version + 1)


def held_back(entry: Entry, reason: str) -> Entry:
    """A prepared entry that no send slot takes any more, until `release`."""
    return replace(with_reason(entry, reason), held=True)


def released(entry: Entry) -> Entry:
    """A held entry that the next send slot takes, whoever has been phoned meanwhile."""
    return replace(entry, held=False, reason=None, phoned_at=None, version=entry.version + 1)


def with_phoned_at(entry: Entry, at: datetime | None) -> Entry:
    """The same entry, off the Anrufliste since somebody has phoned (UTC); None: on it again."""
    return replace(entry, phoned_at=at, version=entry.version + 1)


def back_to_prepared(entry: Entry, at: datetime, reason: str) -> Entry:
    """Arrows f and k: the frozen message is dropped; the refund goes with it (see credits.refund_of)."""
    return transition(
        entry, State.PREPARED, at, reason=reason, credits=0, charge=None, parts=0, text=None, subject=None, place=None,
        recipient=None, sender=None, sender_name=None, reserved_at=None, send_before=None, claimed_at=None,
        message_id=None,
        settled=False, announced_start=None, rescheduled_to=None, phoned_at=None,
    )  # fmt: skip


def anonymised(entry: Entry) -> Entry:
    """What stays is the guard: key, state, times, credits. The patient, the ids and the words are gone."""
    return replace(
        entry, retained_key=entry.key, identity="", patient="", appointment=None, recipient=None, subject=None,
        text=None,
        place=None, sender_name=None, reason=None, anonymised=True, version=entry.version + 1,
    )  # fmt: skip


def next_check_at(entry: Entry) -> datetime | None:
    """The instant (UTC) from which the sweep looks at the entry again; None: never.

    A claim does not change it (one index write less); `sweep` asks for the exact deadline of a claim itself.
    """
    match entry.state:
        case State.PREPARED:
            return entry.expires_at
        case State.RESERVED | State.SENDING if entry.reserved_at:
            return entry.reserved_at + REQUEUED_AFTER
        case State.SENT:
            return entry.changed_at + UNCONFIRMED_AFTER
        case State.UNKNOWN | State.COVERED if not entry.settled:
            return entry.changed_at  # every tick, so that a receipt can find it, or what becomes of the other message
    return anonymise_at(entry)


def is_checked_individually(entry: Entry) -> bool:
    """Whether the sweep finds the entry by itself; any other by the charge that paid it (see `block.py`)."""
    return entry.charge is None or entry.state is State.UNKNOWN


def anonymise_at(entry: Entry) -> datetime | None:
    """The instant (UTC) from which its personal data goes; None: it is gone. Who is to be phoned has it till Beginn."""
    if entry.anonymised:
        return None
    kept = entry.changed_at + timedelta(days=entry.retention_days)
    return max(kept, entry.expires_at) if entry.state in UNREACHED or entry.state is State.UNKNOWN else kept


def delete_at(entry: Entry) -> datetime:
    """When the guard itself may go (UTC)."""
    return entry.expires_at + timedelta(days=RETAINED_DAYS)
