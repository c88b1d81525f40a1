"""The reconciliation of a day: the definitive appointments of its runs, each in one column. Pure.

The message about its current start decides the column, or the rules if there is no message. `reconcile_day` reads the
data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.entries.entry import Entry
from chalicelib.entries.phone_call import PhoneCall, reached_call
from chalicelib.entries.states import ACCEPTED, UNREACHED, State, state_label
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.planning.search_state import ReminderSearches, SearchStatus, not_searched
from chalicelib.practice.opt_out import STOPPED
from chalicelib.reports.call_list import UNSENT, Phones, call_reason, is_unreached, name_of, phones_of
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rescheduled import RescheduledAppointment, known_start, rescheduled_appointment, was_told
from chalicelib.rules.rescheduled import said_last as message_said_last
from chalicelib.rules.rule_input import RuleContext, RuleInput
from chalicelib.rules.rules import first_refusal
from chalicelib.rules.sending_rules import ADDRESS
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import minute_in
from chalicelib.text import Text


class Column(StrEnum):
    DELIVERED = "delivered"
    UNDERWAY = "underway"
    COVERED = "covered"
    EXCLUDED = "excluded"
    TO_PHONE = "to_phone"


def column_label(column: Column) -> Text:
    """The name of a column as people read it."""
    return Text(f"column.{column}")


@dataclass(frozen=True)
class AppointmentResult:
    """The column of one definitive appointment, and the reason; a delivered message needs none.

    `entry` is the one that decided, if any; `call` reached the patient by phone; `lost`: no run has searched it.
    """

    candidate: Candidate
    column: Column
    reason: Text | None = None
    entry: Entry | None = None
    call: PhoneCall | None = None
    lost: bool = False


@dataclass(frozen=True)
class Misinformed:
    """A patient who was told a start (UTC) that has since changed; `starts_at` is None if there is no new one."""

    key: str  # of the entry of the reminder
    appointment: str
    patient: str
    name: str  # empty if the practice database no longer has the appointment
    phones: Phones
    announced_start: datetime
    starts_at: datetime | None
    reason: Text


@dataclass(frozen=True)
class Reconciliation:
    """`days` are the local days that were searched, empty if no slot was planned; `total` is the database's count.

    `unaccounted` are the appointments (TerminId) that are counted but in no column, or the reverse.
    """

    day: date
    days: tuple[date, ...]
    results: tuple[AppointmentResult, ...] = ()
    misinformed: tuple[Misinformed, ...] = ()
    total: int = 0
    unaccounted: tuple[str, ...] = ()

    @property
    def adds_up(self) -> bool:
        return not self.unaccounted and self.total == len(self.results)

    @property
    def counts(self) -> Counter[Column]:
        return Counter(result.column for result in self.results)

    @property
    def phoned(self) -> Counter[Text]:
        """The outcomes of the calls that reached patients on the call list."""
        on_list = (result for result in self.results if result.column is Column.TO_PHONE)
        return Counter(result.call.label for result in on_list if result.call)


@dataclass(frozen=True)
class ReconciliationInput:
    """The current state; the rules evaluate `days`, `unsent` is why messages are not sent."""

    context: RuleContext
    searches: ReminderSearches
    days: frozenset[date]
    unsent: Text = UNSENT

    def rules(self, starts_at: datetime) -> RuleContext:
        """The rules at their latest or next evaluation: an appointment that has begun since was still ahead."""
        at = self.searches.evaluated_at(starts_at)
        return replace(self.context, now=at, today=slot_day(at, self.searches.plan.tz), days=self.days)


def is_definitive(candidate: Candidate) -> bool:
    return (candidate.status or "").casefold() == "definitiv"


def result_of(
    candidate: Candidate, reminder: Entry | None, entries: Mapping[str, Entry], inputs: ReconciliationInput
) -> AppointmentResult:
    """The result of an appointment. `entries`, by key, are the one that covers it and those about its rescheduling."""
    if reminder is None or _is_void(reminder, candidate):
        return _without_message(candidate, reminder, inputs)
    rescheduled = rescheduled_appointment(candidate, reminder, announces=True)
    result = _rescheduled(rescheduled, entries, inputs) if rescheduled else None
    return result or _with_message(candidate, reminder, entries, inputs)


def _rescheduled(
    rescheduled: RescheduledAppointment, entries: Mapping[str, Entry], inputs: ReconciliationInput
) -> AppointmentResult | None:
    """The result by the message about the current start; None if the reminder is the latest message."""
    candidate = rescheduled.candidate
    assert candidate.starts_at is not None  # noqa: S101 - asked before
    rule_input = rescheduled.rule_input(inputs.rules(candidate.starts_at), entries)
    announcement = rule_input.entry
    if announcement is not None and announcement.state not in (State.CANCELLED, State.EXPIRED):
        return _with_message(candidate, announcement, entries, inputs)
    announces = rule_input.context.announces_rescheduling and not not_searched(inputs.context.practice)
    coming = inputs.searches.status(candidate.starts_at) is SearchStatus.COMING
    if not announces or not coming or first_refusal(rule_input):
        return None
    return AppointmentResult(candidate, Column.UNDERWAY, Text("result.announced_soon"), rescheduled.reminder)


def _is_void(entry: Entry, candidate: Candidate) -> bool:
    """Whether the rules decide as if there were no entry: it is cancelled, erased, or expired with another start."""
    if entry.state is State.CANCELLED:
        return not entry.cancelled_manually
    if entry.anonymised and entry.state in UNREACHED | {State.UNKNOWN}:
        return True  # its patient is no longer known, and cannot be phoned
    return entry.state is State.EXPIRED and entry.starts_at != candidate.starts_at


def _without_message(candidate: Candidate, entry: Entry | None, inputs: ReconciliationInput) -> AppointmentResult:
    searches = inputs.searches
    if off := not_searched(inputs.context.practice):
        return AppointmentResult(candidate, Column.EXCLUDED, off, entry)
    starts_at = candidate.starts_at or searches.now
    refusal = first_refusal(RuleInput(inputs.rules(starts_at), candidate, entry))
    if refusal and refusal.rule != ADDRESS.name:
        return AppointmentResult(candidate, Column.EXCLUDED, refusal.reason, entry)
    match searches.status(starts_at):
        case SearchStatus.COMING:
            return AppointmentResult(candidate, Column.UNDERWAY, Text("result.prepared_soon"), entry)
        case SearchStatus.LOST:
            return AppointmentResult(candidate, Column.TO_PHONE, searches.reason(starts_at), entry, lost=True)
        case SearchStatus.NEVER:
            return AppointmentResult(candidate, Column.EXCLUDED, searches.reason(starts_at), entry)
    return AppointmentResult(candidate, Column.EXCLUDED, Text("result.too_late"), entry)


def _with_message(
    candidate: Candidate, entry: Entry, entries: Mapping[str, Entry], inputs: ReconciliationInput
) -> AppointmentResult:
    match entry.state:
        case State.DELIVERED:
            return AppointmentResult(candidate, Column.DELIVERED, None, entry)
        case State.CANCELLED:
            return AppointmentResult(candidate, Column.EXCLUDED, entry.reason, entry)
        case State.COVERED:
            covered = _covered(entry, entries, inputs.searches.plan.tz)
            return AppointmentResult(candidate, Column.COVERED, covered, entry)
    practice, now = inputs.context.practice, inputs.context.now
    over = entry.state is State.EXPIRED or (entry.state is State.PREPARED and entry.expires_at <= now)
    if not over and not is_unreached(entry, practice, now):
        return AppointmentResult(candidate, Column.UNDERWAY, Text("result.state", state_label(entry.state)), entry)
    again = message_said_last(entry, entries)
    if again is not entry and again.announced_start == candidate.local_start and again.state in ACCEPTED:
        return _with_message(candidate, again, entries, inputs)
    if inputs.context.opt_outs.stop_of(candidate.patient):
        return AppointmentResult(candidate, Column.EXCLUDED, STOPPED, entry)
    if candidate.deceased:
        return AppointmentResult(candidate, Column.EXCLUDED, Text("rule.alive.deceased"), entry)
    call = reached_call(entry.phone_calls, candidate.local_start)
    return AppointmentResult(candidate, Column.TO_PHONE, call_reason(entry, inputs.unsent), entry, call)


def _covered(entry: Entry, entries: Mapping[str, Entry], zone: ZoneInfo) -> Text:
    covering = entries.get(entry.covered_by or "")
    if covering and covering.starts_at:
        return Text("result.covered_at", at=covering.starts_at.astimezone(zone))
    return Text("result.covered")


def announced_start(reminder: Entry, entries: Mapping[str, Entry]) -> str | None:
    """The start that the patient was told (`local_minute`); None if no message contained one, or one is on its way."""
    told = reminder.kind is Kind.REMINDER and was_told(reminder)
    return known_start(reminder, reminder.appointment, entries) if told else None


def misinformed(
    reminder: Entry, candidate: Candidate | None, told: str | None, inputs: ReconciliationInput
) -> Misinformed | None:
    """The patient, if the start that they were told has changed; `candidate` is the current row, None if it is gone."""
    if told is None or reminder.appointment is None or (candidate is not None and candidate.deceased):
        return None
    starts_at = candidate.starts_at if candidate is not None and is_definitive(candidate) else None
    now, zone = inputs.context.now, inputs.searches.plan.tz
    announced = minute_in(told, zone).astimezone(UTC)
    unchanged = starts_at is not None and candidate is not None and candidate.local_start == told
    ahead = [time for time in (announced, starts_at) if time and time > now]
    of_days = any(time and time.astimezone(zone).date() in inputs.days for time in (announced, starts_at))
    if unchanged or not ahead or not of_days or (starts_at is None and announced <= now):
        return None
    if candidate is None:
        of = (reminder.key, reminder.appointment, reminder.patient)
        return Misinformed(*of, "", (), announced, None, Text("misinformed.gone"))
    status, name, phones = as_value(candidate.status), name_of(candidate), phones_of(candidate)
    gone = Text("misinformed.status", status=status) if status else Text("misinformed.no_status")
    reason = Text("misinformed.rescheduled") if starts_at else gone
    of = (reminder.key, reminder.appointment, candidate.patient)
    return Misinformed(*of, name, phones, announced, starts_at, reason)


def unaccounted(results: Sequence[AppointmentResult], counted: Mapping[str, int]) -> tuple[str, ...]:
    """The appointments (TerminId) for which the results and the database's count differ."""
    found = Counter(result.candidate.appointment or "" for result in results)
    return tuple(sorted(name for name in found.keys() | counted.keys() if found[name] != counted.get(name, 0)))
