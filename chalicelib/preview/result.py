"""A preview as data, and the difference between two of them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.entries.entry import Entry
from chalicelib.messages.kind import Kind
from chalicelib.planning.search_state import ReminderSearches
from chalicelib.schedule.job import Job, RunMessage
from chalicelib.text import Text


class PlannedOutcome(StrEnum):
    MESSAGE = "message"  # leaves
    COVERED = "covered"  # by the message about an earlier appointment of the day
    WAITS = "waits"  # prepared, but does not leave
    PHONE = "phone"  # not sendable: on the call list
    ENDS = "ends"  # prepared, and stopped by the re-check
    LEFT_OUT = "left_out"  # a rule refuses


REACHED = frozenset({PlannedOutcome.MESSAGE, PlannedOutcome.COVERED})


@dataclass(frozen=True)
class PreviewLine:
    """One candidate, or one waiting entry. Instants are UTC; `leaves` is None if no message does."""

    key: str  # of its entry, even if there will be none
    kind: Kind
    outcome: PlannedOutcome
    patient: str
    name: str
    starts_at: datetime | None = None
    mandant: str | None = None
    leaves: datetime | None = None
    channel: str | None = None
    parts: int = 0
    credits: int = 0
    subject: str | None = None
    text: str | None = None
    rule: str | None = None
    reason: Text | None = None
    known: bool = False  # its entry exists already


@dataclass(frozen=True)
class Preview:
    """The result of the runs. `entries` are those that prepare would write, `skipped` counts refusals by rule."""

    runs: Mapping[Job, RunMessage]  # the prepare runs of the preview
    blockers: Mapping[Job, Sequence[Text]]  # why a job would do nothing
    lines: Sequence[PreviewLine]
    entries: Sequence[Entry]
    skipped: Mapping[str, int]
    balances: Mapping[str, int]  # current, of every Mandant that pays

    def costs(self) -> dict[str, int]:
        """Return the cost of the leaving messages, in credits by Mandant."""
        found = Counter[str]()
        for line in self.lines:
            if line.mandant and line.outcome in REACHED:
                found[line.mandant] += line.credits
        return dict(found)


@dataclass(frozen=True)
class Difference:
    """The effect of other settings; `loses` has the new lines, with the reason."""

    gains: Sequence[PreviewLine]
    loses: Sequence[PreviewLine]
    changes: Sequence[tuple[PreviewLine, PreviewLine]]  # reached both times, by another message


def difference(today: Preview, changed: Preview, searches: ReminderSearches | None) -> Difference:
    """Return the difference of the second preview from the first; `searches` are those of the changed settings."""
    new = {line.key: line for line in changed.lines}
    before, after = ({line.key: line for line in p.lines if line.outcome in REACHED} for p in (today, changed))
    both = [(line, after[key]) for key, line in before.items() if key in after]
    return Difference(
        gains=[line for key, line in after.items() if key not in before],
        loses=[new.get(key) or _gone(line, changed, searches) for key, line in before.items() if key not in after],
        changes=[(old, line) for old, line in both if old != line],
    )


def _gone(line: PreviewLine, changed: Preview, searches: ReminderSearches | None) -> PreviewLine:
    """Return the line of a message that is no longer considered: its job does nothing, or searches other days."""
    birthday = line.kind is Kind.BIRTHDAY
    reasons = changed.blockers.get(Job.PREPARE_BIRTHDAYS if birthday else Job.PREPARE_REMINDERS)
    if reasons:
        reason = reasons[0]
    elif line.starts_at and searches:
        reason = searches.searched_by(line.starts_at)
    else:
        reason = Text("preview.birthdays" if birthday else "search.never")
    return replace(line, outcome=PlannedOutcome.LEFT_OUT, leaves=None, reason=reason)


def sort_key(line: PreviewLine) -> tuple[bool, float, str, str]:
    """Sort by start, greetings last, then by name."""
    return line.starts_at is None, line.starts_at.timestamp() if line.starts_at else 0.0, line.name, line.patient
