"""The current call list, with names and numbers from the practice's own database. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.aws.deployment import Deployment
from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.parameter_store import ParameterError
from chalicelib.entries.entry import Entry, entry_key, reminder_identity
from chalicelib.entries.groups import Group
from chalicelib.entries.phone_call import claim_of, reached_call, tries
from chalicelib.entries.states import ACCEPTED, UNREACHED, State
from chalicelib.entries.stops import Stops
from chalicelib.messages.kind import Kind
from chalicelib.planning.outlook import current_rules, next_send
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.reports.appointments import Appointments, appointments_of, context_of, unsent_reason
from chalicelib.reports.call_list import (
    Call,
    Whom,
    call_reason,
    failed_prepare_jobs,
    one_line_each,
    open_calls,
    unconfirmed_since,
    unreached_entries,
    whom_of,
)
from chalicelib.reports.messages_about import messages_about
from chalicelib.reports.reconcile_day import results_of_lost_days
from chalicelib.reports.reconciliation import AppointmentResult, is_definitive
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rescheduled import is_followed, knows_otherwise
from chalicelib.rules.rule_input import RuleContext
from chalicelib.schedule.job import Job
from chalicelib.schedule.time_zone import local_minute
from chalicelib.text import Text


@dataclass(frozen=True)
class CallList:
    """`entries` are the practice's open ones, and others that the list is about; `lost` are the appointments on it
    that no run searched in time.

    `unread` says why the practice database or the opt-outs cannot be read: the calls then have neither names nor
    numbers, and lost appointments are missing. `search_failed`: the patients of a failed run are missing.
    """

    lines: Sequence[Call]
    entries: Sequence[Entry]
    lost: Sequence[AppointmentResult] = ()
    unread: Text | None = None
    search_failed: bool = False

    @property
    def unended(self) -> list[Entry]:
        return [entry for entry in self.entries if Group.of(entry) is not Group.ENDED]

    @property
    def calls(self) -> list[Call]:
        """The calls to make."""
        return open_calls(self.lines)

    @property
    def done(self) -> list[Call]:
        """The lines whose patient was reached by phone."""
        return [line for line in self.lines if line.reached]


@dataclass(frozen=True)
class CallSources:
    """The parts of the call list, without the practice database.

    `unread` says why opt-outs or database cannot be read; `url` is that of the database, empty if it was not read yet;
    `stops` are those of the deployment, if they are known.
    """

    context: RuleContext
    entries: Sequence[Entry]
    unsent: Text
    unread: Text | None = None
    url: str = ""
    stops: Stops | None = None

    @property
    def practice(self) -> Practice:
        return self.context.practice

    @property
    def next_send(self) -> datetime | None:
        """The next tick (UTC) at which the practice sends; None if it has no plan."""
        return next_send(self.practice, self.context.now)

    @property
    def by_entries(self) -> CallList:
        """The list by the entries alone: see `calls_without_names`."""
        calls = calls_without_names(self.entries, self.context, self.unsent)
        return CallList(calls, self.entries, (), self.unread, self.search_failed)

    @property
    def search_failed(self) -> bool:
        return Job.PREPARE_REMINDERS in failed_prepare_jobs(self.practice.record.alerts)


def current_call_list(practice: Practice, deployment: Deployment) -> CallList:
    """The call list; by the entries alone if the practice database or the opt-outs cannot be read."""
    return call_list_from(_sources(practice, deployment), deployment)


def call_list_from(sources: CallSources, deployment: Deployment) -> CallList:
    """As `current_call_list`, when all but the practice database was read."""
    if sources.unread:
        return sources.by_entries
    try:
        with appointments_of(sources.practice, deployment, sources.url) as rows:
            return call_list_of(sources, rows, deployment.clients.store)
    except (PracticeDatabaseError, ParameterError) as error:
        return replace(sources.by_entries, unread=error.text)


def call_list_of(sources: CallSources, rows: Appointments, store: EntryStore) -> CallList:
    """The call list with the practice's rows. Raises PracticeDatabaseError."""
    context = sources.context
    results = results_of_lost_days(context, rows, store)
    lost = [one for one in results if one.lost]
    entries = with_messages(sources.entries, results, context, store)
    calls = current_calls(entries, lost, context, rows, sources.unsent)
    unknown_days = bool(sources.practice.validated.switches.refusals(Job.PREPARE_REMINDERS))
    return CallList(calls, entries, lost, None, sources.search_failed and unknown_days)


def call_list_of_entries(practice: Practice, deployment: Deployment) -> CallList:
    """The call list by the entries alone, as it is without the practice database."""
    return _sources(practice, deployment).by_entries


def _sources(practice: Practice, deployment: Deployment) -> CallSources:
    entries, unsent = _entries_for_calls(practice, deployment), unsent_reason(practice, deployment)
    try:
        return CallSources(context_of(practice, deployment), entries, unsent)
    except ParameterError as error:
        return CallSources(current_rules(practice, deployment.now, OptOuts()), entries, unsent, error.text)


