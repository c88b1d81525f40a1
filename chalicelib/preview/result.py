"""What the next runs of a practice would do, as data, and how two such answers differ. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.entries.entry import Entry, Kind
from chalicelib.schedule.job import Job
from chalicelib.schedule.run import RunMessage


class PlannedOutcome(StrEnum):
    MESSAGE = "message"  # leaves
    COVERED = "covered"  # the message about an earlier appointment of the day says it
    WAITS = "waits"  # prepared, but does not leave
    PHONE = "phone"  # not sendable: on the Anrufliste
    ENDS = "ends"  # prepared, and stopped by the re-check
    LEFT_OUT = "left_out"  # a rule refuses


TOLD = frozenset({PlannedOutcome.MESSAGE, PlannedOutcome.COVERED})


@dataclass(frozen=True)
class PreviewLine:
    """One candidate, or one entry that waits already. Instants are UTC; `leaves` is None where nothing does."""

    key: str  # of its entry, whether or not there will be one
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
    reason: str | None = None  # German


@dataclass(frozen=True)
class Preview:
    """What the runs would do. `entries` are those that prepare would write, `skipped` counts its refusals by rule."""

    runs: Mapping[Job, RunMessage]  # the prepare runs that were asked
    blockers: Mapping[Job, Sequence[str]]  # why a job would do nothing: German
    lines: Sequence[PreviewLine]
    entries: Sequence[Entry]
    skipped: Mapping[str, int]
    balances: Mapping[str, int]  # now, of every Mandant that pays

    def costs(self) -> dict[str, int]:
        """What leaves costs each Mandant, in credits."""
        found = Counter[str]()
        for line in self.lines:
            if line.mandant and line.outcome in TOLD:
                found[line.mandant] += line.credits
        return dict(found)


@dataclass(frozen=True)
class Difference:
    """What another setting changes; `loses` are the new lines, with the reason."""

    gains: Sequence[PreviewLine]
    loses: Sequence[PreviewLine]
    changes: Sequence[tuple[PreviewLine, PreviewLine]]  # told both times, in another way


def difference(today: Preview, changed: Preview) -> Difference:
    """What the second one has changed."""
    old, new = ({line.key: line for line in one.lines} for one in (today, changed))
    told_before, told_after = ({k: line for k, line in one.items() if line.outcome in TOLD} for one in (old, new))
    both = [(line, told_after[key]) for key, line in told_before.items() if key in told_after]
    return Difference(
        gains=[line for key, line in told_after.items() if key not in told_before],
        loses=[new.get(key) or _gone(line, changed) for key, line in told_before.items() if key not in told_after],
        changes=[(before, after) for before, after in both if before != after],
    )


def _gone(line: PreviewLine, changed: Preview) -> PreviewLine:
    """Nobody looks at it any more: its job does nothing, or searches other days."""
    job = Job.PREPARE_BIRTHDAYS if line.kind is Kind.BIRTHDAY else Job.PREPARE_REMINDERS
    reasons = changed.blockers.get(job, ["Er liegt nicht mehr in den Läufen, um die es geht."])
    return replace(line, outcome=PlannedOutcome.LEFT_OUT, leaves=None, reason=reasons[0])


def sort_key(line: PreviewLine) -> tuple[bool, float, str, str]:
    """By Beginn, greetings last, then by name."""
    return line.starts_at is None, line.starts_at.timestamp() if line.starts_at else 0.0, line.name, line.patient
