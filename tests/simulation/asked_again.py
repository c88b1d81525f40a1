"""The messages that patients of a simulation ask for once more: each makes one entry, for itself alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind


class AskedAgain:
    """`stored` finds the current entry, by practice and key."""

    def __init__(self, stored: Callable[[str, str], Entry | None]) -> None:
        self._stored = stored
        self._asked: Counter[tuple[str, str]] = Counter()  # by first entry: how many may still be made

    def ask(self, first: Entry) -> None:
        """Note that a person is about to send a message again, once, even if the form is sent twice."""
        self._asked[first.practice, first.key] += 1

    def wrong(self, entry: Entry) -> Iterator[str]:
        """Yield what is wrong with an entry that is written."""
        leader = self._stored(entry.practice, entry.covered_by or "")
        if entry.state is State.COVERED and Kind.AGAIN in (entry.kind, leader and leader.kind):
            yield "is covered by a message that is sent again, or is one"
        if entry.kind is not Kind.AGAIN or self._stored(entry.practice, entry.key) is not None:
            return
        self._asked[entry.practice, entry.first_key] -= 1
        if self._asked[entry.practice, entry.first_key] < 0:
            yield "was made, and nobody has asked for it"
