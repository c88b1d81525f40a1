"""Prepare: find the patients who get a reminder or a greeting, and create their entries in the queue.

Step 1 of a practice's day. One SQL statement, streamed; the table of rules decides a hundred candidates at a time, and
the decisions are written. Credits play no part here, except that a low balance is alerted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.aws.entry_store import EntryStore, with_leaders
from chalicelib.aws.practice_store import RaisedAlerts
from chalicelib.aws.table import WRITE
from chalicelib.entries.covering import covering_keys, uncover
from chalicelib.entries.day_counts import batches_with_days, in_columns
from chalicelib.entries.entry import Entry, entry_key
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.jobs.balance_alerts import tell_low_balances
from chalicelib.jobs.ports import EntryReader, JobPorts, PracticeRows, Row
from chalicelib.jobs.run_context import begin_search, open_database, with_opt_outs
from chalicelib.jobs.told_starts import ToldStarts
from chalicelib.messages.birthday import birthday_month_days
from chalicelib.messages.kind import Kind
from chalicelib.planning.admission import covered_entry_transition, follow_reschedule, new_entry_transition
from chalicelib.planning.context import RunContext
from chalicelib.planning.run_report import LeftOut
from chalicelib.planning.search_days import searched_days
from chalicelib.practice.opt_out import ERASED, STOPPED
from chalicelib.practice_db.database import PracticeDatabase
from chalicelib.rules.candidate import Candidate, parse_row
from chalicelib.rules.occasion_rules import BIRTHDAY, ONCE, READABLE, RESCHEDULED, SEARCHED_DAYS
from chalicelib.rules.rescheduled import record_announcement, rescheduled_appointment
from chalicelib.rules.rule import Refusal, is_defect
from chalicelib.rules.rule_input import RuleContext, RuleInput, Stage
from chalicelib.rules.rules import first_refusal
from chalicelib.rules.sending_rules import ADDRESS
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.text import Text

# Not a searched day, or done already.
_NOT_LOGGED = frozenset(rule.name for rule in (ONCE, SEARCHED_DAYS, RESCHEDULED, BIRTHDAY))


@dataclass(frozen=True)
class Skipped:
    refusal: Refusal
    identity: str | None = None  # of the skipped message; None if unknown


@dataclass(frozen=True)
class Unchanged:
    """Still on the call list, as before."""


@dataclass(frozen=True)
class Written:
    """This run wrote it before an interruption; it counts as written now."""

    entry: Entry


PrepareDecision = Transition | Skipped | Unchanged | Written


def prepare(context: RunContext, ports: JobPorts) -> None:
    """Write the entries of the run's slot. Raises PracticeDatabaseError and ParameterError; written entries stay."""
    try:
        context = with_opt_outs(context, ports)
        with open_database(context, ports) as database:
            begin_search(context, ports)
            prepare_entries(context, database, ports.store, ports.raised_alerts)
    finally:
        _reopen_passed_send_slot(context, ports)


def prepare_entries(context: RunContext, database: PracticeDatabase, store: EntryStore, raised: RaisedAlerts) -> None:
    """Write and count the admitted candidates, a hundred at a time. Raises PracticeDatabaseError."""
    payers, columns = set[str](), set[tuple[str | None, str]]()
    run = context.run
    rules = context.rules(Stage.PREPARE, searched_days(context.record.jobs[run.job], run.slot, context.switches))
    for decisions, notes in decide_all(run.job, run.slot, rules, database, store):
        _record_announcements(notes, store)
        made = [decision for _, decision in decisions if isinstance(decision, Transition)]
        done = store.commit([in_columns(one, columns) for one in made])
        _record(decisions, done, context)
        written = [decision.entry for _, decision in decisions if isinstance(decision, Written)]
        payers |= {entry.mandant for entry in [*written, *(made.after for made in done)] if entry.mandant}
        context.tally.flush()
    tell_low_balances(payers, context, store, raised)


