"""The transition that makes a new entry of an admitted candidate, or revives an old one."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.entries.entry import REVIVABLE, Entry, State, move
from chalicelib.entries.transition import Move
from chalicelib.messages.recipient import Address
from chalicelib.planning.context import RunContext
from chalicelib.planning.search_days import searched_range
from chalicelib.rules.question import Question


def admit(question: Question, context: RunContext, state: State, reason: str | None) -> Move:
    """A new entry of this run, or one that is revived (arrow j)."""
    new = _new_entry(question, context, state, reason)
    before = question.entry
    if before is None or before.state not in REVIVABLE:
        return Move(None, new)
    revived = move(before, state, context.now)
    return Move(before, replace(new, version=revived.version, attempt=before.attempt))


def _new_entry(question: Question, context: RunContext, state: State, reason: str | None) -> Entry:
    practice, candidate = question.practice, question.candidate
    address = question.address()
    first, end = searched_range(practice, question.until)
    return Entry(
        practice=context.run.practice,
        identity=candidate.identity(practice.today),
        kind=candidate.kind,
        state=state,
        patient=candidate.patient,
        appointment=candidate.appointment,
        begins=candidate.begins,
        until=question.until,
        slot=context.run.slot,
        searched_first=first,
        searched_end=end,
        mandant=candidate.payer.mandant,
        channel=address.channel if isinstance(address, Address) else None,
        language=question.language,
        retention_days=practice.switches["AufbewahrungTage"],
        moved_at=context.now,
        reason=reason,
    )
