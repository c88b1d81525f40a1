"""Note that a patient on the call list was phoned, or was not: the entry has the time, the activity log the person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chalicelib.aws.deployment import Clients
from chalicelib.entries.entry import Entry, entry_key, reminder_identity, with_phoned_at
from chalicelib.entries.manual_decision import ManualNote, with_note
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.planning.admission import new_entry_transition
from chalicelib.planning.run_report import activity_of
from chalicelib.planning.search_state import searches_of
from chalicelib.reports.call_list import UNSENT
from chalicelib.reports.current_call_list import entries_on_call_list
from chalicelib.reports.reconciliation import AppointmentResult, ReconciliationInput
from chalicelib.rules.rule_input import RuleContext, RuleInput


def has_phoned(
    keys: Sequence[str],
    note: ManualNote,
    known: Iterable[Entry],
    lost: Iterable[AppointmentResult],
    context: RuleContext,
    clients: Clients,
) -> list[Entry]:
    """Take these entries off the call list; return them, except for those that are gone or change meanwhile.

    `known` are the practice's open entries. Those of `lost`, which no run searched, are written as new entries for the
    record: not sendable, and not revived while the appointment keeps its current start.
    """
    entries = entries_on_call_list(known, context)
    free = [one for one in entries if one.state is not State.SENDING]  # its outcome is about to be written
    listed = {one.key: Transition(one, with_phoned_at(one, context.now)) for one in free}
    listed |= {_key(line, context): _unsearched(line, context) for line in lost}
    phoned = [listed[key] for key in dict.fromkeys(keys) if key in listed]
    return _write(phoned, "manual.phoned", note, context, clients)


def has_not_phoned(
    keys: Sequence[str], note: ManualNote, known: Iterable[Entry], context: RuleContext, clients: Clients
) -> list[Entry]:
    """Put entries back on the call list; return them, except for those that are gone or change meanwhile."""
    phoned = {one.key: one for one in known if one.phoned_at and one.expires_at > context.now}
    back = [Transition(phoned[key], with_phoned_at(phoned[key], None)) for key in dict.fromkeys(keys) if key in phoned]
    return _write(back, "manual.not_phoned", note, context, clients)


def _write(
    transitions: Sequence[Transition], code: str, note: ManualNote, context: RuleContext, clients: Clients
) -> list[Entry]:
    done = clients.store.commit(transitions)
    activities = [activity_of(made, context.now, with_note(code, note.text), note.by) for made in done]
    clients.history.write_activity(context.practice.id, activities, [], context.now, context.practice.language)
    return [made.after for made in done]


def _key(line: AppointmentResult, context: RuleContext) -> str:
    return entry_key(context.practice.id, reminder_identity(line.candidate.appointment or ""))


def _unsearched(line: AppointmentResult, context: RuleContext) -> Transition:
    """The entry that the missing run would have written, marked as phoned."""
    searches, starts_at = searches_of(context.practice, context.now), line.candidate.starts_at
    assert searches is not None  # noqa: S101 - only with one is a line lost
    assert starts_at is not None  # noqa: S101
    desk = ReconciliationInput(context, searches, frozenset({starts_at.astimezone(searches.plan.tz).date()}))
    rule_input = RuleInput(desk.rules(starts_at), line.candidate, line.entry)
    made = new_entry_transition(rule_input, State.NOT_SENDABLE, line.reason or UNSENT, context.now, context.now)
    return replace(made, after=replace(made.after, phoned_at=context.now))
