"""Prepare: find who gets a reminder or a greeting, and put entries into the Versand-Queue.

Step 1 of a practice's day. One SQL statement, streamed; a hundred candidates at a time are held against the table
of rules, and what the rules decide is written. Credits never decide here; a low balance is only alerted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from chalicelib.aws.batches import batches
from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.raised_alerts import RaisedAlerts
from chalicelib.entries.entry import Entry
from chalicelib.entries.identity import entry_key
from chalicelib.entries.labels import STATES
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.jobs.balance_alerts import alert_low_balances
from chalicelib.jobs.ports import JobPorts
from chalicelib.jobs.read_ports import EntryReader, PracticeRows, Row
from chalicelib.jobs.run_context import with_opt_outs
from chalicelib.messages.birthday import birthday_month_days
from chalicelib.messages.kind import Kind
from chalicelib.planning.admission import _new_entry, new_entry_transition
from chalicelib.planning.context import RunContext
from chalicelib.planning.report import LeftOut, Tally
from chalicelib.planning.search_days import searched_days
from chalicelib.practice.opt_out import ERASED
from chalicelib.practice_db.database import PracticeDatabase
from chalicelib.rules.candidate import Candidate, parse_row
from chalicelib.rules.rescheduled import record_announcement, rescheduled_appointment
from chalicelib.rules.rule_input import RuleContext, RuleInput, Stage
from chalicelib.rules.rules import ADDRESS, DataDefect, Refusal, first_refusal
from chalicelib.schedule.job import Job, Tick, next_tick

CHUNK = 100  # candidates: one read and one write of the table
ONCE = "einmal"
NOT_LOGGED = frozenset({ONCE, "suchtage", "verschoben", "geburtstag"})  # not a searched day, or done already


@dataclass(frozen=True)
class Skipped:
    refusal: Refusal
    identity: str | None = None  # of the message that is not made; None if unknown


@dataclass(frozen=True)
class Unchanged:
    """Still on the call list, as before."""


@dataclass(frozen=True)
class Written:
    """This run wrote it before it was interrupted; it counts as written now."""

    entry: Entry


PrepareDecision = Transition | Skipped | Unchanged | Written


def prepare(context: RunContext, ports: JobPorts) -> None:
    """Write the entries of the run's slot. Raises PracticeDatabaseError and ParameterError; what was written stays."""
    try:
        context = with_opt_outs(context, ports)
        with ports.open_database(ports.parameters.database_url(context.run.practice)) as database:
            prepare_entries(context, database, ports.store, ports.raised_alerts)
    finally:
        _reopen_passed_send_slot(context, ports)


def prepare_entries(context: RunContext, database: PracticeDatabase, store: EntryStore, raised: RaisedAlerts) -> None:
    """Write what the rules admit, a hundred candidates at a time; the tally counts it. Raises PracticeDatabaseError."""
    payers: set[str] = set()
    for decisions, notes in decide_all(context, database, store):
        done = store.commit([*(decision for _, decision in decisions if isinstance(decision, Transition)), *notes])
        _record(decisions, done, context)
        written = [decision.entry for _, decision in decisions if isinstance(decision, Written)]
        payers |= {entry.mandant for entry in [*written, *(made.after for made in done)] if entry.mandant}
        context.tally.flush()
    alert_low_balances(payers, context, store, raised)


def _reopen_passed_send_slot(context: RunContext, ports: JobPorts) -> None:
    """Where the day's send slot came before the end of this run, a later send tick takes its entries."""
    job = context.record.jobs.get(Job.SEND)
    if job is None or not context.tally.counts["aufbereitet"]:
        return
    slot, now = job.next_slot(context.run.slot), ports.clock()
    if slot <= now:
        ports.jobs.reopen_slot(context.run.practice, Job.SEND, next_tick(Tick.SEND, now), slot)


def decide_all(
    context: RunContext, database: PracticeRows, store: EntryReader
) -> Iterator[tuple[list[tuple[Candidate, PrepareDecision]], list[Transition]]]:
    """Decide a prepare run's candidates, a hundred at a time; reads only. Raises PracticeDatabaseError.

    With them come the transitions of reminders that record what a message about a new start announces.
    """
    job = context.run.job
    days = searched_days(context) if job is Job.PREPARE_REMINDERS else frozenset[date]()
    practice = context.practice_rules(Stage.PREPARE, days)
    candidates = (parse_row(row, practice.zone) for row in _rows(job, practice, database))
    relevant = (one for one in candidates if _is_searched(one, practice) or practice.announces_rescheduling)
    for batch in batches(relevant, CHUNK):
        yield _decide(batch, practice, context, store)


def _rows(job: Job, practice: RuleContext, database: PracticeRows) -> Iterator[Row]:
    payer = practice.switches["DefaultSMSMandant"]
    if job is Job.PREPARE_BIRTHDAYS:
        return database.birthdays(birthday_month_days(practice.today), payer, practice.active_since)
    first = practice.today if practice.announces_rescheduling else min(practice.days)
    return database.reminders(first, max(practice.days) + timedelta(days=1), payer)


