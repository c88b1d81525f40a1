"""Appointments that were moved after a message had told the patient when they begin. Pure.

The reminder's entry keeps `communicated`, the Beginn that the patient knows, and `moved_to`, what its latest
Terminverschiebung tells. Each new Beginn of an appointment has one such message (docs/flow.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.entries.entry import Entry, Kind, State, entry_key, moved_identity
from chalicelib.entries.transition import Move
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.question import Practice, Question

TOLD = frozenset({State.SENT, State.DELIVERED, State.UNCONFIRMED, State.UNKNOWN})  # the patient has it, or may have
_ON_ITS_WAY = frozenset({State.RESERVED, State.SENDING})


@dataclass(frozen=True)
class Moved:
    """An appointment and the entry of its reminder, which left, where another Beginn may have to be told."""

    candidate: Candidate
    reminder: Entry

    def entry_keys(self) -> set[str]:
        """The keys of the Terminverschiebung to its Beginn and of the latest one."""
        times = {self.candidate.begins, self.reminder.moved_to} - {None}
        return {moved_key(self.reminder, begins) for begins in times if begins}

    def question(self, practice: Practice, entries: Mapping[str, Entry]) -> Question:
        """The appointment before the rules as a Terminverschiebung; `entries` are those of `entry_keys`."""
        assert self.candidate.begins is not None  # noqa: S101 - as `moved` found it
        asked = replace(self.candidate, kind=Kind.MOVED)
        entry = entries.get(moved_key(self.reminder, self.candidate.begins))
        return Question(practice, asked, entry, known(self.reminder, entries))


def moved_key(reminder: Entry, begins: datetime) -> str:
    """Of the Terminverschiebung to a Beginn."""
    return entry_key(reminder.practice, moved_identity(reminder.appointment or "", begins))


def known(reminder: Entry, entries: Mapping[str, Entry]) -> datetime | None:
    """The Beginn that the patient knows of a reminder that left; None while a message that tells another is on its way.

    `entries` has that of the latest Terminverschiebung.
    """
    latest = entries.get(moved_key(reminder, reminder.moved_to)) if reminder.moved_to else None
    if latest is None or latest.state not in TOLD | _ON_ITS_WAY:
        return reminder.communicated
    return latest.communicated if latest.state in TOLD else None


def moved(candidate: Candidate, reminder: Entry | None, practice: Practice) -> Moved | None:
    """Whether the rules are to be asked about a Terminverschiebung; its Beginn may turn out to be known."""
    if reminder is None or reminder.state not in TOLD or not practice.tells_moves or candidate.begins is None:
        return None
    unmoved = reminder.moved_to is None and candidate.begins == reminder.communicated
    return None if unmoved or reminder.communicated is None else Moved(candidate, reminder)


def remembered(question: Question, reminder: Entry) -> Move | None:
    """The reminder's entry as it keeps a Terminverschiebung that there is; None where it does already."""
    begins, known = question.candidate.begins, question.known
    if known is None or (begins, known) == (reminder.moved_to, reminder.communicated):
        return None
    return Move(reminder, replace(reminder, moved_to=begins, communicated=known, version=reminder.version + 1))
