"""A decided change of one entry, as data: the store writes it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.entries.credits import Charge, Refund, refund_of
from chalicelib.entries.entry import Entry, anonymised, back_to_prepared, transition
from chalicelib.entries.receipt import EmailEvent
from chalicelib.entries.states import State
from chalicelib.text import Text

ERASED = Text("entry.erased")


@dataclass(frozen=True)
class Transition:
    """The entry before (None if new) and after, plus the writes that must commit with it."""

    before: Entry | None
    after: Entry
    refund: Refund | None = None
    accepted_id: str | None = None  # message id returned by the provider
    adopted_id: str | None = None  # provider message id that was matched to it; no other entry may have it
    used_email_events: tuple[str, ...] = ()  # sort keys in the practice's mailbox, deleted with the write
    left_email_event: EmailEvent | None = None  # in the practice's mailbox, for its status job


def charge_of(mandant: str, transitions: Sequence[Transition], at: datetime) -> Charge | None:
    """The charge of a batch of reservations; None if there are none (covered entries are free)."""
    reserved = [transition.after for transition in transitions if transition.after.state is State.RESERVED]
    lines, attempts = {one.key: one.credits for one in reserved}, {one.key: one.attempt for one in reserved}
    return Charge(mandant, lines, attempts, at) if lines else None


def paid_by(charge: Charge, transition: Transition, write_id: str) -> Transition:
    """The transition with the charge that pays it, and the id of its write."""
    key = charge.key if transition.after.key in charge.lines else None
    return replace(transition, after=replace(transition.after, write_id=write_id, charge=key))


def cancel_transition(entry: Entry, now: datetime, reason: Text, manually: bool = False) -> Transition:
    """Cancel a prepared or reserved entry; a reserved one with its refund (arrows f and e at once)."""
    waiting = entry if entry.state is State.PREPARED else back_to_prepared(entry, now, reason)
    after = transition(waiting, State.CANCELLED, now, reason=reason, held=False, cancelled_manually=manually)
    return Transition(entry, replace(after, version=entry.version + 1), refund_of(entry, now))


def logged_steps(transition: Transition) -> list[tuple[State | None, State]]:
    """The arrows of a person's transition, as the activity log shows them.

    A reserved entry takes arrow f first: after a restore, this shows that its message was not sent (restore.py).
    """
    source, target = transition.before.state if transition.before else None, transition.after.state
    if source is State.RESERVED and target is not State.PREPARED:
        return [(source, State.PREPARED), (State.PREPARED, target)]
    return [(source, target)]


def erase_transition(entry: Entry, now: datetime) -> Transition | None:
    """The entry without personal data (`personal_data` writes it). A waiting one is also cancelled, with its refund.

    None if there is nothing to do, or not yet: an entry that is being sent needs its data until the outcome. `now` is
    UTC.
    """
    if entry.anonymised or entry.state is State.SENDING:
        return None
    if entry.state in (State.PREPARED, State.RESERVED):
        made = cancel_transition(entry, now, ERASED)
        return replace(made, after=replace(anonymised(made.after), version=entry.version + 1))
    stripped = anonymised(entry)
    # An entry covered by another message must not be released without its patient.
    return Transition(entry, replace(stripped, settled=True) if entry.state is State.COVERED else stripped)
