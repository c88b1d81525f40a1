"""Explain why a patient gets a message, got one, or does not: reads all that is known, writes nothing.

One question to the practice database, two calls for the entries, and the lines of the protocols that are about them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.log_store import LogStore
from chalicelib.aws.parameter_store import ParameterError, ParameterStore
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.identity import birthday_identity, entry_key, reminder_identity, rescheduled_identity
from chalicelib.entries.states import State
from chalicelib.explain.case import ExplainedMessage, PracticeSnapshot
from chalicelib.explain.explanation import Explanation, explained
from chalicelib.messages.birthday import greeted_on, years_before
from chalicelib.messages.kind import Kind
from chalicelib.planning.outlook import slots_that_search
from chalicelib.practice.practice import Practice
from chalicelib.practice_db.database import PracticeDatabase, Row
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.rules.candidate import Candidate, parse_row
from chalicelib.rules.rescheduled import ANNOUNCED, RescheduledAppointment
from chalicelib.rules.rescheduled import known_start as known_time
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import to_utc

RECENT = timedelta(days=14)  # how far back a patient's appointments are told where no day is asked for
_BEFORE = timedelta(days=7)  # the protocols are read from so long before the first run that could have asked
OpenDatabase = Callable[[str], AbstractContextManager[PracticeDatabase]]


@dataclass(frozen=True)
class ExplainPorts:
    """What is read. `stop` is why all practices are stopped."""

    store: EntryStore
    history: LogStore
    parameters: ParameterStore
    open_database: OpenDatabase
    stop: str | None = None


@dataclass(frozen=True)
class _Found:
    """A message that is asked about, before its entry and its lines are read."""

    kind: Kind
    identity: str
    day: date | None
    candidate: Candidate | None


@dataclass(frozen=True)
class _Desk:
    """Whose messages are explained, when (UTC), and from what."""

    practice: Practice
    now: datetime
    sources: ExplainPorts

    @property
    def today(self) -> date:
        return slot_day(self.now, self.practice.zone)

    def switch(self, name: str) -> Any:
        """Its value; None where it is invalid."""
        return self.practice.validated.switches.values.get(name)

    def key(self, identity: str) -> str:
        return entry_key(self.practice.id, identity)


def explain_appointment(
    appointment: str, practice: Practice, now: datetime, sources: ExplainPorts
) -> tuple[Explanation, ...]:
    """Its reminder, and the message about its latest move if there is one; empty where nobody knows it.

    `now` is UTC. Where the practice database cannot be read, a remark says so, and what is known is told.
    """
    desk = _Desk(practice, now, sources)
    payer = desk.switch("DefaultSMSMandant")
    candidates, unread = _read(desk, lambda database: database.recheck([appointment], [], payer))
    candidate = next(iter(candidates), None)
    found = _Found(Kind.REMINDER, reminder_identity(appointment), _day(candidate, desk), candidate)
    told = _explained([found], unread, desk)
    return () if candidate is None and not told[0].entry and not told[0].life and not unread else told


def explain_patient(
    patient: str, on: date | None, practice: Practice, now: datetime, sources: ExplainPorts
) -> tuple[Explanation, ...]:
    """The reminders of a patient's appointments, and the greeting: those of a local day, or all lately and ahead.

    Entries whose row is gone are among them. Empty where nobody knows the patient; else as `explain_appointment`.
    """
    desk = _Desk(practice, now, sources)
    first = on or desk.today - RECENT
    payer, years = desk.switch("DefaultSMSMandant"), desk.switch("GeburtstagInaktivJahre")
    since = years_before(first, years + 1) if years else None  # the latest of all since then is asked for
    candidates, unread = _read(desk, lambda database: database.patient(patient, first, payer, since))
    found = [one for candidate in candidates for one in _of_row(candidate, on, desk)]
    known = {one.identity for one in found}
    found += [one for one in _gone(patient, first, on, desk) if one.identity not in known]
    return _explained(sorted(found, key=_place), unread, desk)


def known_as(given: str, practice: Practice, sources: ExplainPorts) -> tuple[list[str], list[str]]:
    """The TerminIds and PatientIds that somebody may have meant; empty where the database cannot be read."""
    spellings = sorted({given, given.strip(), given.strip().upper(), given.strip().lower(), given.strip().lstrip("0")})
    asked = [one for one in spellings if one]
    try:
        with sources.open_database(sources.parameters.database_url(practice.id)) as database:
            rows = list(database.recheck(asked, asked, None))
    except (PracticeDatabaseError, ParameterError):
        return [], []
    appointments = [str(row["TerminId"]) for row in rows if row["TerminId"] is not None]
    return appointments, [str(row["PatientId"]) for row in rows if row["TerminId"] is None]


def _read(desk: _Desk, ask: Callable[[PracticeDatabase], Iterator[Row]]) -> tuple[list[Candidate], str | None]:
    """The rows, and why there are none where the database cannot be read."""
    sources = desk.sources
    try:
        with sources.open_database(sources.parameters.database_url(desk.practice.id)) as database:
            return [parse_row(row, desk.practice.zone) for row in ask(database)], None
    except (PracticeDatabaseError, ParameterError) as error:
        return [], str(error)


def _day(candidate: Candidate | None, desk: _Desk) -> date | None:
    starts_at = candidate.starts_at if candidate else None
    return slot_day(starts_at, desk.practice.zone) if starts_at else None


def _of_row(candidate: Candidate, on: date | None, desk: _Desk) -> Iterator[_Found]:
    if candidate.kind is Kind.BIRTHDAY:
        day = _greeted(candidate, on, desk)
        if day is not None or on is None:
            year = (day or desk.today).year
            yield _Found(Kind.BIRTHDAY, birthday_identity(candidate.patient, year), day, candidate)
    elif candidate.appointment:
        day = _day(candidate, desk)
        if on in (None, day):
            yield _Found(Kind.REMINDER, reminder_identity(candidate.appointment), day, candidate)


def _greeted(candidate: Candidate, on: date | None, desk: _Desk) -> date | None:
    """The day that is greeted: the one asked for, or the latest or next one; None: there is none."""
    if candidate.birthday is None:
        return None
    days = [date(year, *greeted_on(candidate.birthday, year)) for year in (desk.today.year, desk.today.year + 1)]
    if on is not None:
        return on if (on.month, on.day) == greeted_on(candidate.birthday, on.year) else None
    return next(day for day in days if day >= desk.today - RECENT)


def _gone(patient: str, first: date, on: date | None, desk: _Desk) -> Iterator[_Found]:
    """Of the entries of this patient: those whose row may be gone."""
    store, practice, zone = desk.sources.store, desk.practice.id, desk.practice.zone
    since = to_utc(first, time(0), zone)
    for entry in (*store.entries_in(practice), *store.open_entries(practice, Group.ENDED, since)):
        day = slot_day(entry.starts_at or entry.expires_at, zone)
        if entry.patient == patient and entry.kind is not Kind.RESCHEDULED and day >= first and on in (None, day):
            yield _Found(entry.kind, entry.identity, day, None)


def _place(found: _Found) -> tuple[bool, date, str]:
    return found.day is None, found.day or date.max, found.identity


def _explained(found: Sequence[_Found], unread: str | None, desk: _Desk) -> tuple[Explanation, ...]:
    store, history, practice = desk.sources.store, desk.sources.history, desk.practice.id
    entries = store.entries(practice, sorted({desk.key(one.identity) for one in found}))
    transitions = {one.identity: _moved(one, entries.get(desk.key(one.identity)), desk) for one in found}
    others = {key for move in transitions.values() if move for key in move.entry_keys()}
    others |= {entry.covered_by for entry in entries.values() if entry.covered_by}
    entries |= store.entries(practice, sorted(others)) if others else {}
    since = _since(found, entries, desk)
    around = _around(found, entries, unread, since, desk)
    cases = [case for one in found for case in _cases(one, transitions[one.identity], entries, around)]
    lines = history.of_entries(practice, {case.key for case in cases}, since)
    told = (replace(case, lines=[line for line in lines if line["key"] == case.key]) for case in cases)
    return tuple(explained(case) for case in told)


def _cases(
    found: _Found, move: RescheduledAppointment | None, entries: Mapping[str, Entry], around: PracticeSnapshot
) -> Iterator[ExplainedMessage]:
    zone, key = around.practice.zone, entry_key(around.practice.id, found.identity)
    entry = entries.get(key)
    day = found.day or (slot_day(entry.starts_at or entry.expires_at, zone) if entry else None)
    covering = entries.get(entry.covered_by or "") if entry else None
    yield ExplainedMessage(around, found.kind, found.identity, key, day, found.candidate, entry, covering=covering)
    if move is None:
        return
    asked, known = replace(move.candidate, kind=Kind.RESCHEDULED), known_time(move.reminder, entries)
    for starts_at in sorted({at for at in (asked.starts_at, move.reminder.rescheduled_to) if at}):
        identity = rescheduled_identity(asked.appointment or "", starts_at)
        key = entry_key(around.practice.id, identity)
        if key in entries or starts_at not in (known, move.reminder.announced_start):
            yield ExplainedMessage(
                around, Kind.RESCHEDULED, identity, key, slot_day(starts_at, zone), asked, entries.get(key), known
            )


def _moved(found: _Found, reminder: Entry | None, desk: _Desk) -> RescheduledAppointment | None:
    """Whether there is, or may be, a message about a move of this appointment."""
    candidate = found.candidate
    if candidate is None or candidate.starts_at is None or reminder is None or reminder.state not in ANNOUNCED:
        return None
    told = desk.switch("ErinnerungBeiVerschiebung") and candidate.starts_at != reminder.announced_start
    return (
        RescheduledAppointment(candidate, reminder)
        if reminder.announced_start and (told or reminder.rescheduled_to)
        else None
    )


def _around(
    found: Sequence[_Found], entries: Mapping[str, Entry], unread: str | None, since: datetime, desk: _Desk
) -> PracticeSnapshot:
    sources, practice, now = desk.sources, desk.practice, desk.now
    around = PracticeSnapshot(practice, now, stop=sources.stop, unread=unread)
    try:
        around = replace(around, opt_outs=sources.parameters.opt_outs(practice.record))
    except ParameterError as error:
        around = replace(around, unread=str(error))
    alone = [one for one in found if desk.key(one.identity) not in entries]
    if alone:
        around = replace(around, runs=sources.history.runs(practice.id, since))
    waiting = [one for one in entries.values() if one.state is State.PREPARED]
    payers = {one.candidate.payer.mandant for one in alone if one.candidate} | {one.mandant for one in waiting}
    if wanted := sorted(payer for payer in payers if payer):
        balances, tariff = sources.store.balances(practice.id, wanted), sources.parameters.tariff()
        around = replace(around, balances=balances, tariff=tariff)
    return around


def _since(found: Sequence[_Found], entries: Mapping[str, Entry], desk: _Desk) -> datetime:
    """From when on (UTC) the protocols are read: before the first run that may have asked for any of them."""
    starts = [entry.slot for entry in entries.values()]
    record, switches = desk.practice.record, desk.practice.validated.switches
    searchable = not switches.refusals(Job.PREPARE_REMINDERS) and Job.PREPARE_REMINDERS in record.jobs
    for day in {one.day for one in found if one.day}:
        slots = slots_that_search(day, desk.practice, desk.now) if searchable else []
        starts.append(slots[0] if slots else to_utc(day, time(0), desk.practice.zone))
    return min([desk.now, *starts]) - _BEFORE
