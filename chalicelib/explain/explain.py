"""Explain why a patient gets a message, got one, or does not: reads all that is known, writes nothing.

One question to the practice database, two calls for the entries, and the lines of the protocols that are about them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib.admin.opt_outs import opt_outs_of
from chalicelib.aws.entry_store import Store
from chalicelib.aws.log_store import History
from chalicelib.aws.parameter_store import ParameterError, Parameters
from chalicelib.entries.entry import Entry, Kind, State, birthday_identity, entry_key, moved_identity, reminder_identity
from chalicelib.explain.case import Around, Case
from chalicelib.explain.explanation import Explanation, explained
from chalicelib.messages.birthday import greeted_on, years_before
from chalicelib.planning.outlook import slots_that_search
from chalicelib.practice.practice import Registered
from chalicelib.practice_db.database import PracticeDatabase, Row
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.rules.candidate import Candidate, candidate_of
from chalicelib.rules.rescheduled import TOLD, Moved
from chalicelib.rules.rescheduled import known as known_time
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import local_instant

RECENT = timedelta(days=14)  # how far back a patient's appointments are told where no day is asked for
_BEFORE = timedelta(days=7)  # the protocols are read from so long before the first run that could have asked
_GROUPS = ("prepared", "held", "underway", "unreached")
OpenDatabase = Callable[[str], AbstractContextManager[PracticeDatabase]]


@dataclass(frozen=True)
class Sources:
    """What is read. `stop` is why all practices are stopped."""

    store: Store
    history: History
    parameters: Parameters
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

    practice: Registered
    now: datetime
    sources: Sources

    @property
    def today(self) -> date:
        return slot_day(self.now, self.practice.zone)

    def switch(self, name: str) -> Any:
        """Its value; None where it is invalid."""
        return self.practice.checked.switches.values.get(name)

    def key(self, identity: str) -> str:
        return entry_key(self.practice.id, identity)


def explain_appointment(
    appointment: str, practice: Registered, now: datetime, sources: Sources
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
    patient: str, on: date | None, practice: Registered, now: datetime, sources: Sources
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


def known_as(given: str, practice: Registered, sources: Sources) -> tuple[list[str], list[str]]:
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
            return [candidate_of(row, desk.practice.zone) for row in ask(database)], None
    except (PracticeDatabaseError, ParameterError) as error:
        return [], str(error)


def _day(candidate: Candidate | None, desk: _Desk) -> date | None:
    begins = candidate.begins if candidate else None
    return slot_day(begins, desk.practice.zone) if begins else None


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
    since = local_instant(first, time(0), zone)
    groups = [*(store.open_entries(practice, group) for group in _GROUPS)]
    groups.append(store.open_entries(practice, "ended", since))
    for entry in (entry for group in groups for entry in group):
        day = slot_day(entry.begins or entry.until, zone)
        if entry.patient == patient and entry.kind is not Kind.MOVED and day >= first and on in (None, day):
            yield _Found(entry.kind, entry.identity, day, None)


def _place(found: _Found) -> tuple[bool, date, str]:
    return found.day is None, found.day or date.max, found.identity


def _explained(found: Sequence[_Found], unread: str | None, desk: _Desk) -> tuple[Explanation, ...]:
    store, history, practice = desk.sources.store, desk.sources.history, desk.practice.id
    entries = store.entries(practice, sorted({desk.key(one.identity) for one in found}))
    moves = {one.identity: _moved(one, entries.get(desk.key(one.identity)), desk) for one in found}
    others = {key for move in moves.values() if move for key in move.entry_keys()}
    others |= {entry.covered_by for entry in entries.values() if entry.covered_by}
    entries |= store.entries(practice, sorted(others)) if others else {}
    since = _since(found, entries, desk)
    around = _around(found, entries, unread, since, desk)
    cases = [case for one in found for case in _cases(one, moves[one.identity], entries, around)]
    lines = history.of_entries(practice, {case.key for case in cases}, since)
    told = (replace(case, lines=[line for line in lines if line["key"] == case.key]) for case in cases)
    return tuple(explained(case) for case in told)


def _cases(found: _Found, move: Moved | None, entries: Mapping[str, Entry], around: Around) -> Iterator[Case]:
    zone, key = around.practice.zone, entry_key(around.practice.id, found.identity)
    entry = entries.get(key)
    day = found.day or (slot_day(entry.begins or entry.until, zone) if entry else None)
    covering = entries.get(entry.covered_by or "") if entry else None
    yield Case(around, found.kind, found.identity, key, day, found.candidate, entry, covering=covering)
    if move is None:
        return
    asked, known = replace(move.candidate, kind=Kind.MOVED), known_time(move.reminder, entries)
    for begins in sorted({at for at in (asked.begins, move.reminder.moved_to) if at}):
        identity = moved_identity(asked.appointment or "", begins)
        key = entry_key(around.practice.id, identity)
        if key in entries or begins not in (known, move.reminder.communicated):
            yield Case(around, Kind.MOVED, identity, key, slot_day(begins, zone), asked, entries.get(key), known)


def _moved(found: _Found, reminder: Entry | None, desk: _Desk) -> Moved | None:
    """Whether there is, or may be, a message about a move of this appointment."""
    candidate = found.candidate
    if candidate is None or candidate.begins is None or reminder is None or reminder.state not in TOLD:
        return None
    told = desk.switch("ErinnerungBeiVerschiebung") and candidate.begins != reminder.communicated
    return Moved(candidate, reminder) if reminder.communicated and (told or reminder.moved_to) else None


def _around(
    found: Sequence[_Found], entries: Mapping[str, Entry], unread: str | None, since: datetime, desk: _Desk
) -> Around:
    sources, practice, now = desk.sources, desk.practice, desk.now
    around = Around(practice, now, stop=sources.stop, unread=unread)
    try:
        around = replace(around, opt_outs=opt_outs_of(practice.record, sources.parameters))
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
    record, switches = desk.practice.record, desk.practice.checked.switches
    searchable = not switches.refusals(Job.PREPARE_REMINDERS) and Job.PREPARE_REMINDERS in record.jobs
    for day in {one.day for one in found if one.day}:
        slots = slots_that_search(day, desk.practice, desk.now) if searchable else []
        starts.append(slots[0] if slots else local_instant(day, time(0), desk.practice.zone))
    return min([desk.now, *starts]) - _BEFORE
