"""Appointments that were moved after a message had told the patient when they begin. Pure.

The reminder's entry keeps `communicated`, the Beginn that the patient knows, and `moved_to`, what its latest
Terminverschiebung tells. Each new Beginn of an appointment has one such message (docs/flow.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.entries.entry import Entry
from chalicelib.entries.identity import entry_key, rescheduled_identity
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rule_input import RuleContext, RuleInput

ANNOUNCED = frozenset(
    {State.SENT, State.DELIVERED, State.UNCONFIRMED, State.UNKNOWN}
)  # the patient has it, or may have
_ON_ITS_WAY = frozenset({State.RESERVED, State.SENDING})


@dataclass(frozen=True)
class RescheduledAppointment:
    """An appointment and the entry of its reminder, which left, where another Beginn may have to be told."""

    candidate: Candidate
    reminder: Entry

    def entry_keys(self) -> set[str]:
        """The keys of the Terminverschiebung to its Beginn and of the latest one."""
        times = {self.candidate.starts_at, self.reminder.rescheduled_to} - {None}
        return {rescheduled_key(self.reminder, starts_at) for starts_at in times if starts_at}

    def question(self, practice: RuleContext, entries: Mapping[str, Entry]) -> RuleInput:
        """The appointment before the rules as a Terminverschiebung; `entries` are those of `entry_keys`."""
        assert self.candidate.starts_at is not None  # noqa: S101 - as `moved` found it
        asked = replace(self.candidate, kind=Kind.RESCHEDULED)
        entry = entries.get(rescheduled_key(self.reminder, self.candidate.starts_at))
        return RuleInput(practice, asked, entry, known_start(self.reminder, entries))


def rescheduled_key(reminder: Entry, starts_at: datetime) -> str:
    """Of the Terminverschiebung to a Beginn."""
    return entry_key(reminder.practice, rescheduled_identity(reminder.appointment or "", starts_at))


def known_start(reminder: Entry, entries: Mapping[str, Entry]) -> datetime | None:
    """The Beginn that the patient knows of a reminder that left; None while a message that tells another is on its way.

    `entries` has that of the latest Terminverschiebung.
    """
    latest = entries.get(rescheduled_key(reminder, reminder.rescheduled_to)) if reminder.rescheduled_to else None
    if latest is None or latest.state not in ANNOUNCED | _ON_ITS_WAY:
        return reminder.announced_start
    return latest.announced_start if latest.state in ANNOUNCED else None


def rescheduled_appointment(
    candidate: Candidate, reminder: Entry | None, practice: RuleContext
) -> RescheduledAppointment | None:
    """Whether the rules are to be asked about a Terminverschiebung; its Beginn may turn out to be known."""
    if (
        reminder is None
        or reminder.state not in ANNOUNCED
        or not practice.announces_rescheduling
        or candidate.starts_at is None
    ):
        return None
    unmoved = reminder.rescheduled_to is None and candidate.starts_at == reminder.announced_start
    return None if unmoved or reminder.announced_start is None else RescheduledAppointment(candidate, reminder)


def record_announcement(question: RuleInput, reminder: Entry) -> Transition | None:
    """The reminder's entry as it keeps a Terminverschiebung that there is; None where it does already."""
    starts_at, known = question.candidate.starts_at, question.known_start
    if known is None or (starts_at, known) == (reminder.rescheduled_to, reminder.announced_start):
        return None
    return Transition(
        reminder, replace(reminder, rescheduled_to=starts_at, announced_start=known, version=reminder.version + 1)
    )
