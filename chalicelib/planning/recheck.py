"""The re-check of a prepared entry, and the freezing of its message. Pure.

The rules are evaluated again with the current row; the decision is data, which `send` then writes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.entries.credits import Tariff
from chalicelib.entries.deadlines import over_text
from chalicelib.entries.entry import Entry, transition
from chalicelib.entries.phone_call import reached_call
from chalicelib.entries.states import State
from chalicelib.entries.stops import Stops
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Address
from chalicelib.messages.template import TemplateError
from chalicelib.planning.compose import Message, TooLongError, compose
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.occasion_rules import AHEAD
from chalicelib.rules.rule_input import RuleContext, RuleInput
from chalicelib.rules.rules import first_refusal
from chalicelib.rules.sending_rules import ADDRESS, TEMPLATE
from chalicelib.text import Text

CLAIM_WITHIN = timedelta(minutes=30)  # deliver claims within this time of the reservation (arrow b)
REQUESTED_WITHIN = timedelta(seconds=60)  # after its claim: deliver's timeout, so that no request is too late


@dataclass(frozen=True)
class End:
    """The re-check stops the entry."""

    after: Entry


@dataclass(frozen=True)
class Wait:
    """The entry stays prepared until somebody fixes the reason."""

    reason: Text
    entry: Entry  # with the current start and deadline


@dataclass(frozen=True)
class Reserve:
    """The entry to reserve, with frozen text and price."""

    after: Entry


@dataclass(frozen=True)
class AlreadyPhoned:
    """Somebody has phoned the patient about this start: the entry stays prepared until its deadline."""


SendDecision = End | Wait | Reserve | AlreadyPhoned


def recheck(
    entry: Entry,
    candidate: Candidate | None,
    context: RuleContext,
    tariff: Tariff,
    others: tuple[datetime, ...] = (),
    known: str | None = None,
) -> SendDecision:
    """Decide a prepared entry by its current row; `others` and `known` (of what is sent again) are as in RuleInput."""
    if candidate is None:
        gone = Text("gone.patient" if entry.kind is Kind.BIRTHDAY else "gone.appointment")
        return End(transition(entry, State.CANCELLED, context.now, reason=gone))
    if entry.kind is Kind.BIRTHDAY and entry.expires_at <= context.now:
        return End(expire(entry, context.now))
    rule_input = RuleInput(context, candidate, entry, known_start=known, other_starts=others)
    refusal = first_refusal(rule_input)
    if refusal is None:
        return (
            AlreadyPhoned()
            if reached_call(entry.phone_calls, candidate.local_start)
            else _ready(rule_input, entry, tariff)
        )
    if refusal.rule == TEMPLATE.name:
        return Wait(refusal.reason, _as_now(rule_input, entry))
    if refusal.rule == AHEAD.name:
        return End(expire(entry, context.now))
    state = State.NOT_SENDABLE if refusal.rule == ADDRESS.name else State.CANCELLED
    return End(transition(entry, state, context.now, reason=refusal.reason))


def unless_stopped(decision: SendDecision, stops: Stops) -> SendDecision:
    """The decision; a message of a channel that is stopped waits, rather than take the other channel."""
    if isinstance(decision, Reserve) and (stop := stops.of(decision.after.channel)):
        return Wait(stop, decision.after)
    return decision


def expire(entry: Entry, now: datetime) -> Entry:
    """End a prepared entry at its deadline, keeping the reason why it waited."""
    over = over_text(entry)
    reason = Text("over.last", over, entry.reason) if entry.reason else over
    return transition(entry, State.EXPIRED, now, reason=reason)


def _ready(rule_input: RuleInput, entry: Entry, tariff: Tariff) -> SendDecision:
    address, context = rule_input.address, rule_input.context
    if not isinstance(address, Address):
        return Wait(address.reason, _as_now(rule_input, entry))
    try:
        message = compose(rule_input, address)
    except TemplateError as error:
        return Wait(error.text, _as_now(rule_input, entry))
    except TooLongError as error:
        return End(transition(entry, State.NOT_SENDABLE, context.now, reason=error.text))
    return Reserve(_frozen(rule_input, entry, message, tariff))


def _as_now(rule_input: RuleInput, entry: Entry) -> Entry:
    candidate = rule_input.candidate
    return replace(entry, starts_at=candidate.starts_at, day=candidate.local_day, expires_at=rule_input.expires_at)


def _frozen(rule_input: RuleInput, entry: Entry, message: Message, tariff: Tariff) -> Entry:
    """Arrow a, except for the charge, which the store adds; no later step reads the database or a switch."""
    context = rule_input.context
    return transition(
        entry,
        State.RESERVED,
        context.now,
        reason=None,
        patient=rule_input.candidate.patient,
        starts_at=rule_input.candidate.starts_at,
        day=rule_input.candidate.local_day,
        announced_start=rule_input.candidate.local_start,
        expires_at=rule_input.expires_at,
        mandant=rule_input.candidate.payer.mandant,
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
        reserved_at=context.now,
        send_before=min(context.now + CLAIM_WITHIN, min(context.closes, rule_input.expires_at) - REQUESTED_WITHIN),
    )
