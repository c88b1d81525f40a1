"""Explain why a patient gets a message, got one, or does not. Reads only.

One statement to the practice database, two calls for the entries, and the log lines about them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from chalicelib.aws.deployment import Deployment
from chalicelib.aws.entry_store import with_leaders
from chalicelib.aws.parameter_store import ParameterError
from chalicelib.aws.practice_database import practice_database
from chalicelib.entries.entry import Entry, again_identity, reminder_identity, rescheduled_identity
from chalicelib.entries.groups import Group
from chalicelib.entries.manual_decision import may_be_sent_again
from chalicelib.entries.states import State
from chalicelib.explain.explanation import Explanation, explain_message
from chalicelib.explain.message import ExplainedMessage
from chalicelib.explain.snapshot import PracticeSnapshot
from chalicelib.messages.birthday import greeted_on, years_before
from chalicelib.messages.kind import Kind
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.practice_db.database import PracticeDatabase, Row
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.rules.candidate import Candidate, parse_row
from chalicelib.rules.rescheduled import RescheduledAppointment, names_known_start, rescheduled_appointment
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import to_utc

_WITH_THE_FIRST = (Kind.RESCHEDULED, Kind.AGAIN)  # messages that are explained with the reminder
_RECENT = timedelta(days=14)  # how far back a patient's appointments are explained if no day is given
_BEFORE = timedelta(days=7)  # the logs are read from this long before the first run that may matter


def explain_appointment(appointment: str, practice: Practice, deployment: Deployment) -> tuple[Explanation, ...]:
    """Its reminder, and the messages about its latest rescheduling if there are any; empty if the id is unknown.

    If the practice database cannot be read, a remark says so, and the explanation uses the other data.
    """
    payer = practice.validated.switches.values.get("DefaultSMSMandant")
    candidates, snapshot = _read(practice, deployment, lambda database: database.recheck([appointment], [], payer))
    gone = ExplainedMessage(snapshot, Kind.REMINDER, reminder_identity(appointment), None, None)
    asked = [_of_row(one, snapshot.today, snapshot) for one in candidates[:1]] or [gone]
    found = _explain(asked, snapshot, deployment)
    return found if candidates or found[0].message.entry or found[0].timeline or snapshot.unread else ()


def explain_patient(
    patient: str, on: date | None, practice: Practice, deployment: Deployment
) -> tuple[Explanation, ...]:
    """The reminders and the greeting of a patient: those of a local day, or all that are recent or ahead.

    Includes entries whose row is gone. Empty if the patient is unknown.
    """
    first, switches = on or slot_day(deployment.now, practice.zone) - _RECENT, practice.validated.switches.values
    payer, years = switches.get("DefaultSMSMandant"), switches.get("GeburtstagInaktivJahre")
    since = years_before(first, years + 1) if years else None  # the latest visit since then matters
    candidates, snapshot = _read(practice, deployment, lambda database: database.patient(patient, first, payer, since))
    rows = [_of_row(one, first, snapshot) for one in candidates if one.appointment or one.kind is Kind.BIRTHDAY]
    found = [one for one in rows if on in (None, one.day)]
    known = {one.identity for one in found}
    gone = _gone(patient, first, snapshot, deployment)
    found += [one for one in gone if on in (None, one.day) and one.identity not in known]
    return _explain(sorted(found, key=lambda one: (one.day or date.max, one.identity)), snapshot, deployment)


def explain_entry(entry: Entry, practice: Practice, deployment: Deployment) -> tuple[Explanation, ...]:
    """The message of an entry, and the others about its appointment; without its row by the entry and the logs."""
    switches, day = practice.validated.switches.values, slot_day(entry.starts_at or entry.expires_at, practice.zone)
    payer, years = switches.get("DefaultSMSMandant"), switches.get("GeburtstagInaktivJahre")
    appointments, patients = [one for one in [entry.appointment] if one], list[str]()
    if entry.kind is Kind.BIRTHDAY and entry.patient:
        patients = [entry.patient]
    since = years_before(day, years + 1) if years and patients else None
    asked = (appointments, patients, payer, since)
    candidates, snapshot = _read(practice, deployment, lambda database: database.recheck(*asked))
    rows = [_of_row(one, day, snapshot) for one in candidates[:1]]
    row = replace(candidates[0], kind=entry.kind) if candidates else None
    own = ExplainedMessage(snapshot, entry.kind, entry.identity, day, row, entry)
    found = dict[str, Explanation]()
    for one in _explain([*rows, *([] if own.key in {row.key for row in rows} else [own])], snapshot, deployment):
        found.setdefault(one.message.key, one)
    return tuple(found.values())


def known_ids(given: str, practice: Practice, deployment: Deployment) -> tuple[list[str], list[str]]:
    """The TerminIds and PatientIds that a person may have meant; empty if the database cannot be read."""
    text = given.strip()
    spellings = sorted({given, text, text.upper(), text.lower(), text.lstrip("0")} - {""})
    candidates, _ = _read(practice, deployment, lambda database: database.recheck(spellings, spellings, None))
    appointments = [one.appointment for one in candidates if one.appointment]
    return appointments, [one.patient for one in candidates if one.kind is Kind.BIRTHDAY]


def _read(
    practice: Practice, deployment: Deployment, query: Callable[[PracticeDatabase], Iterator[Row]]
) -> tuple[list[Candidate], PracticeSnapshot]:
    """The rows (none if the database cannot be read), and the practice with its opt-outs."""
    parts, candidates, opt_outs, unread = deployment.clients, list[Candidate](), OptOuts(), None
    try:
        with practice_database(practice.record, parts) as database:
            candidates = [parse_row(row, practice.zone) for row in query(database)]
        opt_outs = parts.parameters.opt_outs(practice.record)
    except (PracticeDatabaseError, ParameterError) as error:
        unread = error.text
    return candidates, PracticeSnapshot(practice, deployment.now, opt_outs, stop=deployment.stop, unread=unread)


def _of_row(candidate: Candidate, first: date, snapshot: PracticeSnapshot) -> ExplainedMessage:
    """The message of a row: the reminder, or the first greeting from a local day on."""
    day, birthday = None, candidate.birthday
    if candidate.starts_at is not None:
        day = slot_day(candidate.starts_at, snapshot.practice.zone)
    elif candidate.kind is Kind.BIRTHDAY and birthday is not None:
        days = (date(year, *greeted_on(birthday, year)) for year in (first.year, first.year + 1))
        day = next(day for day in days if day >= first)
    return ExplainedMessage(snapshot, candidate.kind, candidate.identity(day or snapshot.today), day, candidate)


def _gone(patient: str, first: date, snapshot: PracticeSnapshot, deployment: Deployment) -> Iterator[ExplainedMessage]:
    """The messages of the patient's entries from a local day on; their rows may be gone."""
    practice, store = snapshot.practice, deployment.clients.store
    since = to_utc(first, time(0), practice.zone)
    for entry in store.entries_in(practice.id, Group, {Group.ENDED: since}):
        day = slot_day(entry.starts_at or entry.expires_at, practice.zone)
        if entry.patient == patient and entry.kind not in _WITH_THE_FIRST and day >= first:
            yield ExplainedMessage(snapshot, entry.kind, entry.identity, day, None)


