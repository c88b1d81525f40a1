"""The results of a run as data: counts, reasons, transitions, alerts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.planning.alerts import Alert
from chalicelib.practice.reader import Reader
from chalicelib.schedule.job import Job
from chalicelib.schedule.search import Search
from chalicelib.text import Text

REASONS = 20  # of a run; the rest is counted
LINES_A_CALL = 2500  # lines of the activity log: about one call


# The metrics of a practice that has a dashboard, and what a run counts for each.
CHARTED: Mapping[str, str] = {"Delivered": State.DELIVERED, "NotDelivered": State.FAILED, "Credits": "credits"}


class RunOutcome(StrEnum):
    DONE = "done"
    WITH_ERRORS = "with_errors"
    FAILED = "failed"
    SKIPPED = "skipped"
    MISSED = "missed"

    @property
    def is_success(self) -> bool:
        """Whether the job did its work, perhaps with errors in single rows."""
        return self in (RunOutcome.DONE, RunOutcome.WITH_ERRORS)


@dataclass(frozen=True)
class Activity:
    """One transition of one entry, for the activity log; `by` names the person who did it, None if a job did."""

    at: datetime
    identity: str
    key: str
    source: State | None
    target: State
    reason: Text | None
    by: str | None = None


def activity_of(made: Transition, at: datetime, reason: Text | None = None, by: str | None = None) -> Activity:
    """The line of a transition; its reason is the entry's if no other one is given."""
    source, after = made.before.state if made.before else None, made.after
    return Activity(at, after.identity, after.key, source, after.state, reason or after.reason, by)


def event_label(source: State | None, target: State, by: str | None) -> Text:
    """Name a transition for people; `by` is the person who did it."""
    if source == target:
        return Text("event.changed" if by else "event.waits")
    back = target is State.PREPARED and source in (State.RESERVED, State.SENDING, State.UNKNOWN)
    return Text("event.back" if back else f"event.{target}")


@dataclass(frozen=True)
class LeftOut:
    """A candidate without a message, for the activity log, because no entry records the reason."""

    at: datetime
    identity: str
    key: str
    rule: str
    reason: Text


@dataclass
class Tally:
    """Collects the results while a step works; ids and numbers only, nothing personal."""

    counts: Counter[str] = field(default_factory=Counter)  # by state, or another key
    skipped: Counter[str] = field(default_factory=Counter)
    reasons: dict[Text, None] = field(default_factory=dict)
    remarks: dict[Text, None] = field(default_factory=dict)  # on settings, which stop nothing; after all reasons
    errors: int = 0
    activities: list[Activity] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    write: Callable[[Sequence[Activity | LeftOut]], None] | None = None  # writes lines before the run's end
    written: int = 0  # number of written activities
    alerts: list[Alert] = field(default_factory=list)
    missed: list[datetime] = field(default_factory=list)  # slots of the job that are missed
    mail_to: tuple[str, ...] = ()  # MeldungAn, once the switches are read
    reader: Reader = field(default_factory=Reader)  # the practice's people, once the switches are read
    details: list[str] = field(default_factory=list)  # English, for the operator's log
    days: frozenset[date] = frozenset()  # local days that a reminder run searches
    failures: Counter[str] = field(default_factory=Counter)  # failed SMS by kind
    waits: bool = False  # whether the status slot continues only if receipts come
    search: tuple[Search | None, Search] | None = None  # the latest search before this run, and if it succeeds
    question_ms: int = 0  # how long the practice database took to answer, in milliseconds

    def add_error(self, reason: Text) -> None:
        """Add something that a person should fix; the run continues, and ends `with_errors`."""
        self.errors += 1
        self.reasons.setdefault(reason)

    def add_note(self, reason: Text) -> None:
        """Add a remark that is not an error."""
        self.reasons.setdefault(reason)

    def add_alert(self, alert: Alert, raised: frozenset[str]) -> None:
        """Add an alert, unless its cause is raised already."""
        if alert.cause not in raised:
            self.alerts.append(alert)

    def add_transition(self, before: Entry | None, after: Entry, at: datetime) -> None:
        self.activities.append(activity_of(Transition(before, after), at))

    def flush(self) -> None:
        """Write the collected lines as soon as they fill a call, so that memory does not grow with the candidates."""
        if self.write and len(self.activities) + len(self.left_out) >= LINES_A_CALL:
            self.write([*self.activities, *self.left_out])
            self.written += len(self.activities)
            self.activities.clear()
            self.left_out.clear()

    def outcome(self) -> RunOutcome:
        return RunOutcome.WITH_ERRORS if self.errors else RunOutcome.DONE


@dataclass(frozen=True)
class RunReport:
    """One line of the job history. `start` and `slot` are UTC, `seconds` is the duration.

    `details` are English and not part of the line: they are for the operator, in the Lambda's log.
    """

    practice: str
    job: Job
    slot: datetime
    start: datetime
    seconds: float
    outcome: RunOutcome
    counts: Mapping[str, int]
    skipped: Mapping[str, int]
    reasons: tuple[Text, ...]
    details: tuple[str, ...] = ()
    days: frozenset[date] = frozenset()  # local days that the run searched, or would have searched
    failures: Mapping[str, int] = field(default_factory=dict)  # failed SMS by kind; not part of the line
    question_ms: int = 0  # how long the practice database took to answer; 0: not asked, or a file
    charted: bool = False  # whether the practice has a dashboard

    @property
    def charts(self) -> dict[str, int]:
        """The numbers of the practice's dashboard, if it has one."""
        counts = {name: self.counts.get(key, 0) for name, key in CHARTED.items()} if self.charted else {}
        return {name: count for name, count in counts.items() if count}

    @property
    def delivered(self) -> int:
        """The number of messages reported as delivered."""
        return self.counts.get(State.DELIVERED, 0)


def first_reasons(reasons: Mapping[Text, None]) -> tuple[Text, ...]:
    """The first ones, and the number of the rest."""
    first, rest = tuple(reasons)[:REASONS], len(reasons) - REASONS
    return (*first, Text("run.more_reasons", count=rest)) if rest > 0 else first
