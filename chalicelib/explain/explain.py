"""Explain why a patient gets a message, got one, or does not: reads all that is known, writes nothing.

One statement to the practice database, two calls for the entries, and the log lines about them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.log_store import LogStore
from chalicelib.aws.parameter_store import ParameterError, ParameterStore
from chalicelib.entries.entry import Entry, birthday_identity, entry_key, reminder_identity, rescheduled_identity
from chalicelib.entries.groups import Group
from chalicelib.entries.states import State
from chalicelib.explain.explanation import Explanation, explain_message
from chalicelib.explain.message import ExplainedMessage, PracticeSnapshot
from chalicelib.messages.birthday import greeted_on, is_birthday, years_before
from chalicelib.messages.kind import Kind
from chalicelib.planning.outlook import slots_that_search
from chalicelib.practice.practice import Practice
from chalicelib.practice_db.database import PracticeDatabase, Row
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.rules.candidate import Candidate, parse_row
from chalicelib.rules.rescheduled import RescheduledAppointment, known_start, rescheduled_appointment
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import to_utc
from chalicelib.text import Text

RECENT = timedelta(days=14)  # how far back a patient's appointments are explained if no day is given
_BEFORE = timedelta(days=7)  # the logs are read from this long before the first run that may matter


@dataclass(frozen=True)
class ExplainPorts:
    """The sources of an explanation. `stop` is why all practices are stopped."""

    store: EntryStore
    history: LogStore
    parameters: ParameterStore
    open_database: Callable[[str], AbstractContextManager[PracticeDatabase]]
    stop: Text | None = None


def explain_appointment(
    appointment: str, practice: Practice, now: datetime, ports: ExplainPorts
) -> tuple[Explanation, ...]:
    """Its reminder, and the messages about its latest rescheduling if there are any; empty if the id is unknown.

    `now` is UTC. If the practice database cannot be read, a remark says so beside what is known.
    """
    payer = practice.validated.switches.values.get("DefaultSMSMandant")
    candidates, unread = _read(practice, ports, lambda database: database.recheck([appointment], [], payer))
    snapshot = PracticeSnapshot(practice, now, stop=ports.stop, unread=unread)
    candidate = candidates[0] if candidates else None
    day = slot_day(candidate.starts_at, practice.zone) if candidate and candidate.starts_at else None
    message = ExplainedMessage(snapshot, Kind.REMINDER, reminder_identity(appointment), day, candidate)
    found = _explain([message], ports)
    return found if candidate or found[0].message.entry or found[0].timeline or snapshot.unread else ()


def explain_patient(
    patient: str, on: date | None, practice: Practice, now: datetime, ports: ExplainPorts
) -> tuple[Explanation, ...]:
    """The reminders and the greeting of a patient: those of a local day, or all that are recent or ahead.

    Entries whose row is gone are among them. Empty if the patient is unknown; `now` is as in `explain_appointment`.
    """
    snapshot = PracticeSnapshot(practice, now, stop=ports.stop)
    first = on or snapshot.today - RECENT
    payer, years = snapshot.switch("DefaultSMSMandant"), snapshot.switch("GeburtstagInaktivJahre")
    since = years_before(first, years + 1) if years else None  # the latest visit since then is read
    candidates, unread = _read(practice, ports, lambda database: database.patient(patient, first, payer, since))
    snapshot = replace(snapshot, unread=unread)
    found = [message for candidate in candidates if (message := _of_row(candidate, on, snapshot))]
    known = {one.identity for one in found}
    found += [one for one in _gone(patient, first, on, snapshot, ports.store) if one.identity not in known]
    return _explain(sorted(found, key=lambda one: (one.day is None, one.day or date.max, one.identity)), ports)


def known_ids(given: str, practice: Practice, ports: ExplainPorts) -> tuple[list[str], list[str]]:
    """The TerminIds and PatientIds that a person may have meant; empty if the database cannot be read."""
    text = given.strip()
    spellings = sorted({given, text, text.upper(), text.lower(), text.lstrip("0")} - {""})
    candidates, _ = _read(practice, ports, lambda database: database.recheck(spellings, spellings, None))
    appointments = [one.appointment for one in candidates if one.appointment]
    return appointments, [one.patient for one in candidates if one.kind is Kind.BIRTHDAY]


def _read(
    practice: Practice, ports: ExplainPorts, query: Callable[[PracticeDatabase], Iterator[Row]]
) -> tuple[list[Candidate], Text | None]:
    """The rows; or none, and why the database cannot be read."""
    try:
        with ports.open_database(ports.parameters.database_url(practice.id)) as database:
            return [parse_row(row, practice.zone) for row in query(database)], None
    except (PracticeDatabaseError, ParameterError) as error:
        return [], error.text


def _of_row(candidate: Candidate, on: date | None, snapshot: PracticeSnapshot) -> ExplainedMessage | None:
    """The message of a row; None if it is about another day."""
    if candidate.kind is Kind.BIRTHDAY:
        day = _greeted(candidate, on, snapshot)
        identity = birthday_identity(candidate.patient, (day or snapshot.today).year)
    elif candidate.appointment:
        day = slot_day(candidate.starts_at, snapshot.practice.zone) if candidate.starts_at else None
        identity = reminder_identity(candidate.appointment)
    else:
        return None
    return ExplainedMessage(snapshot, candidate.kind, identity, day, candidate) if on in (None, day) else None


def _greeted(candidate: Candidate, on: date | None, snapshot: PracticeSnapshot) -> date | None:
    """The day that is greeted: the given one, or the latest or next one; None if there is none."""
    birthday, today = candidate.birthday, snapshot.today
    if birthday is None:
        return None
    days = [on] if on else [date(year, *greeted_on(birthday, year)) for year in (today.year, today.year + 1)]
    return next((day for day in days if is_birthday(birthday, day) and (on or day >= today - RECENT)), None)


def _gone(
    patient: str, first: date, on: date | None, snapshot: PracticeSnapshot, store: EntryStore
) -> Iterator[ExplainedMessage]:
    """The messages of the patient's entries, whose row may be gone."""
    practice, since = snapshot.practice.id, to_utc(first, time(0), snapshot.practice.zone)
    for entry in (*store.entries_in(practice), *store.open_entries(practice, Group.ENDED, since)):
        day = slot_day(entry.starts_at or entry.expires_at, snapshot.practice.zone)
        if entry.patient == patient and entry.kind is not Kind.RESCHEDULED and day >= first and on in (None, day):
            yield ExplainedMessage(snapshot, entry.kind, entry.identity, day, None)


