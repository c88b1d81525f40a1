"""Close a day: what became of the appointments that its reminder runs were for. Reads only.

One statement for the appointments of these days, one for the database's own count of them, one more where somebody was
told of an appointment that is there no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta

from chalicelib.aws.entry_store import EntryStore
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.identity import entry_key, reminder_identity
from chalicelib.messages.kind import Kind
from chalicelib.planning.context import RunContext
from chalicelib.planning.search_state import ReminderSearches, searches_of
from chalicelib.reports.appointments import Appointments
from chalicelib.reports.reconciliation import (
    AppointmentResult,
    Column,
    Misinformed,
    Reconciliation,
    ReconciliationInput,
    announced_start,
    is_definitive,
    line_of,
    misinformed,
    unaccounted,
)
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rescheduled import RescheduledAppointment
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import DEFAULT, to_utc, zone_named

_TWICE = "Die TerminId kommt mehrfach vor."


class NotClosableError(Exception):
    """The reminder job is not there, or a switch that it needs is invalid; German sentences."""


def known_entries(context: RunContext, day: date, store: EntryStore) -> list[Entry]:
    """The practice's entries that may matter when this day, or the Anrufliste, is asked for."""
    practice, searches = context.run.practice, searches_of(context)
    days, zone = (searches.days, searches.zone) if searches else (0, zone_named(DEFAULT))
    since = to_utc(day - timedelta(days=days), time(0), zone)  # none that the day is about was sent before
    return [*store.entries_in(practice), *store.open_entries(practice, Group.ENDED, since=since)]


def close_day(
    day: date, context: RunContext, known: Sequence[Entry], rows: Appointments, store: EntryStore, unsent: str = ""
) -> Reconciliation:
    """The closing of a local day, as things stand at `context.now`.

    `known` are the entries of `known_entries`, `unsent` is what is known of why messages did not leave. Raises
    NotClosableError and PracticeDatabaseError.
    """
    searches = searches_of(context)
    if searches is None:
        wrong = " ".join(context.switches.refusals(Job.PREPARE_REMINDERS))
        raise NotClosableError(wrong or "Die Praxis hat keinen Auftrag «Terminerinnerungen aufbereiten» mehr.")
    days = _days(day, searches, known)
    if not days:
        return Reconciliation(day, ())
    desk = ReconciliationInput(context, searches, days, unsent)
    found = rows.on_days(days)
    counted = rows.count_definitive(days)
    entries = _entries(found, known, context.run.practice, store)
    lines = lines_of(found, entries, desk)
    return Reconciliation(
        day, tuple(sorted(days)), tuple(lines), tuple(_astray(found, entries, rows, desk)),
        sum(counted.values()), unaccounted(lines, counted),
    )  # fmt: skip


def lost_lines(context: RunContext, rows: Appointments, store: EntryStore, unsent: str = "") -> list[AppointmentResult]:
    """Whom no message told because no run looked at their appointments; asks nothing where all runs came."""
    searches = searches_of(context)
    if searches is None or not searches.lost:
        return []
    today = slot_day(context.now, searches.zone)
    days = frozenset(day for day in searches.days_of(searches.lost) if day >= today)
    found = rows.on_days(days)
    entries = _entries(found, [], context.run.practice, store)
    return [
        line for line in lines_of(found, entries, ReconciliationInput(context, searches, days, unsent)) if line.lost
    ]


def lines_of(
    found: Iterable[Candidate], entries: Mapping[str, Entry], desk: ReconciliationInput
) -> list[AppointmentResult]:
    """The lines of the definitive ones among these appointments; the second of a TerminId is none for the rules."""
    lines, seen = [], set[str]()
    for candidate in found:
        name = candidate.appointment
        if is_definitive(candidate) and name in seen:
            lines.append(AppointmentResult(candidate, Column.EXCLUDED, _TWICE))
        elif is_definitive(candidate):
            reminder = entries.get(_key(candidate, desk.context.run.practice)) if name else None
            lines.append(line_of(candidate, reminder, entries, desk))
        seen |= {name} if name else set()
    return lines


def _days(day: date, searches: ReminderSearches, known: Iterable[Entry]) -> frozenset[date]:
    """What the day's runs search, and what they caught up: the entries that they made remember it."""
    made = [one for one in known if one.kind is Kind.REMINDER and slot_day(one.slot, searches.zone) == day]
    ranges = {(one.searched_first, one.searched_end) for one in made}
    caught_up = {first + timedelta(days=n) for first, end in ranges for n in range((end - first).days)}
    return searches.days_searched_on(day) | frozenset(caught_up)


def _entries(found: Sequence[Candidate], known: Sequence[Entry], practice: str, store: EntryStore) -> dict[str, Entry]:
    """By key: those of these appointments as they are now, of what covers them and of their moves, and all known."""
    keys = {_key(candidate, practice): candidate for candidate in found if candidate.appointment}
    own = store.entries(practice, sorted(keys))
    wanted = {entry.covered_by for entry in own.values() if entry.covered_by}
    for key, entry in own.items():
        if entry.announced_start and not entry.anonymised:
            wanted |= RescheduledAppointment(keys[key], entry).entry_keys()
    wanted -= own.keys()
    return {entry.key: entry for entry in known} | own | (store.entries(practice, sorted(wanted)) if wanted else {})


def _key(candidate: Candidate, practice: str) -> str:
    return entry_key(practice, reminder_identity(candidate.appointment or ""))


def _astray(
    found: Sequence[Candidate], entries: Mapping[str, Entry], rows: Appointments, desk: ReconciliationInput
) -> list[Misinformed]:
    """Who was told a time of these days that is no longer true, or has another one on them now; by that time."""
    here, zone = {one.appointment for one in found}, desk.searches.zone
    told = [(entry, at) for entry in entries.values() if (at := announced_start(entry, entries)) and entry.appointment]
    told = [(entry, at) for entry, at in told if at.astimezone(zone).date() in desk.days or entry.appointment in here]
    there = rows.by_id(entry.appointment or "" for entry, _ in told)
    all_of_them = (misinformed(entry, there.get(entry.appointment or ""), at, desk) for entry, at in told)
    return sorted((one for one in all_of_them if one), key=lambda one: (one.told, one.patient))
