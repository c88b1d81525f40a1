"""Appointments that were rescheduled after a message had announced their start to the patient. Pure.

The reminder's entry keeps `announced_start`, the start that the patient knows, and `announcements`, the number of the
latest message about a new start. A start that comes back is a new one (docs/flow.md). Starts are compared as they were
read, local and to the minute: a corrected time zone, or seconds, reschedule nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from chalicelib.entries.covering import ANNOUNCED, ON_ITS_WAY, STANDS, is_told
from chalicelib.entries.entry import Entry, entry_key, reminder_identity, rescheduled_identity
from chalicelib.entries.phone_call import reached_call
from chalicelib.entries.states import REVIVABLE, State
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rule_input import RuleContext, RuleInput

_NOT_ARRIVED = frozenset({State.FAILED, State.REFUSED})
_LEFT = STANDS - {State.UNKNOWN}
_WAITING = REVIVABLE | {State.PREPARED}  # it announces whatever start the appointment has when it leaves


@dataclass(frozen=True)
class RescheduledAppointment:
    """An appointment whose start may differ from the announced one, and the entry of its reminder, which left."""

    candidate: Candidate
    reminder: Entry

    def entry_keys(self) -> dict[int, str]:
        """The keys, by number, of the latest messages about a new start, the last one first."""
        return announcement_keys(self.reminder, self.candidate.appointment)  # an anonymised reminder has no id

    def read_keys(self) -> set[str]:
        """The keys of the entries that tell which start the patient knows, except for those that cover these."""
        covering = [self.reminder.covered_by] if self.reminder.covered_by else []
        return {*self.entry_keys().values(), *self.reminder.again_keys, *covering}

    def latest(self, entries: Mapping[str, Entry]) -> tuple[int, Entry | None]:
        """The number and the entry, None if there is none, of the latest message about a new start."""
        found = ((number, entries[key]) for number, key in self.entry_keys().items() if key in entries)
        return next(found, (self.reminder.announcements, None))

    def known_start(self, entries: Mapping[str, Entry]) -> str | None:
        return known_start(self.reminder, self.candidate.appointment, entries)

    def announcement(self, entries: Mapping[str, Entry]) -> tuple[int, Entry | None]:
        """The number and the entry, None if there is none yet, of the message about the current start.

        A number without an entry is used again: the run that recorded it died, or is still at work.
        """
        number, latest = self.latest(entries)
        if latest is None:
            return max(number, 1), None
        start = self.candidate.local_start
        by_hand = latest.cancelled_manually or reached_call(latest.phone_calls, None)
        waits = latest.state in _WAITING and not by_hand and start != self.known_start(entries)
        same = start == latest.announced_start and not _is_older(latest, self.reminder)
        return (number, latest) if waits or same else (number + 1, None)

    def rule_input(self, context: RuleContext, entries: Mapping[str, Entry]) -> RuleInput:
        """The appointment before the rules as a rescheduled one; `entries` are those of `entry_keys`."""
        candidate = replace(self.candidate, kind=Kind.RESCHEDULED)
        number, entry = self.announcement(entries)
        return RuleInput(context, candidate, entry, self.known_start(entries), number)


def announcement_keys(reminder: Entry, appointment: str | None) -> dict[int, str]:
    """Of the latest messages about a new start, the last one first; it may not be recorded yet."""
    numbers = [number for number in (reminder.announcements + 1, reminder.announcements) if number]
    return {one: entry_key(reminder.practice, rescheduled_identity(appointment or "", one)) for one in numbers}


def known_start(reminder: Entry, appointment: str | None, entries: Mapping[str, Entry]) -> str | None:
    """The start that the patient knows; None if there is none, or while a message about another is on its way."""
    for key in announcement_keys(reminder, appointment).values():
        if (entry := entries.get(key)) is None or _is_older(entry, reminder):
            continue
        said = said_last(entry, entries)
        known = _told_start(said, entries)
        if known or is_told(said, entries, ON_ITS_WAY):
            return known
    last = said_last(reminder, entries)
    return reminder.announced_start if reminder.announcements > 1 else _told_start(last, entries)


def names_known_start(first: Entry | None, start: str | None, entries: Mapping[str, Entry]) -> bool:
    """Whether a message about this local start may be sent again: the patient knows it, or was to know it by the first.

    `entries`, by key, are those about its appointment.
    """
    if first is None or (reminder := entries.get(_reminder_key(first))) is None:
        return False
    keys = [*announcement_keys(reminder, first.appointment).values(), reminder.key]
    if first.state in _NOT_ARRIVED and first.key == next(key for key in keys if key in entries):
        return start == first.announced_start
    return start is not None and start == known_start(reminder, first.appointment, entries)


def _reminder_key(one: Entry) -> str:
    return entry_key(one.practice, reminder_identity(one.appointment or ""))


def said_last(entry: Entry, entries: Mapping[str, Entry]) -> Entry:
    """The entry, or the message that a person sent again for it, unless a call has reached the patient since."""
    left = (one for key in entry.again_keys if (one := entries.get(key)) and one.state in _LEFT)
    again, call = next(left, entry), reached_call(entry.phone_calls, None)
    return entry if call and again.reserved_at and call.at > again.reserved_at else again


def _told_start(entry: Entry, entries: Mapping[str, Entry]) -> str | None:
    """The start that the patient knows by the message of an entry, or by a later call; None if neither told one."""
    call, told = reached_call(entry.phone_calls, None), is_told(entry, entries)
    if call and not (told and entry.reserved_at and call.at < entry.reserved_at):
        return call.start
    return entry.announced_start if told else None


def _is_older(entry: Entry, reminder: Entry) -> bool:
    """Whether the reminder was sent again after this message about a new start."""
    return bool(entry.reserved_at and reminder.reserved_at and entry.reserved_at < reminder.reserved_at)


def rescheduled_appointment(
    candidate: Candidate, reminder: Entry | None, announces: bool
) -> RescheduledAppointment | None:
    """The appointment if its rescheduling is to be evaluated; its start may turn out to be known.

    `announces` is whether the practice wants a message about it.
    """
    if not announces or reminder is None or not was_told(reminder) or candidate.local_start is None:
        return None
    noted = reminder.announcements or reached_call(reminder.phone_calls, None)
    unchanged = not noted and candidate.local_start == reminder.announced_start
    return None if unchanged or reminder.announced_start is None else RescheduledAppointment(candidate, reminder)


def was_told(reminder: Entry) -> bool:
    """Whether the patient may know a start: by a message, also one that covers it or is about a move, or by phone."""
    later = reminder.state in _NOT_ARRIVED and bool(reached_call(reminder.phone_calls, None) or reminder.announcements)
    return later or reminder.state in ANNOUNCED | {State.COVERED}


def knows_otherwise(one: Entry, start: str | None, entries: Mapping[str, Entry]) -> bool:
    """Whether a patient knows the local start of an appointment, even if this message about it has not arrived.

    `entries`, by key, include its reminder and the messages about new starts.
    """
    reminder = entries.get(_reminder_key(one))
    if reminder is None or start is None:
        return False
    own = replace(one, state=State.FAILED, phone_calls=(), again=0 if said_last(one, entries) is one else one.again)
    if reminder.key == one.key:
        reminder = own
    elif one.kind is Kind.RESCHEDULED and one.announced_start == reminder.announced_start:
        reminder = replace(reminder, announced_start=None)  # it may be known by this message alone
    return known_start(reminder, one.appointment, {**entries, one.key: own}) == start


def is_followed(reminder: Entry, start: str | None, entries: Mapping[str, Entry]) -> bool:
    """Whether a message about this local start of a rescheduled appointment follows its reminder.

    It tells the patient, or is on the call list itself; a cancelled one does neither.
    """
    if reminder.kind is not Kind.REMINDER:
        return False
    keys = announcement_keys(reminder, reminder.appointment).values()
    latest = next((entries[key] for key in keys if key in entries), None)
    return latest is not None and latest.announced_start == start and latest.state is not State.CANCELLED


def record_announcement(rule_input: RuleInput, reminder: Entry) -> Transition | None:
    """Record on the reminder's entry which message announces a start, and the start known before; None if it is."""
    number, known = rule_input.announcement, rule_input.known_start
    if known is None or number == reminder.announcements:
        return None
    return Transition(
        reminder, replace(reminder, announcements=number, announced_start=known, version=reminder.version + 1)
    )
