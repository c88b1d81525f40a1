"""Appointments that were rescheduled after a message had announced their start to the patient. Pure.

The reminder's entry keeps `announced_start`, the start that the patient knows, and `rescheduled_to`, the start that its
latest message about a rescheduling announces. Each new start of an appointment has one such message (docs/flow.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.entries.entry import Entry, entry_key, rescheduled_identity
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rule_input import RuleContext, RuleInput

# The patient has the message, or may have it.
ANNOUNCED = frozenset({State.SENT, State.DELIVERED, State.UNCONFIRMED, State.UNKNOWN})
_ON_ITS_WAY = frozenset({State.RESERVED, State.SENDING})


@dataclass(frozen=True)
class RescheduledAppointment:
    """An appointment whose start may differ from the announced one, and the entry of its reminder, which left."""

    candidate: Candidate
    reminder: Entry

    def entry_keys(self) -> set[str]:
        """The keys of the message about its current start and of the latest one."""
        times = {self.candidate.starts_at, self.reminder.rescheduled_to} - {None}
        return {rescheduled_key(self.reminder, starts_at) for starts_at in times if starts_at}

    def rule_input(self, context: RuleContext, entries: Mapping[str, Entry]) -> RuleInput:
        """The appointment before the rules as a rescheduled one; `entries` are those of `entry_keys`."""
        assert self.candidate.starts_at is not None  # noqa: S101 - as `rescheduled_appointment` found it
        candidate = replace(self.candidate, kind=Kind.RESCHEDULED)
        entry = entries.get(rescheduled_key(self.reminder, self.candidate.starts_at))
        return RuleInput(context, candidate, entry, known_start(self.reminder, entries))


def rescheduled_key(reminder: Entry, starts_at: datetime) -> str:
    """The key of the message that announces a start."""
    return entry_key(reminder.practice, rescheduled_identity(reminder.appointment or "", starts_at))


def known_start(reminder: Entry, entries: Mapping[str, Entry]) -> datetime | None:
    """The start that the patient knows of a reminder that left; None while a message about another is on its way.

    `entries` has the one of the latest rescheduling.
    """
    latest = entries.get(rescheduled_key(reminder, reminder.rescheduled_to)) if reminder.rescheduled_to else None
    if latest is None or latest.state not in ANNOUNCED | _ON_ITS_WAY:
        return reminder.announced_start
    return latest.announced_start if latest.state in ANNOUNCED else None


def rescheduled_appointment(
    candidate: Candidate, reminder: Entry | None, announces: bool
) -> RescheduledAppointment | None:
    """The appointment if its rescheduling is to be evaluated; its start may turn out to be known.

    `announces` is whether the practice wants a message about it.
    """
    if not announces or reminder is None or reminder.state not in ANNOUNCED or candidate.starts_at is None:
        return None
    unchanged = reminder.rescheduled_to is None and candidate.starts_at == reminder.announced_start
    return None if unchanged or reminder.announced_start is None else RescheduledAppointment(candidate, reminder)


def record_announcement(rule_input: RuleInput, reminder: Entry) -> Transition | None:
    """Record on the reminder's entry which start is announced; None if it is recorded already."""
    starts_at, known = rule_input.candidate.starts_at, rule_input.known_start
    if known is None or (starts_at, known) == (reminder.rescheduled_to, reminder.announced_start):
        return None
    return Transition(
        reminder, replace(reminder, rescheduled_to=starts_at, announced_start=known, version=reminder.version + 1)
    )
