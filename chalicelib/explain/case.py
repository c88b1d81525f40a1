"""All that is known of one message, read before it is explained. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from chalicelib.entries.credits import Tariff
from chalicelib.entries.entry import Entry
from chalicelib.explain.rule_answers import JOB_OF, PrepareRun, PrepareRuns, RuleAnswer, searches
from chalicelib.german import moment_from
from chalicelib.messages.kind import Kind
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.rules.candidate import Candidate
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import slot_day


@dataclass(frozen=True)
class PracticeSnapshot:
    """What is the same for all messages of a practice; `now` is UTC, `stop` why all practices are stopped (German).

    `unread` says in German why the practice database cannot be read.
    """

    practice: Practice
    now: datetime
    opt_outs: OptOuts = field(default_factory=OptOuts)
    runs: Sequence[Mapping[str, Any]] = ()  # lines of the Auftragsverlauf
    stop: str | None = None
    unread: str | None = None
    balances: Mapping[str, int] = field(default_factory=dict)  # by Mandant, as far as asked for
    tariff: Tariff | None = None


@dataclass(frozen=True)
class ExplainedMessage:
    """One message. Without a `candidate` its row is gone, or could not be read."""

    around: PracticeSnapshot
    kind: Kind
    identity: str
    key: str
    day: date | None  # the local day of the appointment, or that is greeted; None: unreadable
    candidate: Candidate | None
    entry: Entry | None
    known: datetime | None = None  # of a Terminverschiebung: the Beginn (UTC) that the patient knows
    covering: Entry | None = None  # the entry whose message stands for this one
    lines: Sequence[Mapping[str, Any]] = ()  # of the activity log and of deliver, about this message

    @property
    def practice(self) -> Practice:
        return self.around.practice

    def moment(self, instant: datetime) -> str:
        """An instant as the practice reads it, with the year where it is not this one."""
        return moment_from(self.around.now, instant, self.practice.zone)

    @property
    def over(self) -> bool:
        """Whether the appointment has begun, or the day that is greeted has passed."""
        starts_at = self.candidate.starts_at if self.candidate else None
        if starts_at is not None:
            return starts_at <= self.around.now
        return self.day is not None and self.day < slot_day(self.around.now, self.practice.zone)

    @property
    def job(self) -> Job:
        """The prepare job that looks for it."""
        return JOB_OF[self.kind]

    @cached_property
    def invalid(self) -> tuple[str, ...]:
        """Why the rules cannot be asked: German sentences about invalid parameters."""
        switches = self.practice.validated.switches
        return tuple(dict.fromkeys((*switches.refusals(self.job), *switches.refusals(Job.SEND))))

    @property
    def askable(self) -> bool:
        """Whether the rules can be asked: the settings are valid, and the practice has its jobs."""
        return not self.invalid and {self.job, Job.SEND} <= self.practice.record.jobs.keys()

    @cached_property
    def searches(self) -> PrepareRuns:
        """The runs that search its day; none where the settings are invalid or the day is unknown."""
        if not self.askable or self.day is None:
            return PrepareRuns((), None)
        return searches(self.kind, self.day, self.practice, self.around.now, self.around.opt_outs)


@dataclass(frozen=True)
class Answers:
    """What the rules say, as the run of `search` asks them, and as a send run does."""

    search: PrepareRun | None = None
    prepare: tuple[RuleAnswer, ...] = ()
    send: tuple[RuleAnswer, ...] = ()

    @property
    def refused(self) -> tuple[RuleAnswer, ...]:
        return tuple(one for one in self.prepare if one.reason)

    @property
    def differing_in_send(self) -> tuple[RuleAnswer, ...]:
        """What the send run alone asks, or what it answers in another way."""
        said = {(one.rule, one.result, one.reason) for one in self.prepare}
        return tuple(one for one in self.send if (one.rule, one.result, one.reason) not in said)

    @property
    def refused_by_send(self) -> tuple[RuleAnswer, ...]:
        return tuple(one for one in self.send if one.reason)
