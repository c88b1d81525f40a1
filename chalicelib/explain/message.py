"""All that is known of one message, read before it is explained, and the prepare runs that look for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any

from chalicelib.entries.credits import Tariff
from chalicelib.entries.entry import Entry
from chalicelib.entries.identity import entry_key
from chalicelib.entries.states import REVIVABLE
from chalicelib.german import moment_from
from chalicelib.messages.kind import Kind
from chalicelib.planning.outlook import Blocker, blockers, jobs_of, rules_of_run, slots_that_search, upcoming_runs
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rule_input import RuleContext
from chalicelib.schedule.job import Job
from chalicelib.schedule.run import RunMessage
from chalicelib.schedule.schedule import slot_day


@dataclass(frozen=True)
class PracticeSnapshot:
    """What all messages of a practice share; `now` is UTC, `stop` why all practices are stopped (German).

    `unread` says in German why the practice database cannot be read.
    """

    practice: Practice
    now: datetime
    opt_outs: OptOuts = field(default_factory=OptOuts)
    runs: Sequence[Mapping[str, Any]] = ()  # lines of the job history
    stop: str | None = None
    unread: str | None = None
    balances: Mapping[str, int] = field(default_factory=dict)  # by Mandant, if they matter
    tariff: Tariff | None = None

    @property
    def today(self) -> date:
        return slot_day(self.now, self.practice.zone)

    def switch(self, name: str) -> Any:
        """Its value; None if it is invalid."""
        return self.practice.validated.switches.values.get(name)

    def blocked(self, job: Job) -> tuple[list[str], list[str]]:
        """Why a job would do nothing, and what to change."""
        found = list(blockers(self.practice, job))
        if job is Job.SEND and self.stop:
            resume = "Ist die Ursache behoben, gibt der Betreiber alles wieder frei: vitosms resume --all"
            found.append(Blocker(f"Das ganze System ist angehalten: {self.stop}", resume))
        return [one.reason for one in found], list(dict.fromkeys(one.suggestion for one in found))


@dataclass(frozen=True)
class PrepareRun:
    """A prepare run with the current data; `ahead` is False if it has been. Its tick is `rules.now`."""

    slot: datetime  # UTC
    rules: RuleContext
    ahead: bool


@dataclass(frozen=True)
class PrepareRuns:
    """The runs that look for a message of a day: the slots (UTC) that have been due, and the next run to come."""

    past: list[datetime]
    next: PrepareRun | None


@dataclass(frozen=True)
class ExplainedMessage:
    """One message. Without a `candidate` its row is gone, or could not be read."""

    snapshot: PracticeSnapshot
    kind: Kind
    identity: str
    day: date | None  # the local day of the appointment, or that is greeted; None: unreadable
    candidate: Candidate | None
    entry: Entry | None = None
    known_start: datetime | None = None  # of a rescheduled appointment: the start (UTC) that the patient knows
    covering: Entry | None = None  # the entry whose message covers this one
    lines: Sequence[Mapping[str, Any]] = ()  # of the activity log and of deliver, about this message

    @property
    def practice(self) -> Practice:
        return self.snapshot.practice

    @property
    def key(self) -> str:
        return entry_key(self.practice.id, self.identity)

    @property
    def source(self) -> Candidate | Entry | None:
        """The row, or else the entry, that says whose message it is."""
        return self.candidate or self.entry

    def moment(self, instant: datetime) -> str:
        """An instant in German, local; with the year unless it is the current one."""
        return moment_from(self.snapshot.now, instant, self.practice.zone)

    @property
    def over(self) -> bool:
        """Whether the appointment has begun, or the day that is greeted has passed."""
        starts_at = self.candidate.starts_at if self.candidate else None
        if starts_at is not None:
            return starts_at <= self.snapshot.now
        return self.day is not None and self.day < self.snapshot.today

    @property
    def job(self) -> Job:
        """The prepare job that looks for it."""
        return Job.PREPARE_BIRTHDAYS if self.kind is Kind.BIRTHDAY else Job.PREPARE_REMINDERS

    @cached_property
    def invalid(self) -> tuple[str, ...]:
        """Why the rules cannot be evaluated: German sentences about invalid parameters."""
        switches = self.practice.validated.switches
        return tuple(dict.fromkeys((*switches.refusals(self.job), *switches.refusals(Job.SEND))))

    @property
    def can_be_evaluated(self) -> bool:
        """Whether the settings are valid, and the practice has its jobs."""
        return not self.invalid and {self.job, Job.SEND} <= self.practice.record.jobs.keys()

    def rules(self, job: Job, slot: datetime, tick: datetime | None = None) -> RuleContext:
        """The rules in a run of a slot (UTC), at its tick if that is another time."""
        run = RunMessage(self.practice.id, job, slot, tick or slot)
        return rules_of_run(run, self.practice, self.snapshot.now, self.snapshot.opt_outs)

    @cached_property
    def prepare_runs(self) -> PrepareRuns:
        """The runs that search its day; none if the settings are invalid or the day is unknown."""
        if not self.can_be_evaluated or self.day is None:
            return PrepareRuns([], None)
        now, first = self.snapshot.now, self._next_run
        slots = slots_that_search(self.day, self.job, self.practice, now)
        later = (self._run(slot, ahead=True) for slot in slots if slot > max(now, first.slot))
        coming = (run for run in chain([first], later) if self._includes(run.rules, self.day))
        return PrepareRuns([slot for slot in slots if slot <= now], next(coming, None))

    @property
    def deciding_run(self) -> PrepareRun:
        """The run that decides about the message: the one that admitted its entry, or the next, or the last one."""
        entry, runs = self.entry, self.prepare_runs
        if entry is not None and (entry.state not in REVIVABLE or runs.next is None):
            count = (entry.searched_end - entry.searched_first).days
            days = frozenset(entry.searched_first + timedelta(days=n) for n in range(count))
            return PrepareRun(entry.slot, replace(self.rules(self.job, entry.slot), days=days), ahead=False)
        if runs.next is None and runs.past:
            return self._run(runs.past[-1], ahead=False)
        return runs.next or self._next_run

    @property
    def _next_run(self) -> PrepareRun:
        run = next(upcoming_runs(jobs_of(self.practice, self.snapshot.now)[self.job], self.snapshot.now))
        return PrepareRun(run.slot, self.rules(self.job, run.slot, run.tick), ahead=True)

    def _run(self, slot: datetime, ahead: bool) -> PrepareRun:
        return PrepareRun(slot, self.rules(self.job, slot), ahead)

    def _includes(self, rules: RuleContext, day: date) -> bool:
        """Whether a run looks for a day; a rescheduling is also announced for days from today to those searched."""
        if self.kind is Kind.BIRTHDAY:
            return rules.today == day
        return day in rules.days or (self.kind is Kind.RESCHEDULED and rules.today <= day <= max(rules.days))
