"""The re-check of a prepared entry, and the freezing of its message. Pure.

The table of rules is asked again with the row as it is now; what comes out is data, which `send` then writes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.entries.credits import Tariff
from chalicelib.entries.entry import Entry, Kind, State, move
from chalicelib.messages.recipient import Address
from chalicelib.messages.template import TemplateError
from chalicelib.planning.compose import Message, TooLongError, compose
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.question import Practice, Question
from chalicelib.rules.rules import first_refusal

CLAIM_WITHIN = timedelta(minutes=30)  # deliver claims within this time of the reservation (arrow b)
REQUESTED_WITHIN = timedelta(seconds=60)  # of its claim: deliver's timeout, so that no request is outside its time


@dataclass(frozen=True)
class Ends:
    """The re-check stops the entry."""

    after: Entry


@dataclass(frozen=True)
class Waits:
    """The entry stays prepared until somebody mends the reason."""

    reason: str
    moved: Entry  # with the Beginn and the clock as they are now


@dataclass(frozen=True)
class Ready:
    """The entry as it is to be reserved, with frozen text and price."""

    after: Entry


@dataclass(frozen=True)
class Told:
    """Somebody has phoned about this Beginn: the entry stays as it is until the clock, and needs no later tick."""


Decision = Ends | Waits | Ready | Told


def decide(
    entry: Entry,
    candidate: Candidate | None,
    practice: Practice,
    tariff: Tariff,
    others: tuple[datetime, ...] = (),
) -> Decision:
    """What becomes of a prepared entry, by its row as it is now; `others` are as in Question. Pure."""
    if candidate is None:
        gone = "Der Patient" if entry.kind is Kind.BIRTHDAY else "Der Termin"
        reason = f"{gone} ist in der Praxis-Datenbank nicht mehr vorhanden."
        return Ends(move(entry, State.CANCELLED, practice.now, reason=reason))
    if entry.kind is Kind.BIRTHDAY and entry.until <= practice.now:
        return Ends(expired(entry, practice.now))
    question = Question(practice, candidate, entry, others=others)
    refusal = first_refusal(question)
    if refusal is None:
        known = entry.phoned is not None and candidate.begins == entry.begins
        return Told() if known else _ready(question, entry, tariff)
    if refusal.rule == "textvorlage":
        return Waits(str(refusal.reason), _as_now(question, entry))
    if refusal.rule == "noch_bevorstehend":
        return Ends(expired(entry, practice.now))
    state = State.NOT_SENDABLE if refusal.rule == "adresse" else State.CANCELLED
    return Ends(move(entry, state, practice.now, reason=str(refusal.reason)))


def expired(entry: Entry, now: datetime) -> Entry:
    """The clock has ended a prepared entry; why it waited is kept."""
    over = "Der Geburtstag ist vorbei" if entry.kind is Kind.BIRTHDAY else "Der Termin hat begonnen"
    reason = f"{over}; zuletzt: {entry.reason}" if entry.reason else f"{over}."
    return move(entry, State.EXPIRED, now, reason=reason)


def _ready(question: Question, entry: Entry, tariff: Tariff) -> Decision:
    address, practice = question.address(), question.practice
    if not isinstance(address, Address):
        return Waits(address.reason, _as_now(question, entry))
    try:
        message = compose(question, address)
    except TemplateError as error:
        return Waits(str(error), _as_now(question, entry))
    except TooLongError as error:
        return Ends(move(entry, State.NOT_SENDABLE, practice.now, reason=str(error)))
    return Ready(_frozen(question, entry, message, tariff))


def _as_now(question: Question, entry: Entry) -> Entry:
    return replace(entry, begins=question.candidate.begins, until=question.until)


def _frozen(question: Question, entry: Entry, message: Message, tariff: Tariff) -> Entry:
    """Arrow a, but for the charge that the store adds: nothing below reads the database or a switch again."""
    practice = question.practice
    return move(
        entry,
        State.RESERVED,
        practice.now,
        reason=None,
        phoned=None,
        patient=question.candidate.patient,
        begins=question.candidate.begins,
        communicated=question.candidate.begins,
        until=question.until,
        mandant=question.candidate.payer.mandant,
        channel=message.channel,
        language=message.language,
        recipient=message.recipient,
        sender=message.sender,
        sender_name=message.sender_name,
        subject=message.subject,
        text=message.text,
        place=message.place,
        parts=message.parts,
        credits=tariff.price(message.channel, message.parts),
        attempt=entry.attempt + 1,
        reserved_at=practice.now,
        latest=min(practice.now + CLAIM_WITHIN, min(practice.closes, question.until) - REQUESTED_WITHIN),
    )