def _explain(
    found: Sequence[ExplainedMessage], snapshot: PracticeSnapshot, deployment: Deployment
) -> tuple[Explanation, ...]:
    """Explain them with their entries and log lines, and with runs and balances as far as they need them."""
    practice, parts = snapshot.practice.id, deployment.clients
    entries = parts.store.entries(practice, sorted({one.key for one in found}))
    rescheduled = [one for message in found if (one := _rescheduled(message, entries))]
    others = {key for one in rescheduled for key in one.entry_keys().values()}
    others |= {key for one in entries.values() for key in one.again_keys}
    others |= {entry.covered_by for entry in entries.values() if entry.covered_by}
    entries |= with_leaders(parts.store.entries, practice, others)
    since, unmade = _since(found, entries, snapshot.now), [one for one in found if one.key not in entries]
    payers = {one.candidate.payer.mandant for one in unmade if one.candidate}
    payers |= {one.mandant for one in entries.values() if one.state is State.PREPARED}
    mandanten = [payer for payer in payers if payer]
    snapshot = replace(
        snapshot,
        runs=parts.history.runs(practice, since) if unmade else (),
        balances=parts.store.balances(practice, mandanten),
        tariff=parts.parameters.tariff() if mandanten else None,
    )
    messages = [each for one in found for each in _with_entries(replace(one, snapshot=snapshot), entries)]
    lines = parts.history.of_entries(practice, {one.key for one in messages}, since)
    return tuple(explain_message(one, [line for line in lines if line["key"] == one.key]) for one in messages)


