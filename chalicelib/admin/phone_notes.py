"""Somebody has phoned a patient of the Anrufliste, or has not after all: the entry keeps when, the protocol by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.log_store import LogStore
from chalicelib.entries.entry import Entry, State, entry_key, reminder_identity, with_phoned_at
from chalicelib.entries.transition import Transition
from chalicelib.planning.admission import new_entry_transition
from chalicelib.planning.context import RunContext
from chalicelib.planning.report import Activity
from chalicelib.planning.search_state import searches_of
from chalicelib.reports.current_call_list import to_phone
from chalicelib.reports.reconciliation import AppointmentResult, ReconciliationInput
from chalicelib.rules.rule_input import RuleInput


def has_phoned(
    keys: Sequence[str],
    note: str,
    by: str,
    known: Iterable[Entry],
    lost: Iterable[AppointmentResult],
    context: RunContext,
    store: EntryStore,
    history: LogStore,
) -> list[Entry]:
    """Take these entries from the Anrufliste; returns them, without what is there no more or changes meanwhile.

    `known` are the practice's open entries. Of `lost`, whose search never took place, an entry is written, so that
    they are accounted for: not sendable, and not revived while the appointment is at the time that was phoned about.
    `note` is German and names nobody.
    """
    there = {one.key: Transition(one, with_phoned_at(one, context.now)) for one in to_phone(known, context)}
    there |= {_key(line, context): _unsearched(line, context) for line in lost}
    return _write(keys, there, f"Angerufen: {note}", by, context, store, history)


def has_not_phoned(
    keys: Sequence[str],
    note: str,
    by: str,
    known: Iterable[Entry],
    context: RunContext,
    store: EntryStore,
    history: LogStore,
) -> list[Entry]:
    """Put these entries, which somebody had phoned about, on the Anrufliste again; else as `has_phoned`."""
    there = {
        one.key: Transition(one, with_phoned_at(one, None))
        for one in known
        if one.phoned_at and one.expires_at > context.now
    }
    return _write(keys, there, f"Doch nicht angerufen: {note}", by, context, store, history)


def _write(
    keys: Sequence[str],
    there: Mapping[str, Transition],
    reason: str,
    by: str,
    context: RunContext,
    store: EntryStore,
    history: LogStore,
) -> list[Entry]:
    done = store.commit([there[key] for key in dict.fromkeys(keys) if key in there])
    told = [_activity(made, reason, by, context) for made in done]
    if told:
        history.write_activity(context.run.practice, told, [], context.now)
    return [made.after for made in done]


def _activity(made: Transition, reason: str, by: str, context: RunContext) -> Activity:
    after, source = made.after, made.before.state if made.before else None
    return Activity(context.now, after.identity, after.key, source, after.state, reason, by)


def _key(line: AppointmentResult, context: RunContext) -> str:
    return entry_key(context.run.practice, reminder_identity(line.candidate.appointment or ""))


def _unsearched(line: AppointmentResult, context: RunContext) -> Transition:
    """What the run that never came would have written, but that somebody has phoned instead."""
    searches, starts_at = searches_of(context), line.candidate.starts_at
    assert searches is not None  # noqa: S101 - else no line is lost
    assert starts_at is not None  # noqa: S101
    desk = ReconciliationInput(context, searches, frozenset({starts_at.astimezone(searches.zone).date()}))
    made = new_entry_transition(
        RuleInput(desk.rules(starts_at), line.candidate, line.entry), context, State.NOT_SENDABLE, line.reason
    )
    return replace(made, after=replace(made.after, phoned_at=context.now))
