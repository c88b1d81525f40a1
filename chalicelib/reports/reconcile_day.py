"""Reconcile a day: the results of the appointments that its reminder runs covered. Reads only.

One statement for the appointments of these days, one for the database's own count of them, and one more if a patient
was told about an appointment that no longer exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from chalicelib.aws.entry_store import EntryStore, with_leaders
from chalicelib.entries.covering import leaders
from chalicelib.entries.entry import Entry, entry_key, reminder_identity
from chalicelib.entries.groups import Group
from chalicelib.messages.kind import Kind
from chalicelib.planning.search_state import PastRun, ReminderSearches, searches_of
from chalicelib.reports.appointments import Appointments
from chalicelib.reports.call_list import unconfirmed_since
from chalicelib.reports.reconciliation import (
    AppointmentResult,
    Column,
    Misinformed,
    Reconciliation,
    ReconciliationInput,
    announced_start,
    is_definitive,
    misinformed,
    result_of,
    unaccounted,
)
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rescheduled import RescheduledAppointment
from chalicelib.rules.rule_input import RuleContext
from chalicelib.schedule.job import Job, job_label
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import DEFAULT, minute_in, to_utc, zone_named
from chalicelib.text import Text, TextError, joined


class NotReconcilableError(TextError):
    """The practice has no reminder job, or a switch that it needs is invalid."""


def entries_for_day(context: RuleContext, day: date, store: EntryStore) -> list[Entry]:
    """The practice's entries that may matter for a local day and for the call list."""
    return store.entries_in(context.practice.id, Group, {Group.ENDED: ended_since(context, day)})


def ended_since(context: RuleContext, day: date) -> datetime:
    """Since when (UTC) an entry that has ended may matter for a local day or for the call list."""
    searches = searches_of(context.practice, context.now)
    since = searches.since(day) if searches else to_utc(day, time(0), zone_named(DEFAULT))  # nothing was sent earlier
    return min(since, unconfirmed_since(context.practice, context.now) or since)


def reconcile_day(
    day: date,
    context: RuleContext,
    known: Sequence[Entry],
    rows: Appointments,
    store: EntryStore,
    unsent: Text,
    history: Sequence[PastRun] = (),
) -> Reconciliation:
    """The reconciliation of a local day at `context.now`.

    `known` is from `entries_for_day`, `unsent` from `why_unsent`. A past day needs the `history` of its runs, from
    `runs_for_day`. Raises NotReconcilableError and PracticeDatabaseError.
    """
    searches = searches_of(context.practice, context.now, history)
    if searches is None:
        wrong = context.switches.refusals(Job.PREPARE_REMINDERS)
        no_job = Text("reconciliation.no_job", job_label(Job.PREPARE_REMINDERS))
        raise NotReconcilableError(joined("sentences", wrong or [no_job]))
    days = searched_days_of(day, searches, known)
    if not days:
        return Reconciliation(day, ())
    inputs = ReconciliationInput(context, searches, days, unsent)
    candidates = rows.on_days(days)
    counted = rows.count_definitive(days)
    entries = _entries(candidates, known, context.practice.id, store)
    results = results_of(candidates, entries, inputs)
    return Reconciliation(
        day, tuple(sorted(days)), tuple(results), tuple(misinformed_on(candidates, entries, rows, inputs)),
        sum(counted.values()), unaccounted(results, counted),
    )  # fmt: skip


def lost_appointments(context: RuleContext, rows: Appointments, store: EntryStore) -> list[AppointmentResult]:
    """Appointments whose patients got no message because no run searched them; no statement if all runs took place."""
    return [result for result in results_of_lost_days(context, rows, store) if result.lost]


def results_of_lost_days(context: RuleContext, rows: Appointments, store: EntryStore) -> list[AppointmentResult]:
    """The results of the days ahead that no run has searched in time."""
    searches = searches_of(context.practice, context.now)
    if searches is None or not searches.lost_days:
        return []
    today = slot_day(context.now, searches.plan.tz)
    days = frozenset(day for day in searches.lost_days if day >= today)
    candidates = rows.on_days(days)
    entries = _entries(candidates, [], context.practice.id, store)
    return results_of(candidates, entries, ReconciliationInput(context, searches, days))


def results_of(
    candidates: Iterable[Candidate], entries: Mapping[str, Entry], inputs: ReconciliationInput
) -> list[AppointmentResult]:
    """The results of the definitive appointments; of two with the same TerminId, the rules see only the first."""
    results, seen = [], set[str]()
    for candidate in candidates:
        name = candidate.appointment
        if is_definitive(candidate) and name in seen:
            results.append(AppointmentResult(candidate, Column.EXCLUDED, Text("result.duplicate")))
        elif is_definitive(candidate):
            reminder = entries.get(_key(candidate, inputs.context.practice.id)) if name else None
            results.append(result_of(candidate, reminder, entries, inputs))
        seen |= {name} if name else set()
    return results


def searched_days_of(day: date, searches: ReminderSearches, known: Iterable[Entry]) -> frozenset[date]:
    """The days that the day's runs search, and those that they caught up, which the entries record."""
    made = [entry for entry in known if entry.kind is Kind.REMINDER and slot_day(entry.slot, searches.plan.tz) == day]
    ranges = {(entry.searched_first, entry.searched_end) for entry in made}
    caught_up = {first + timedelta(days=n) for first, end in ranges for n in range((end - first).days)}
    return searches.days_searched_on(day) | frozenset(caught_up)


def _entries(
    candidates: Sequence[Candidate], known: Sequence[Entry], practice: str, store: EntryStore
) -> dict[str, Entry]:
    """The known entries, and the current ones of these appointments, including those that cover or reschedule them."""
    keys = {_key(candidate, practice): candidate for candidate in candidates if candidate.appointment}
    own = store.entries(practice, sorted(keys))
    told = [(keys[key], one) for key, one in own.items() if one.announced_start and not one.anonymised]
    wanted = leaders(own.values())
    wanted |= {key for candidate, one in told for key in RescheduledAppointment(candidate, one).read_keys()}
    return {entry.key: entry for entry in known} | own | with_leaders(store.entries, practice, wanted - own.keys())


def _key(candidate: Candidate, practice: str) -> str:
    return entry_key(practice, reminder_identity(candidate.appointment or ""))


def misinformed_on(
    candidates: Sequence[Candidate], entries: Mapping[str, Entry], rows: Appointments, inputs: ReconciliationInput
) -> list[Misinformed]:
    """Patients who were told a start on these days that has changed, or whose new start is on them; by old start."""
    listed = {candidate.appointment for candidate in candidates}
    days, zone = inputs.days, inputs.searches.plan.tz
    told = [(entry, at) for entry in entries.values() if (at := announced_start(entry, entries)) and entry.appointment]
    told = [(entry, at) for entry, at in told if minute_in(at, zone).date() in days or entry.appointment in listed]
    current = rows.by_id(entry.appointment or "" for entry, _ in told)
    found = (misinformed(entry, current.get(entry.appointment or ""), at, inputs) for entry, at in told)
    return sorted((one for one in found if one), key=lambda one: (one.announced_start, one.patient))