def _is_searched(candidate: Candidate, practice: RuleContext) -> bool:
    return candidate.starts_at is None or candidate.starts_at.astimezone(practice.zone).date() in practice.days


def _decide(
    chunk: list[Candidate], practice: RuleContext, context: RunContext, store: EntryReader
) -> tuple[list[tuple[Candidate, PrepareDecision]], list[Transition]]:
    """The decisions, and the reminders' records of the starts that they announce."""
    keys = [_key(candidate, practice, context) for candidate in chunk]
    existing = store.entries(context.run.practice, sorted(set(keys)))
    found = [
        rescheduled_appointment(candidate, existing.get(key), practice)
        for key, candidate in zip(keys, chunk, strict=True)
    ]
    wanted = sorted({key for one in found if one for key in one.entry_keys()})
    announced = store.entries(context.run.practice, wanted) if wanted else {}
    decisions: list[tuple[Candidate, PrepareDecision]] = []
    notes: list[Transition | None] = []
    seen: set[str] = set()
    for key, candidate, one in zip(keys, chunk, found, strict=True):
        if one is None and not _is_searched(candidate, practice):
            continue
        question = one.question(practice, announced) if one else RuleInput(practice, candidate, existing.get(key))
        decision = _decision(question, context) if key not in seen else _repeated(candidate)
        decisions.append((candidate, decision))
        if one and key not in seen and (question.entry or isinstance(decision, Transition)):
            notes.append(record_announcement(question, one.reminder))
        seen.add(key)
    return decisions, [note for note in notes if note]


def _key(candidate: Candidate, practice: RuleContext, context: RunContext) -> str:
    return entry_key(context.run.practice, candidate.identity(practice.today))


def _repeated(candidate: Candidate) -> Skipped:
    named = f"TerminId {candidate.appointment}" if candidate.appointment else f"PatientId {candidate.patient}"
    return Skipped(Refusal("lesbar", DataDefect(f"Die {named} kommt mehrfach vor.")))


def _decision(question: RuleInput, context: RunContext) -> PrepareDecision:
    refusal = first_refusal(question)
    if refusal is None:
        return new_entry_transition(question, context, State.PREPARED, None)
    if refusal.rule == ONCE and question.entry is not None and question.entry.slot == context.run.slot:
        return _skipped(question, refusal) if question.entry.cancelled_manually else Written(question.entry)
    if refusal.rule == ONCE and _rescheduled_while_waiting(question):
        return _follow_reschedule(question, context)
    if refusal.rule != ADDRESS or question.candidate.kind is Kind.BIRTHDAY:
        return _skipped(question, refusal)
    entry = question.entry
    same = entry is not None and (entry.starts_at, entry.reason) == (question.candidate.starts_at, refusal.reason)
    if entry is not None and entry.state is State.NOT_SENDABLE and same:
        return Unchanged()
    return new_entry_transition(question, context, State.NOT_SENDABLE, refusal.reason)


def _skipped(question: RuleInput, refusal: Refusal) -> Skipped:
    candidate = question.candidate
    named = candidate.patient if candidate.kind is Kind.BIRTHDAY else candidate.appointment
    named = None if refusal.reason == ERASED else named  # the log must not name the patient again
    return Skipped(refusal, candidate.identity(question.practice.today) if named else None)


def _rescheduled_while_waiting(question: RuleInput) -> bool:
    entry = question.entry
    return entry is not None and entry.state is State.PREPARED and entry.starts_at != question.candidate.starts_at


def _follow_reschedule(question: RuleInput, context: RunContext) -> Transition:
    """The entry still waits (credits, a stop), and its appointment was rescheduled to a day that this run searches."""
    before = question.entry
    assert before is not None  # noqa: S101 - asked before
    new = _new_entry(question, context, State.PREPARED, before.reason)
    return Transition(before, replace(new, version=before.version + 1, attempt=before.attempt, held=before.held))


def _record(decisions: list[tuple[Candidate, PrepareDecision]], done: list[Transition], context: RunContext) -> None:
    written, tally, now = {made.after.key for made in done}, context.tally, context.now
    for _, decision in decisions:
        tally.counts["gesucht"] += 1
        match decision:
            case Skipped(refusal, identity):
                _record_skipped(refusal, tally)
                if identity and refusal.rule not in NOT_LOGGED:
                    key = entry_key(context.run.practice, identity)
                    tally.left_out.append(LeftOut(now, identity, key, refusal.rule, str(refusal.reason)))
            case Written(entry):
                tally.counts["aufbereitet"] += 1
                tally.add_transition(None, entry, now)
            case Unchanged():
                tally.counts["weiterhin nicht sendbar"] += 1
            case Transition(before, after) if after.key in written:
                tally.counts[STATES[after.state]] += 1
                tally.add_transition(before, after, now)
            case _:  # another run was faster with the same entry
                tally.skipped["einmal"] += 1
                tally.counts["übersprungen"] += 1


def _record_skipped(refusal: Refusal, tally: Tally) -> None:
    tally.counts["übersprungen"] += 1
    tally.skipped[refusal.rule] += 1
    if isinstance(refusal.reason, DataDefect):
        tally.add_error(refusal.reason)
