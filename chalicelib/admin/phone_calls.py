"""Note phone calls to patients of the call list, claim a call, and take one back.

The entry has the calls with their notes, and the activity log each outcome with the person. Of two people who note at
once, the second gets a conflict that says what the first has noted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.aws.deployment import Clients
from chalicelib.entries.deadlines import over_text
from chalicelib.entries.entry import Entry, entry_key, reminder_identity, with_phone_calls
from chalicelib.entries.phone_call import (
    MOST_CALLS,
    REACHED,
    CallOutcome,
    PhoneCall,
    in_force,
    note_is_allowed,
    with_call,
)
from chalicelib.entries.states import UNREACHED, State, state_label
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from chalicelib.planning.admission import new_entry_transition
from chalicelib.planning.run_report import activity_of
from chalicelib.planning.search_state import searches_of
from chalicelib.reports.call_list import UNSENT, Call
from chalicelib.reports.current_call_list import CallList
from chalicelib.reports.reconciliation import AppointmentResult, ReconciliationInput
from chalicelib.rules.rule_input import RuleContext, RuleInput
from chalicelib.schedule.time_zone import local_minute, minute_in
from chalicelib.text import Text


@dataclass(frozen=True)
class NewCall:
    """A call that a person notes; `log_as` is the person in the activity log, who is `by` if it is empty.

    Raises ValueError if the note is too long or has control characters.
    """

    outcome: CallOutcome
    by: str
    note: str = ""
    log_as: str = ""

    def __post_init__(self) -> None:
        if not note_is_allowed(self.note):
            raise ValueError("the note is too long, or has control characters")


@dataclass(frozen=True)
class Conflict:
    """A call that was not noted or taken back; `entry` is the current one, None if there is none."""

    key: str
    why: Text
    entry: Entry | None = None


@dataclass(frozen=True)
class NotedCalls:
    """`done` are the entries that were written, each with the call that was noted or taken back."""

    done: tuple[tuple[Entry, PhoneCall], ...]
    conflicts: tuple[Conflict, ...]


_MAY_LEAVE = UNREACHED | {State.PREPARED, State.RESERVED, State.UNKNOWN}
Seen = Mapping[str, int | None]  # by key of the entry: the version that the person has seen, None for the current one
_Wanted = dict[str, tuple[Transition, PhoneCall, str]]  # with the key of the line that it is about: itself, or another


def note_calls(seen: Seen, new: NewCall, listed: CallList, context: RuleContext, clients: Clients) -> NotedCalls:
    """Note a call, or a claim, for each of these lines of the call list, which was just read.

    A call that reached the patient is noted in the same write on the other rows of this start; their messages stay.
    An appointment that no run searched has no entry: one is written for the record, not sendable, and not revived
    after a call that reached the patient, while the appointment keeps its start.
    """
    lines, entries = {one.key: one for one in listed.calls}, {one.key: one for one in listed.entries}
    lost, wanted = {_key(one, context): one for one in listed.lost}, _Wanted()
    for key, version in seen.items():
        line, entry = lines.get(key), entries.get(key)
        if line and version in (None, line.version) and _is_free(line, entry, new, context.now):
            call = PhoneCall(context.now, new.outcome, line.start, new.by, new.note)
            wanted[key] = _noted(entry, call) if entry else _unsearched(lost[key], context, call), call, key
    for made, call, key in tuple(wanted.values()) if new.outcome in REACHED else ():
        rows = _other_rows(lines[key], made.after, listed, context)
        wanted |= {one.key: (_noted(one, call), call, key) for one in rows if one.key not in wanted}
    return _write(seen, wanted, False, new.log_as or new.by, context, clients)


def undo_calls(seen: Seen, by: str, context: RuleContext, clients: Clients) -> NotedCalls:
    """Take back the latest call, or claim, of each of these entries, while its appointment is ahead.

    A call that reached the patient is taken back on the other rows of its start too.
    """
    wanted, practice, now = _Wanted(), context.practice.id, context.now
    for key, entry in clients.store.entries(practice, list(seen)).items():
        calls = in_force(entry.phone_calls, now)
        if calls and seen[key] in (None, entry.version) and _is_ahead(calls[-1], context):
            wanted[key] = _without_last(entry, key, now)
    reached = {(made.after.patient, call): key for made, call, key in wanted.values() if call.outcome in REACHED}
    for entry in clients.store.entries_in(practice) if reached else ():
        last = in_force(entry.phone_calls, now)[-1:]
        if entry.key not in wanted and last and (line := reached.get((entry.patient, last[0]))):
            wanted[entry.key] = _without_last(entry, line, now)
    return _write(seen, wanted, True, by, context, clients)


def _noted(entry: Entry, call: PhoneCall) -> Transition:
    return Transition(entry, with_phone_calls(entry, with_call(entry.phone_calls, call)))


def _without_last(entry: Entry, line: str, now: datetime) -> tuple[Transition, PhoneCall, str]:
    calls = in_force(entry.phone_calls, now)
    return Transition(entry, with_phone_calls(entry, calls[:-1])), calls[-1], line


def _other_rows(line: Call, entry: Entry, listed: CallList, context: RuleContext) -> list[Entry]:
    """The entries of other rows of the patient at the start of a line, whose message may yet leave.

    Of a move, only a call about a move tells.
    """
    starts, zone = {one.key: one.start for one in listed.calls}, context.practice.zone
    moved = entry.kind is Kind.RESCHEDULED
    return [
        one
        for one in listed.entries
        if one.starts_at and one.patient == line.patient and one.appointment != line.appointment
        and one.kind is not Kind.AGAIN
        and line.start == starts.get(one.key, local_minute(one.starts_at.astimezone(zone)))
        and (moved or one.kind is not Kind.RESCHEDULED) and one.state in _MAY_LEAVE
        and _takes_a_call(one)
    ]  # fmt: skip


def _takes_a_call(entry: Entry) -> bool:
    return len(entry.phone_calls) < MOST_CALLS and entry.state is not State.SENDING


def _is_free(line: Call, entry: Entry | None, new: NewCall, now: datetime) -> bool:
    """Whether a call can be noted now: not while an outcome is about to be written, nor a claim beside another's."""
    claimed = new.outcome is CallOutcome.CALLING and line.claim is not None and line.claim.by != new.by
    return not claimed and (entry is None or _takes_a_call(entry))