def _explain(found: Sequence[ExplainedMessage], ports: ExplainPorts) -> tuple[Explanation, ...]:
    if not found:
        return ()
    snapshot, store = found[0].snapshot, ports.store
    practice = snapshot.practice.id
    entries = store.entries(practice, sorted({one.key for one in found}))
    rescheduled = {one.identity: _rescheduled(one, entries.get(one.key)) for one in found}
    others = {key for one in rescheduled.values() if one for key in one.entry_keys()}
    others |= {entry.covered_by for entry in entries.values() if entry.covered_by}
    entries |= store.entries(practice, sorted(others)) if others else {}
    since = _since(found, entries)
    snapshot = _completed(snapshot, [one for one in found if one.key not in entries], entries, since, ports)
    found = [replace(one, snapshot=snapshot) for one in found]
    messages = [each for one in found for each in _with_entries(one, rescheduled[one.identity], entries)]
    lines = ports.history.of_entries(practice, {one.key for one in messages}, since)
    lines_of = {one.key: [line for line in lines if line["key"] == one.key] for one in messages}
    return tuple(explain_message(replace(one, lines=lines_of[one.key])) for one in messages)


def _with_entries(
    message: ExplainedMessage, rescheduled: RescheduledAppointment | None, entries: Mapping[str, Entry]
) -> Iterator[ExplainedMessage]:
    """The message with its entry, and those about a rescheduling of its appointment."""
    practice, entry = message.practice, entries.get(message.key)
    if entry is not None:
        day = message.day or slot_day(entry.starts_at or entry.expires_at, practice.zone)
        message = replace(message, day=day, entry=entry, covering=entries.get(entry.covered_by or ""))
    yield message
    if rescheduled is None:
        return
    candidate, reminder = replace(rescheduled.candidate, kind=Kind.RESCHEDULED), rescheduled.reminder
    known = known_start(reminder, entries)
    for starts_at in sorted({at for at in (candidate.starts_at, reminder.rescheduled_to) if at}):
        identity = rescheduled_identity(candidate.appointment or "", starts_at)
        entry = entries.get(entry_key(practice.id, identity))
        if entry or starts_at not in (known, reminder.announced_start):
            day = slot_day(starts_at, practice.zone)
            yield ExplainedMessage(message.snapshot, Kind.RESCHEDULED, identity, day, candidate, entry, known)


def _rescheduled(message: ExplainedMessage, reminder: Entry | None) -> RescheduledAppointment | None:
    """The appointment if there is, or may be, a message about its rescheduling."""
    if message.candidate is None or reminder is None:
        return None
    announces = message.snapshot.switch("ErinnerungBeiVerschiebung") or reminder.rescheduled_to is not None
    return rescheduled_appointment(message.candidate, reminder, announces)


def _completed(
    snapshot: PracticeSnapshot,
    without_entry: Sequence[ExplainedMessage],
    entries: Mapping[str, Entry],
    since: datetime,
    ports: ExplainPorts,
) -> PracticeSnapshot:
    """The snapshot with opt-outs, runs and balances, as far as these messages need them."""
    practice = snapshot.practice
    try:
        snapshot = replace(snapshot, opt_outs=ports.parameters.opt_outs(practice.record))
    except ParameterError as error:
        snapshot = replace(snapshot, unread=error.text)
    if without_entry:
        snapshot = replace(snapshot, runs=ports.history.runs(practice.id, since))
    payers = {one.candidate.payer.mandant for one in without_entry if one.candidate}
    payers |= {one.mandant for one in entries.values() if one.state is State.PREPARED}
    wanted = sorted(payer for payer in payers if payer)
    if not wanted:
        return snapshot
    return replace(snapshot, balances=ports.store.balances(practice.id, wanted), tariff=ports.parameters.tariff())


def _since(found: Sequence[ExplainedMessage], entries: Mapping[str, Entry]) -> datetime:
    """From when on (UTC) the logs are read: before the first run that may have looked for any of these messages."""
    practice, now = found[0].practice, found[0].snapshot.now
    starts, job = [entry.slot for entry in entries.values()], Job.PREPARE_REMINDERS
    searchable = job in practice.record.jobs and not practice.validated.switches.refusals(job)
    for day in {one.day for one in found if one.day}:
        slots = slots_that_search(day, job, practice, now) if searchable else []
        starts.append(slots[0] if slots else to_utc(day, time(0), practice.zone))
    return min([now, *starts]) - _BEFORE