def _record_announcements(notes: list[Transition], store: EntryStore) -> None:
    """Before the entries: a number without one does no harm. Once more if a receipt has changed the reminder."""
    done = {made.after.key for made in store.commit(notes)}
    lost = {note.after.key: note.after for note in notes if note.after.key not in done}
    for key, one in (store.entries(notes[0].after.practice, sorted(lost)) if lost else {}).items():
        number, known = lost[key].announcements, lost[key].announced_start
        after = replace(one, announcements=number, announced_start=known, version=one.version + 1)
        store.commit([Transition(one, after)])


def _reopen_passed_send_slot(context: RunContext, ports: JobPorts) -> None:
    """Reopen the day's send slot if it came before the end of this run: a later send tick then takes its entries."""
    job = context.record.jobs.get(Job.SEND)
    if job is None or not context.tally.counts[State.PREPARED]:
        return
    slot, now = job.next_slot(context.run.slot), ports.clock()
    if slot <= now:
        ports.jobs.reopen_slot(context.run.practice, Job.SEND, next_tick(Tick.SEND, now), slot)


def decide_all(
    job: Job, slot: datetime, rules: RuleContext, database: PracticeRows, store: EntryReader
) -> Iterator[tuple[list[tuple[Candidate, PrepareDecision]], list[Transition]]]:
    """Decide a prepare run's candidates, a hundred at a time; reads only. Raises PracticeDatabaseError.

    Also yields the transitions of reminders that record the start which a message announces.
    """
    candidates = (parse_row(row, rules.zone) for row in _rows(job, rules, database))
    relevant = (one for one in candidates if _is_searched(one, rules) or rules.announces_rescheduling)
    told = ToldStarts(rules, store, slot)
    for batch in batches_with_days(relevant, lambda one: [one.local_day], WRITE):  # one read and one write of the table
        told.see(batch, WRITE)
        yield _decide(batch, slot, rules, store, told)


def _rows(job: Job, rules: RuleContext, database: PracticeRows) -> Iterator[Row]:
    payer = rules.switches["DefaultSMSMandant"]
    if job is Job.PREPARE_BIRTHDAYS:
        return database.birthdays(birthday_month_days(rules.today), payer, rules.active_since)
    first = rules.today if rules.announces_rescheduling else min(rules.days)
    return database.reminders(first, max(rules.days) + timedelta(days=1), payer)


def _is_searched(candidate: Candidate, rules: RuleContext) -> bool:
    return candidate.starts_at is None or candidate.starts_at.astimezone(rules.zone).date() in rules.days


def _decide(
    chunk: list[Candidate], slot: datetime, rules: RuleContext, store: EntryReader, told: ToldStarts
) -> tuple[list[tuple[Candidate, PrepareDecision]], list[Transition]]:
    """The decisions, and the reminders' records of the announced starts."""
    keys = [_key(candidate, rules) for candidate in chunk]
    existing = store.entries(rules.practice.id, sorted(set(keys)))
    found = [
        rescheduled_appointment(candidate, existing.get(key), rules.announces_rescheduling)
        if candidate.starts_at  # birthdays do not need the switch
        else None
        for key, candidate in zip(keys, chunk, strict=True)
    ]
    moved = _covered_and_moved(zip(keys, chunk, strict=True), existing)
    wanted = {key for one in found if one for key in one.read_keys()} | {k for one in moved for k in covering_keys(one)}
    announced = with_leaders(store.entries, rules.practice.id, wanted)
    released = {one.key: back for one in moved if (back := uncover(one, announced, rules.now, has_moved=True))}
    decisions: list[tuple[Candidate, PrepareDecision]] = []
    notes: list[Transition | None] = []
    seen: set[str] = set()
    for key, candidate, one in zip(keys, chunk, found, strict=True):
        if one is None and not _is_searched(candidate, rules):
            continue
        one, entry = (None, released[key]) if key in released else (one, existing.get(key))
        rule_input = one.rule_input(rules, announced) if one else RuleInput(rules, candidate, entry)
        decision = _decision(rule_input, slot, told.teller) if key not in seen else _repeated(candidate)
        if isinstance(decision, Transition) and (calls := told.calls(rule_input)):
            decision = replace(decision, after=replace(decision.after, phone_calls=calls))
        if key in released and isinstance(decision, Transition):
            decision = Transition(existing[key], replace(decision.after, version=existing[key].version + 1))
        decisions.append((candidate, decision))
        if one and key not in seen and (rule_input.entry or isinstance(decision, Transition)):
            notes.append(record_announcement(rule_input, one.reminder))
        seen.add(key)
    return decisions, [note for note in notes if note]


