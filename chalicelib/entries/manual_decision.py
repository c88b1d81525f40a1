"""The decisions of a person about an entry: cancel it, release it, settle one whose outcome is unknown. Pure.

Code never decides this: the person has asked the patient or the provider, or takes the risk. `queue_actions` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.entries.credits import refund_of
from chalicelib.entries.deadlines import over_text
from chalicelib.entries.entry import (
    Entry,
    again_identity,
    back_to_prepared,
    first_identity,
    released,
    transition,
)
from chalicelib.entries.phone_call import already_phoned, without_reached
from chalicelib.entries.receipt import is_account_fault
from chalicelib.entries.states import UNDERWAY, State, state_label
from chalicelib.entries.transition import Transition, cancel_transition
from chalicelib.messages.kind import Kind
from chalicelib.text import Text, TextError

_MAY_BE_SENT_AGAIN = frozenset({State.DELIVERED, State.UNCONFIRMED, State.COVERED, State.FAILED, State.REFUSED})


class ManualDecision(StrEnum):
    DELIVERED = "delivered"  # the patient has it: it stays charged, and off the call list
    RESEND = "resend"  # it did not arrive, or the person accepts a duplicate


@dataclass(frozen=True)
class ManualNote:
    """The person who acts, and their reason: `text` is in their own words, and names no patient."""

    by: str
    text: str


class UnresolvableError(TextError):
    """A person may not decide this about the current entry; contains the reason, and the allowed decisions."""


def resolve_transition(entry: Entry, decision: ManualDecision, now: datetime, note: str = "") -> Transition:
    """The arrow that a person chose: d to delivered, or k to prepared with a refund of the attempt.

    `now` is aware; `note` is the person's own words, without personal data. Raises UnresolvableError.
    """
    if entry.state is not State.UNKNOWN:
        labels = state_label(entry.state), state_label(State.UNKNOWN)
        settled = Text("manual.settled.why", *labels, entry.reason) if entry.reason else Text("manual.settled", *labels)
        raise UnresolvableError(settled)
    if decision is ManualDecision.DELIVERED:
        return Transition(entry, transition(entry, State.DELIVERED, now, reason=with_note("manual.delivered", note)))
    if entry.anonymised:
        raise UnresolvableError(Text("manual.no_data", allowed=ManualDecision.DELIVERED))
    if entry.expires_at <= now:
        raise UnresolvableError(Text("manual.over.resolve", over_text(entry), allowed=ManualDecision.DELIVERED))
    return Transition(entry, back_to_prepared(entry, now, with_note("manual.resend", note)), refund_of(entry, now))


def cancel_manually(entry: Entry, now: datetime, note: str) -> Transition:
    """A waiting entry, cancelled by a person (arrow e; for a reserved one f first, with the refund).

    No prepare run revives it. `now` is aware; `note` is the person's own words. Raises UnresolvableError.
    """
    if entry.state in (State.PREPARED, State.RESERVED):
        return cancel_transition(entry, now, with_note("manual.cancelled", note), manually=True)
    if entry.state in (State.SENDING, State.COVERED):
        raise UnresolvableError(Text(f"manual.cancel.{entry.state}"))
    raise UnresolvableError(Text("manual.cancel.left", state_label(entry.state)))


def manual_refusal(entry: Entry | None, start: str | None) -> Text | None:
    """Return why no prepare run may revive an entry: somebody reached the patient about this start, or cancelled it."""
    if entry is None:
        return None
    cancelled = Text("rule.once.cancelled") if entry.cancelled_manually else None
    return already_phoned(entry.phone_calls, start) or cancelled


def may_be_released(entry: Entry) -> bool:
    """Whether only a person's decision prevents sending it."""
    return not entry.anonymised and ((entry.state is State.PREPARED and entry.held) or entry.cancelled_manually)


def release_transition(entry: Entry, now: datetime) -> Transition:
    """Let the next send run take a held or manually cancelled entry (arrow j). Raises UnresolvableError."""
    if not may_be_released(entry):
        raise UnresolvableError(Text("manual.release.free", state_label(entry.state)))
    if entry.expires_at <= now:
        raise UnresolvableError(Text("manual.over.release", over_text(entry)))
    if entry.state is State.PREPARED:
        return Transition(entry, released(entry))
    calls = without_reached(entry.phone_calls)
    revived = transition(entry, State.PREPARED, now, cancelled_manually=False, reason=None, phone_calls=calls)
    return Transition(entry, revived)


def may_be_sent_again(entry: Entry, now: datetime, before: Iterable[Entry] = ()) -> Text | None:
    """Return why a person may not send a message again; None if they may. `now` is aware.

    Only what is settled: one that waits or is under way comes anyway, and an unknown one is settled first. What has
    never left is released, or prepared again, instead. `before` are the messages by which it was sent again, if they
    are known: none of them may be under way.
    """
    if entry.anonymised:
        return Text("manual.again.no_data")
    if entry.kind is Kind.AGAIN:
        return Text("manual.again.first", entry=first_identity(entry.identity))
    if entry.kind is Kind.BIRTHDAY:
        return Text("manual.again.birthday")
    if entry.expires_at <= now:
        return Text("manual.over.again", over_text(entry))
    if entry.state is State.UNKNOWN:
        return Text("manual.again.unknown")
    if entry.state not in _MAY_BE_SENT_AGAIN:
        return Text("manual.again.state", state_label(entry.state))
    waits = next((one for one in before if one.state in UNDERWAY | {State.PREPARED}), None)
    return Text("manual.again.waits", state_label(waits.state)) if waits else None


def sent_again(first: Entry, number: int, now: datetime, note: str) -> Transition:
    """The new entry of a message that is sent again: it waits, for any send run. `now` is UTC."""
    new = Entry(
        first.practice, again_identity(first.identity, number), Kind.AGAIN, State.PREPARED, first.patient,
        first.appointment, first.starts_at, first.expires_at, now, first.searched_first, first.searched_end,
        first.mandant, first.channel, first.language, first.retention_days, now, with_note("manual.sent_again", note),
        announced_start=first.announced_start, log_language=first.log_language, day=first.day,
        practitioner=first.practitioner,
    )  # fmt: skip
    return Transition(None, new)


def after_account_fault(entry: Entry, now: datetime) -> Transition | None:
    """Let a send run take an SMS that failed because SNS sent none of the account (arrow n), when a person resumes.

    It was refunded when it failed. None for any other entry, if it is too late, or if the patient was phoned.
    """
    failed = entry.state is State.FAILED and is_account_fault(entry.reason)
    if not failed or entry.expires_at <= now or already_phoned(entry.phone_calls, entry.announced_start):
        return None
    return Transition(entry, back_to_prepared(entry, now, Text("stop.sms_resumed")))


def with_note(code: str, note: str) -> Text:
    """A manual decision, with the person's own words if there are any."""
    return Text(f"{code}.note", note=note.strip()) if note.strip() else Text(code)
