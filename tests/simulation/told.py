"""The starts that the patients of a simulation were told, of each appointment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.entries.covering import stands_for
from chalicelib.entries.entry import Entry, entry_key, reminder_identity, rescheduled_identity
from chalicelib.entries.phone_call import reached_call
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind

if TYPE_CHECKING:
    from tests.simulation.life import Life

_NEVER_ARRIVED = {State.FAILED, State.REFUSED}
Said = tuple[Entry, Entry]  # the message, and the entry whose start it names: itself, or a covered one


class Told:
    """`stored` finds the current entry, by practice and key."""

    def __init__(self, lives: Mapping[str, Life], stored: Callable[[str, str], Entry | None]) -> None:
        self._lives, self._stored = lives, stored
        self._said: list[Said] = []
        self._again: set[str] = set()  # keys of entries that a person has sent again

    def of(self, practice: str, appointment: str) -> list[Entry]:
        """The entries whose start of an appointment was told, oldest first."""
        return [one for _, one in self._said if (one.practice, one.appointment) == (practice, appointment)]

    def last_said(self, practice: str, appointment: str) -> datetime:
        """When (UTC) the latest message that names a start of an appointment was reserved."""
        said = (by for by, one in self._said if (one.practice, one.appointment) == (practice, appointment))
        return max(by.reserved_at or by.changed_at for by in said)

    def say(self, message: Entry, covered: Sequence[Entry]) -> None:
        """A provider may have accepted a message, which stands for covered entries too."""
        self._said += [(message, one) for one in (message, *covered)]

    def cover(self, entry: Entry) -> None:
        """An entry is covered by a message that was said before."""
        said = {message.key: message for message, _ in self._said}
        message = said.get(entry.covered_by or "")
        known = message and any((by.key, one.key) == (message.key, entry.key) for by, one in self._said)
        if message and not known and stands_for(message, entry):
            self._said.append((message, entry))

    def keys(self, practice: str, appointment: str) -> list[str]:
        """The keys of the entries about an appointment, and of those that cover them."""
        own = [entry_key(practice, reminder_identity(appointment)), *announcement_keys(practice, appointment)]
        found = (self._stored(practice, key) for key in own)
        return [*own, *(one.covered_by for one in found if one and one.covered_by)]

    def may_be_said_again(self, key: str) -> None:
        """Forget a message, as a person decides."""
        self._again.add(key)
        self._said = [(message, one) for message, one in self._said if message.key != key]

    def said_twice(self, entry: Entry) -> Iterator[str]:
        """Yield the messages that have told the patient this start, and may have arrived, before this one is sent."""
        for message, one in self._to(entry):
            same = one.announced_start == entry.announced_start and one.key != entry.key
            if same and entry.key not in self._again and self._is_repeated(message, one, entry):
                yield f"tells {entry.announced_start}, which {message.identity} has told"

    def too_old(self, entry: Entry) -> Iterator[str]:
        """Yield the messages of another start that were sent after the one that covers an entry.

        Of each appointment the latest counts: who was told that it is back at its start knows that.
        """
        first = self._stored(entry.practice, entry.covered_by or "")
        for later in self._later_than(first, entry) if first else ():
            if self._knows_now(entry, later.appointment or ""):
                continue
            yield f"is covered, and {later.identity} has told {later.announced_start} since"

    def _knows_now(self, entry: Entry, appointment: str) -> bool:
        """Whether the latest message about another appointment of the patient names its present start."""
        said = [(by.reserved_at, one.announced_start) for by, one in self._to(entry) if one.appointment == appointment]
        latest = max(said, key=lambda it: it[0] or entry.changed_at)
        return latest[1] == self._lives[entry.practice].start_now(appointment)

    def other_starts(self, entry: Entry) -> list[tuple[datetime, str]]:
        """The starts of its appointment that other messages may have told, and when these were reserved (UTC)."""
        return [
            (by.reserved_at, one.announced_start)
            for by, one in self._to(entry)
            if one.appointment == entry.appointment and entry.key not in (by.key, one.key)
            if by.reserved_at and one.announced_start
        ]

    def by_phone(self, entry: Entry) -> bool:
        """Whether a call about its appointment has reached the patient."""
        found = (self._stored(entry.practice, key) for key in self.keys(entry.practice, entry.appointment or ""))
        return any(reached_call(one.phone_calls, None) for one in found if one)

    def _to(self, entry: Entry) -> list[Said]:
        """The messages to the patient that may have arrived, oldest first."""
        said = [(by, one) for by, one in self._said if (by.practice, by.patient) == (entry.practice, entry.patient)]
        now = {message.key: self._stored(message.practice, message.key) for message, _ in said}
        return [(by, one) for by, one in said if (is_now := now[by.key]) and is_now.state not in _NEVER_ARRIVED]

    def _is_repeated(self, message: Entry, one: Entry, entry: Entry) -> bool:
        """Whether nothing else was told since; of a move, whether the other one was from the same start."""
        if any(True for _ in self._later_than(message, entry, other_days=True)):
            return False
        if entry.kind is Kind.REMINDER:
            return True
        before = [told.announced_start for told in self.of(one.practice, one.appointment or "") if told.key != one.key]
        own = [told.announced_start for told in self.of(entry.practice, entry.appointment or "")]
        is_there = self._lives[one.practice].start_now(one.appointment or "") == entry.announced_start
        return one.kind is Kind.RESCHEDULED and is_there and before[-1:] == own[-1:]

    def _later_than(self, message: Entry, entry: Entry, other_days: bool = False) -> Iterator[Entry]:
        """The entries that have told the patient another start since, of appointments that are no longer there.

        `other_days`: or of other days.
        """
        start, life = entry.announced_start or "", self._lives[entry.practice]
        for by, one in self._to(entry):
            other, later = one.announced_start or "", by.reserved_at and message.reserved_at
            if later and by.reserved_at > message.reserved_at and other != start:  # type: ignore[operator]
                gone = life.start_now(one.appointment or "") != other
                if gone or (other_days and other[:10] != start[:10]):
                    yield one


def announcement_keys(practice: str, appointment: str) -> list[str]:
    """The keys of the messages about a new start of an appointment, as many as a simulation makes."""
    return [entry_key(practice, rescheduled_identity(appointment, number)) for number in range(1, 20)]


def names(entry: Entry, start: str) -> bool:
    """Whether its text names the time of a local start, unless that is midnight."""
    return start.endswith("T00:00") or start[11:] in (entry.text or "")