def _with_entries(message: ExplainedMessage, entries: Mapping[str, Entry]) -> Iterator[ExplainedMessage]:
    """The message with its entry, those about a rescheduling of its appointment, and behind each those sent again."""
    for one in _of_starts(message, entries):
        candidate, first, now = one.candidate, one.entry, message.snapshot.now
        if first is None:
            yield one
            continue
        again = {number: entries[key] for number, key in enumerate(first.again_keys[::-1], 1) if key in entries}
        start = candidate.local_start if candidate else None
        is_known = names_known_start(first, start, entries)
        yield replace(one, may_be_sent_again=is_known and not may_be_sent_again(first, now, again.values()))
        row = replace(candidate, kind=Kind.AGAIN) if candidate else None
        for number, entry in again.items():
            identity, known = again_identity(one.identity, number), start if is_known else None
            yield ExplainedMessage(message.snapshot, Kind.AGAIN, identity, one.day, row, entry, known)


def _of_starts(message: ExplainedMessage, entries: Mapping[str, Entry]) -> Iterator[ExplainedMessage]:
    """The message with its entry, and those about a rescheduling of its appointment."""
    practice, entry, rescheduled = message.practice, entries.get(message.key), _rescheduled(message, entries)
    if entry is not None:
        day = message.day or slot_day(entry.starts_at or entry.expires_at, practice.zone)
        message = replace(message, day=day, entry=entry, covering=entries.get(entry.covered_by or ""))
    yield message
    if rescheduled is None:
        return
    candidate, reminder = replace(rescheduled.candidate, kind=Kind.RESCHEDULED), rescheduled.reminder
    known = rescheduled.known_start(entries)
    for number, entry in dict([rescheduled.latest(entries), rescheduled.announcement(entries)]).items():
        if entry or (
            number > reminder.announcements and candidate.local_start not in (known, reminder.announced_start)
        ):
            starts_at = (entry.starts_at if entry else None) or candidate.starts_at
            then = slot_day(starts_at, practice.zone) if starts_at else None
            identity = rescheduled_identity(candidate.appointment or "", number)
            made = ExplainedMessage(message.snapshot, Kind.RESCHEDULED, identity, then, candidate, entry, known)
            yield replace(made, covering=entries.get(entry.covered_by or "") if entry else None)


def _rescheduled(message: ExplainedMessage, entries: Mapping[str, Entry]) -> RescheduledAppointment | None:
    """The appointment if there is, or may be, a message about its rescheduling."""
    reminder = entries.get(message.key)
    if message.candidate is None or reminder is None or message.kind is not Kind.REMINDER:
        return None
    announces = message.snapshot.switch("ErinnerungBeiVerschiebung") or reminder.announcements > 0
    return rescheduled_appointment(message.candidate, reminder, announces)


def _since(found: Sequence[ExplainedMessage], entries: Mapping[str, Entry], now: datetime) -> datetime:
    """The instant (UTC) from which the logs are read: before the first run that may have looked for these messages."""
    starts = [now, *(entry.slot for entry in entries.values())]
    for one in found:
        starts += [*one.planned_slots[:1], *([one.searches.since(one.day)] if one.searches and one.day else [])]
    return min(starts) - _BEFORE
