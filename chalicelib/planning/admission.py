"""The transition that makes a new entry of an admitted candidate, or revives an old one."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.entries.entry import Entry, transition
from chalicelib.entries.states import REVIVABLE, State
from chalicelib.entries.transition import Transition
from chalicelib.messages.recipient import Address
from chalicelib.planning.context import RunContext
from chalicelib.planning.search_days import searched_range
from chalicelib.rules.rule_input import RuleInput


def new_entry_transition(question: RuleInput, context: RunContext, state: State, reason: str | None) -> Transition:
    """A new entry of this run, or one that is revived (arrow j)."""
    new = _new_entry(question, context, state, reason)
    before = question.entry
    if before is None or before.state not in REVIVABLE:
        return Transition(None, new)
    revived = transition(before, state, context.now)
    return Transition(before, replace(new, version=revived.version, attempt=before.attempt))


def _new_entry(question: RuleInput, context: RunContext, state: State, reason: str | None) -> Entry:
    practice, candidate = question.practice, question.candidate
    address = question.address()
    first, end = searched_range(practice, question.expires_at)
    return Entry(
        practice=context.run.practice,
        identity=candidate.identity(practice.today),
        kind=candidate.kind,
        state=state,
        patient=candidate.patient,
        appointment=candidate.appointment,
        starts_at=candidate.starts_at,
        expires_at=question.expires_at,
        slot=context.run.slot,
        searched_first=first,
        searched_end=end,
        mandant=candidate.payer.mandant,
        channel=address.channel if isinstance(address, Address) else None,
        language=question.language,
        retention_days=practice.switches["AufbewahrungTage"],
        changed_at=context.now,
        reason=reason,
    )