def _covered_and_moved(rows: Iterable[tuple[str, Candidate]], entries: Mapping[str, Entry]) -> list[Entry]:
    """The covered entries of moved appointments: the sweep follows them only up to their former start."""
    found = ((entries[key], candidate) for key, candidate in rows if key in entries)
    return [one for one, row in found if one.state is State.COVERED and one.starts_at != row.starts_at]


def _key(candidate: Candidate, rules: RuleContext) -> str:
    return entry_key(rules.practice.id, candidate.identity(rules.today))


def _repeated(candidate: Candidate) -> Skipped:
    appointment, patient = candidate.appointment, candidate.patient
    repeated = Text("defect.appointment_repeated", appointment=appointment) if appointment else None
    return Skipped(Refusal(READABLE.name, repeated or Text("defect.patient_repeated", patient=patient)))


def _decision(
    rule_input: RuleInput, slot: datetime, told: Callable[[RuleInput], Entry | None] = lambda _: None
) -> PrepareDecision:
    refusal, now = first_refusal(rule_input), rule_input.context.now
    if (refusal is None or refusal.rule == ADDRESS.name) and (first := told(rule_input)):
        return covered_entry_transition(rule_input, first, slot, now)
    if refusal is None:
        return new_entry_transition(rule_input, State.PREPARED, None, slot, now)
    if refusal.rule == ONCE.name and rule_input.entry is not None and rule_input.entry.slot == slot:
        return _skipped(rule_input, refusal) if rule_input.entry.cancelled_manually else Written(rule_input.entry)
    if refusal.rule == ONCE.name and _rescheduled_while_waiting(rule_input):
        return follow_reschedule(rule_input, told(rule_input), slot, now)
    if refusal.rule != ADDRESS.name or rule_input.candidate.kind is Kind.BIRTHDAY:
        return _skipped(rule_input, refusal)
    entry = rule_input.entry
    same = entry is not None and (entry.starts_at, entry.reason) == (rule_input.candidate.starts_at, refusal.reason)
    if entry is not None and entry.state is State.NOT_SENDABLE and same:
        return Unchanged()
    return new_entry_transition(rule_input, State.NOT_SENDABLE, refusal.reason, slot, now)


def _skipped(rule_input: RuleInput, refusal: Refusal) -> Skipped:
    candidate = rule_input.candidate
    named = candidate.patient if candidate.kind is Kind.BIRTHDAY else candidate.appointment
    named = None if refusal.reason in (ERASED, STOPPED) else named  # the log must not name the patient
    return Skipped(refusal, rule_input.identity if named else None)


def _rescheduled_while_waiting(rule_input: RuleInput) -> bool:
    entry = rule_input.entry
    return entry is not None and entry.state is State.PREPARED and entry.starts_at != rule_input.candidate.starts_at


def _record(decisions: list[tuple[Candidate, PrepareDecision]], done: list[Transition], context: RunContext) -> None:
    written, tally, now = {made.after.key for made in done}, context.tally, context.now
    for _, decision in decisions:
        tally.counts["searched"] += 1
        match decision:
            case Skipped(refusal, identity):
                tally.counts["skipped"] += 1
                tally.skipped[refusal.rule] += 1
                if is_defect(refusal.reason):
                    tally.add_error(refusal.reason)
                if identity and refusal.rule not in _NOT_LOGGED:
                    key = entry_key(context.run.practice, identity)
                    tally.left_out.append(LeftOut(now, identity, key, refusal.rule, refusal.reason))
            case Written(entry):
                tally.counts[State.PREPARED] += 1
                tally.add_transition(None, entry, now)
            case Unchanged():
                tally.counts["still_not_sendable"] += 1
            case Transition(before, after) if after.key in written:
                tally.counts[after.state] += 1
                tally.add_transition(before, after, now)
            case _:  # another run has written the same entry
                tally.skipped[ONCE.name] += 1
                tally.counts["skipped"] += 1