def _is_ahead(call: PhoneCall, context: RuleContext) -> bool:
    return minute_in(call.start, context.practice.zone) > context.now


def _write(seen: Seen, wanted: _Wanted, undone: bool, by: str, context: RuleContext, clients: Clients) -> NotedCalls:
    practice, now = context.practice, context.now
    written = _with_its_line(clients.store.commit([made for made, *_ in wanted.values()]), wanted, clients)
    done = tuple((made.after, wanted[made.after.key][1]) for made in written)
    activities = [
        activity_of(made, now, Text("phoned.undone", call.label) if undone else call.label, by)
        for made in written
        if (call := wanted[made.after.key][1]).outcome is not CallOutcome.CALLING
    ]
    clients.history.write_activity(practice.id, activities, [], now, practice.reader)
    left = [key for key in seen if key not in {made.after.key for made in written}]
    current = clients.store.entries(practice.id, left) if left else {}
    found = ((key, current.get(key)) for key in left)
    return NotedCalls(done, tuple(Conflict(key, _why(one, undone, context), one) for key, one in found))


def _with_its_line(written: list[Transition], wanted: _Wanted, clients: Clients) -> list[Transition]:
    """Return those whose line was written too; a row whose line another person has changed becomes as it was."""
    keys = {made.after.key for made in written}
    alone = [made for made in written if wanted[made.after.key][2] not in keys]
    clients.store.commit([
        Transition(made.after, with_phone_calls(made.after, made.before.phone_calls)) for made in alone if made.before
    ])  # fmt: skip
    return [made for made in written if made not in alone]


def _why(entry: Entry | None, undone: bool, context: RuleContext) -> Text:
    """Return what the first person has noted, or else what has become of the message."""
    calls = in_force(entry.phone_calls, context.now) if entry else ()
    if entry is None or (undone and not calls):
        return Text("phoned.conflict.none")
    if undone and not _is_ahead(calls[-1], context):
        return over_text(entry)
    if len(calls) >= MOST_CALLS and not undone:
        return Text("phoned.conflict.full", count=MOST_CALLS)
    if calls and calls[-1].at >= entry.changed_at:
        last = calls[-1]
        return Text("phoned.conflict", last.label, at=last.at.astimezone(context.practice.zone), by=last.by)
    return Text("phoned.conflict.state", state_label(entry.state))


def _key(line: AppointmentResult, context: RuleContext) -> str:
    return entry_key(context.practice.id, reminder_identity(line.candidate.appointment or ""))


def _unsearched(line: AppointmentResult, context: RuleContext, call: PhoneCall) -> Transition:
    """The entry that the missing run would have written, with the call."""
    searches, starts_at = searches_of(context.practice, context.now), line.candidate.starts_at
    assert searches is not None  # noqa: S101 - only with one is a line lost
    assert starts_at is not None  # noqa: S101
    desk = ReconciliationInput(context, searches, frozenset({starts_at.astimezone(searches.plan.tz).date()}))
    rule_input = RuleInput(desk.rules(starts_at), line.candidate, line.entry)
    made = new_entry_transition(rule_input, State.NOT_SENDABLE, line.reason or UNSENT, context.now, context.now)
    return replace(made, after=replace(made.after, phone_calls=with_call(made.after.phone_calls, call)))