def _entries_for_calls(practice: Practice, deployment: Deployment) -> list[Entry]:
    since, store = unconfirmed_since(practice, deployment.now), deployment.clients.store
    if since is None:
        return store.entries_in(practice.id)
    return listable(store.entries_in(practice.id, Group, {Group.ENDED: since}))


def listable(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that may be on the call list: of those that have ended, the unconfirmed ones."""
    return [one for one in entries if Group.of(one) is not Group.ENDED or one.state is State.UNCONFIRMED]


def current_calls(
    known: Iterable[Entry], lost: Iterable[AppointmentResult], context: RuleContext, rows: Appointments, unsent: Text
) -> list[Call]:
    """The lines of the list, by start time: patients that no message reached, and those of lost appointments.

    `known` are the practice's open entries, and from `with_messages`; `unsent` is from `why_unsent`. Patients who have
    died or cancelled since, or who know the start by another message, are omitted. Raises PracticeDatabaseError.
    """
    known = list(known)
    by_key = {one.key: one for one in known}
    entries = _entries(known, context)
    current = rows.by_id(entry.appointment or "" for entry in entries)
    calls: list[Call] = []
    for one in entries:
        row = current.get(one.appointment or "")
        if row is None or row.deceased or not is_definitive(row):
            continue
        if not _is_told_otherwise(one, row.local_start, by_key):
            calls.append(_call(one.identity, row, one, call_reason(one, unsent), context))
    calls += [_lost_call(one, context) for one in lost]
    ahead = (call for call in one_line_each(calls) if call.starts_at > context.now)
    return sorted(ahead, key=lambda call: (call.starts_at, call.whom.name, call.patient))


def _is_told_otherwise(one: Entry, start: str | None, entries: Mapping[str, Entry]) -> bool:
    """Whether another message tells the patient this start, or is on the list itself.

    A patient who asked for a message waits for it, unless it was sent.
    """
    if one.kind is Kind.AGAIN and (one.announced_start != start or one.state not in ACCEPTED - UNREACHED):
        return one.announced_start != start
    return knows_otherwise(one, start, entries) or is_followed(one, start, entries)


def with_messages(
    known: Sequence[Entry], results: Iterable[AppointmentResult], context: RuleContext, store: EntryStore
) -> list[Entry]:
    """The known entries, and all that may have told new starts of the appointments on the call list.

    Those of `results_of_lost_days` are among them: the index may not list yet what a person has just noted. Two calls
    more if such an appointment was moved or has a message that was sent again, three at most, otherwise none.
    """
    known = [*known, *(one.entry for one in results if one.entry and not one.lost)]
    practice, listed = context.practice.id, _entries(known, context)
    about = {one.appointment or "" for one in listed if one.kind is not Kind.REMINDER or one.announcements or one.again}
    return list(({one.key: one for one in known} | messages_about(store.entries, practice, about)).values())


def calls_without_names(known: Iterable[Entry], context: RuleContext, unsent: Text) -> list[Call]:
    """The lines by the entries alone: no names, no numbers, no lost appointments.

    Includes patients who have cancelled since.
    """
    ahead = (one for one in _entries(known, context) if one.expires_at > context.now)
    return list(one_line_each([_call(one.identity, None, one, call_reason(one, unsent), context) for one in ahead]))


def _entries(known: Iterable[Entry], context: RuleContext) -> list[Entry]:
    """The entries that nobody has told, without those of patients whom a person has stopped."""
    entries = unreached_entries(known, context.practice, context.now)
    return [one for one in entries if not context.opt_outs.stop_of(one.patient)]


def _call(identity: str, row: Candidate | None, entry: Entry | None, reason: Text, context: RuleContext) -> Call:
    """The line of an entry, or of an appointment that no run searched in time; one of both is there."""
    starts_at = (row.starts_at if row else None) or (entry.expires_at if entry else None)
    assert starts_at is not None  # noqa: S101 - the rule `readable` has passed
    start = (row.local_start if row else None) or local_minute(starts_at.astimezone(context.practice.zone))
    appointment, patient = (row.appointment, row.patient) if row else (None, "")
    if entry:
        appointment, patient = entry.appointment, patient or entry.patient
    noted = entry.phone_calls if entry else ()
    return Call(
        identity, entry_key(context.practice.id, identity), entry.version if entry else 0, appointment, patient,
        whom_of(row) if row else Whom(), starts_at, start, reason, tries(noted, start),
        reached_call(noted, row.local_start if row else None), claim_of(noted, context.now),
    )  # fmt: skip


def _lost_call(result: AppointmentResult, context: RuleContext) -> Call:
    assert result.reason is not None  # noqa: S101 - a lost appointment has one
    identity = reminder_identity(result.candidate.appointment or "")
    return _call(identity, result.candidate, result.entry, result.reason, context)
