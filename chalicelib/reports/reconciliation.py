"""The Tagesabschluss: what became of each definitive appointment that a day's runs were for. Pure.

Each stands in exactly one column, by the message about its present Beginn, or by what the rules say where there is
none. `close_day` reads what is decided here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib.entries.entry import Entry
from chalicelib.entries.labels import STATES
from chalicelib.entries.reason_text import short_reason
from chalicelib.entries.states import UNREACHED, State
from chalicelib.german import moment
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.planning.context import RunContext
from chalicelib.planning.search_state import ReminderSearches, SearchStatus, not_searched
from chalicelib.reports.call_list import is_unreached, name_of, phones_of, why_to_phone
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rescheduled import ANNOUNCED, RescheduledAppointment, known_start
from chalicelib.rules.rule_input import RuleContext, RuleInput, Stage
from chalicelib.rules.rules import ADDRESS, first_refusal
from chalicelib.schedule.job import Job

CHANGED = "Nach dem Aufbereiten eingetragen oder geändert"


class Column(StrEnum):
    """The columns, in German."""

    DELIVERED = "zugestellt"
    UNDERWAY = "unterwegs"
    COVERED = "zusammengefasst"
    EXCLUDED = "ausgeschlossen"
    TO_PHONE = "Anrufliste"


@dataclass(frozen=True)
class AppointmentResult:
    """One definitive appointment; `begins` is UTC, None where it cannot be read, `reason` German.

    `entry` is the one that decided, if any; `phoned` is when somebody phoned (UTC); `lost`: no run has looked at it.
    """

    candidate: Candidate
    column: Column
    reason: str
    entry: Entry | None = None
    phoned: datetime | None = None
    lost: bool = False


@dataclass(frozen=True)
class Misinformed:
    """Somebody who was told a time (UTC) that is no longer true; `begins` is the present one, None: there is none."""

    appointment: str
    patient: str
    name: str  # empty where the practice database has the appointment no more
    phones: tuple[str, ...]
    told: datetime
    starts_at: datetime | None
    why: str


@dataclass(frozen=True)
class Reconciliation:
    """`days` are the local days that are closed, none where no slot was planned; `total` is the database's count.

    `unaccounted` are the appointments (TerminId) that are counted, but stand in no column, or the other way round.
    """

    day: date
    days: tuple[date, ...]
    lines: tuple[AppointmentResult, ...] = ()
    misinformed: tuple[Misinformed, ...] = ()
    total: int = 0
    unaccounted: tuple[str, ...] = ()

    @property
    def adds_up(self) -> bool:
        return not self.unaccounted and self.total == len(self.lines)

    @property
    def counts(self) -> Counter[Column]:
        return Counter(line.column for line in self.lines)

    @property
    def phoned(self) -> int:
        """How many of the Anrufliste are done."""
        return sum(line.phoned is not None for line in self.lines if line.column is Column.TO_PHONE)


@dataclass(frozen=True)
class ReconciliationInput:
    """What is known when somebody asks; `days` are those that the rules are asked for, `unsent` why nothing leaves."""

    context: RunContext
    searches: ReminderSearches
    days: frozenset[date]
    unsent: str = ""

    def rules(self, starts_at: datetime) -> RuleContext:
        """As they were asked last, or will be: who has begun since was still ahead then."""
        asked = self.searches.asked_at(starts_at)
        run = replace(self.context.run, slot=asked)
        return replace(self.context, run=run, now=asked).practice_rules(Stage.PREPARE, self.days)


def is_definitive(candidate: Candidate) -> bool:
    return (candidate.status or "").casefold() == "definitiv"


def line_of(
    candidate: Candidate, reminder: Entry | None, entries: Mapping[str, Entry], desk: ReconciliationInput
) -> AppointmentResult:
    """Where an appointment stands. `entries` by key are those about moves of it, and what covers it."""
    if reminder is None or _says_nothing(reminder, candidate):
        return _unwritten(candidate, reminder, desk)
    if reminder.state in ANNOUNCED and reminder.announced_start and candidate.starts_at:
        unmoved = reminder.rescheduled_to is None and reminder.announced_start == candidate.starts_at
        line = None if unmoved else _moved_line(RescheduledAppointment(candidate, reminder), entries, desk)
        if line:
            return line
    return _written(candidate, reminder, entries, desk)


def _moved_line(
    moved: RescheduledAppointment, entries: Mapping[str, Entry], desk: ReconciliationInput
) -> AppointmentResult | None:
    """By the message that tells the present Beginn; None: the reminder itself is the latest word."""
    candidate = moved.candidate
    assert candidate.starts_at is not None  # noqa: S101 - asked before
    question = moved.question(desk.rules(candidate.starts_at), entries)
    about = question.entry
    if about is not None and about.state not in (State.CANCELLED, State.EXPIRED):
        return _written(candidate, about, entries, desk)
    tells = question.practice.announces_rescheduling and not not_searched(desk.context)
    if not tells or desk.searches.status(candidate.starts_at) is not SearchStatus.COMING or first_refusal(question):
        return None
    return AppointmentResult(candidate, Column.UNDERWAY, "Die neue Zeit wird noch mitgeteilt", moved.reminder)


def _says_nothing(message: Entry, candidate: Candidate) -> bool:
    """Cancelled, erased, or over, about another time: it is as if there were none, and the rules say what would be."""
    if message.state is State.CANCELLED:
        return not message.cancelled_manually
    if message.anonymised and message.state in UNREACHED | {State.UNKNOWN}:
        return True  # whom it was for is not known: he is no one to phone
    return message.state is State.EXPIRED and message.starts_at != candidate.starts_at


def _unwritten(candidate: Candidate, entry: Entry | None, desk: ReconciliationInput) -> AppointmentResult:
    searches = desk.searches
    if off := not_searched(desk.context):
        return AppointmentResult(candidate, Column.EXCLUDED, off, entry)
    starts_at = candidate.starts_at or searches.now
    refusal = first_refusal(RuleInput(desk.rules(starts_at), candidate, entry))
    if refusal and refusal.rule != ADDRESS:
        return AppointmentResult(candidate, Column.EXCLUDED, str(refusal.reason), entry)
    match searches.status(starts_at):
        case SearchStatus.COMING:
            return AppointmentResult(candidate, Column.UNDERWAY, "Wird noch aufbereitet", entry)
        case SearchStatus.LOST:
            return AppointmentResult(candidate, Column.TO_PHONE, searches.lost_reason(starts_at), entry, lost=True)
    return AppointmentResult(candidate, Column.EXCLUDED, CHANGED, entry)


def _written(
    candidate: Candidate, entry: Entry, entries: Mapping[str, Entry], desk: ReconciliationInput
) -> AppointmentResult:
    match entry.state:
        case State.DELIVERED:
            return AppointmentResult(candidate, Column.DELIVERED, "", entry)
        case State.CANCELLED:
            return AppointmentResult(candidate, Column.EXCLUDED, short_reason(entry.reason), entry)
        case State.COVERED:
            first = entries.get(entry.covered_by or "")
            zone = desk.searches.zone
            by = f" von {moment(first.starts_at, zone)[-5:]}" if first and first.starts_at else ""
            return AppointmentResult(candidate, Column.COVERED, f"Steht in der Erinnerung an den Termin{by}", entry)
    send, now = desk.context.record.jobs.get(Job.SEND), desk.context.now
    over = entry.state is State.EXPIRED or (entry.state is State.PREPARED and entry.expires_at <= now)
    if not over and not is_unreached(entry, send, now):
        return AppointmentResult(candidate, Column.UNDERWAY, STATES[entry.state].capitalize(), entry)
    if candidate.deceased:
        return AppointmentResult(candidate, Column.EXCLUDED, "Beim Patienten ist ein Sterbedatum erfasst.", entry)
    return AppointmentResult(candidate, Column.TO_PHONE, why_to_phone(entry, desk.unsent), entry, entry.phoned_at)


def announced_start(reminder: Entry, entries: Mapping[str, Entry]) -> datetime | None:
    """When (UTC) the patient thinks that the appointment begins; None: no message has told, or one is on its way."""
    if reminder.kind is not Kind.REMINDER:
        return None
    if reminder.state is State.COVERED:
        first = entries.get(reminder.covered_by or "")
        stands = first is not None and first.attempt == reminder.covered_attempt and first.state in ANNOUNCED
        return reminder.starts_at if stands else None
    return known_start(reminder, entries) if reminder.state in ANNOUNCED else None


def misinformed(
    reminder: Entry, candidate: Candidate | None, told: datetime | None, desk: ReconciliationInput
) -> Misinformed | None:
    """Whether the time that was told is no longer true; `candidate` is the row as it is now, None: it is gone."""
    if told is None or reminder.appointment is None or (candidate is not None and candidate.deceased):
        return None
    starts_at = candidate.starts_at if candidate is not None and is_definitive(candidate) else None
    now, zone = desk.context.now, desk.searches.zone
    ahead = [time for time in (told, starts_at) if time and time > now]
    of_days = any(time and time.astimezone(zone).date() in desk.days for time in (told, starts_at))
    if starts_at == told or not ahead or not of_days or (starts_at is None and told <= now):
        return None
    if candidate is None:
        return Misinformed(reminder.appointment, reminder.patient, "", (), told, None, "nicht mehr vorhanden")
    why = "verschoben" if starts_at else f"nicht mehr definitiv ({as_value(candidate.status) or 'ohne Status'})"
    name, phones = name_of(candidate), phones_of(candidate)
    return Misinformed(reminder.appointment, candidate.patient, name, phones, told, starts_at, why)


def unaccounted(lines: Sequence[AppointmentResult], counted: Mapping[str, int]) -> tuple[str, ...]:
    """The appointments of which the lines and the database's own count (by TerminId) differ."""
    there = Counter(line.candidate.appointment or "" for line in lines)
    return tuple(sorted(name for name in there.keys() | counted.keys() if there[name] != counted.get(name, 0)))
