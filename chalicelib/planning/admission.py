"""The transition that creates the entry of an admitted candidate, or revives an existing one. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.entries.day_counts import NAME
from chalicelib.entries.entry import Entry, transition
from chalicelib.entries.states import REVIVABLE, State
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Address
from chalicelib.planning.search_days import searched_range
from chalicelib.rules.rule_input import RuleInput
from chalicelib.text import DEFAULT_LANGUAGE, Text


def new_entry_transition(
    rule_input: RuleInput, state: State, reason: Text | None, slot: datetime, now: datetime
) -> Transition:
    """Create an entry of a slot (UTC), or revive one (arrow j); `now` is UTC."""
    new = new_entry(rule_input, state, reason, slot, now)
    before = rule_input.entry
    if before is None or before.state not in REVIVABLE:
        return Transition(None, new)
    revived = transition(before, state, now)
    return Transition(
        before, replace(new, version=revived.version, attempt=before.attempt, phone_calls=before.phone_calls)
    )


def covered_entry_transition(rule_input: RuleInput, first: Entry, slot: datetime, now: datetime) -> Transition:
    """Create or revive an entry whose start the message of another one has told already: free, and not sent."""
    made = new_entry_transition(rule_input, State.COVERED, None, slot, now)
    return replace(made, after=told_before(made.after, first, rule_input.candidate.local_start))


def told_before(entry: Entry, first: Entry, start: str | None) -> Entry:
    """The entry covered by the message of another one, which has told its local start."""
    return replace(
        entry, state=State.COVERED, reason=Text("covered.double"), announced_start=start,
        covered_by=first.key, covered_attempt=first.attempt,
    )  # fmt: skip


def follow_reschedule(rule_input: RuleInput, first: Entry | None, slot: datetime, now: datetime) -> Transition:
    """An entry that still waits (credits, a stop) follows its appointment to another start.

    It is covered if the message of `first` has told that start.
    """
    before = rule_input.entry
    assert before is not None  # noqa: S101 - it waits
    new = new_entry(rule_input, State.PREPARED, before.reason, slot, now)
    kept = replace(
        new, version=before.version + 1, attempt=before.attempt, held=before.held, phone_calls=before.phone_calls
    )
    return Transition(before, told_before(kept, first, rule_input.candidate.local_start) if first else kept)


def new_entry(rule_input: RuleInput, state: State, reason: Text | None, slot: datetime, now: datetime) -> Entry:
    """The new entry of a candidate, ignoring any existing one."""
    context, candidate, address = rule_input.context, rule_input.candidate, rule_input.address
    first, end = searched_range(context, rule_input.expires_at)
    return Entry(
        practice=context.practice.id, identity=rule_input.identity, kind=candidate.kind, state=state,
        patient=candidate.patient, appointment=candidate.appointment, starts_at=candidate.starts_at,
        expires_at=rule_input.expires_at, slot=slot, searched_first=first, searched_end=end,
        mandant=candidate.payer.mandant, channel=address.channel if isinstance(address, Address) else None,
        language=rule_input.language, retention_days=context.switches["AufbewahrungTage"], changed_at=now,
        log_language="" if context.switches.language == DEFAULT_LANGUAGE else context.switches.language,
        reason=reason, announced_start=candidate.local_start if candidate.kind is Kind.RESCHEDULED else None,
        day=candidate.local_day, practitioner=(candidate.practitioner or "")[:NAME] if candidate.local_day else "",
    )  # fmt: skip
