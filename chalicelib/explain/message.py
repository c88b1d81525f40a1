"""The data of a message before it is explained: its runs, and the answers of the rules. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import chain

from chalicelib.entries.entry import Entry, entry_key
from chalicelib.entries.phone_call import call_text, in_force
from chalicelib.entries.states import REVIVABLE, State
from chalicelib.explain.snapshot import PracticeSnapshot
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Address
from chalicelib.messages.template import TemplateError
from chalicelib.planning import outlook
from chalicelib.planning.compose import Message, TooLongError, compose
from chalicelib.planning.search_state import PastRun, ReminderSearches, SearchStatus, past_runs, searches_of
from chalicelib.practice.practice import Practice
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rule import RuleAnswer
from chalicelib.rules.rule_input import RuleContext, RuleInput
from chalicelib.rules.rules import evaluate_all
from chalicelib.schedule.job import Job, RunMessage
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text, moment_from


@dataclass(frozen=True)
class PrepareRun:
    """A prepare run with the current data; `ahead` is False if it has passed. Its tick is `rules.now`."""

    slot: datetime  # UTC
    rules: RuleContext
    ahead: bool


@dataclass(frozen=True)
class ExplainedMessage:
    """One message. Without a `candidate` its row is gone, or could not be read."""

    snapshot: PracticeSnapshot
    kind: Kind
    identity: str
    day: date | None  # the local day of the appointment or birthday; None: unreadable
    candidate: Candidate | None
    entry: Entry | None = None
    known_start: str | None = None  # of a moved appointment, or what is sent again: the start that the patient knows
    covering: Entry | None = None  # the entry whose message covers this one
    may_be_sent_again: bool = False  # by a person, to a patient who asks for it

    @property
    def practice(self) -> Practice:
        return self.snapshot.practice

    @property
    def key(self) -> str:
        return self.entry.key if self.entry else entry_key(self.practice.id, self.identity)

    @property
    def source(self) -> Candidate | Entry | None:
        """The row, or otherwise the entry, that identifies the message."""
        return self.candidate or self.entry

    @property
    def starts_at(self) -> datetime | None:
        """The start (UTC) that the row has now."""
        return self.candidate.starts_at if self.candidate else None

    def moment(self, instant: datetime) -> Text:
        """A local time as a part; with the year unless it is the current one."""
        return moment_from(self.snapshot.now, instant, self.practice.zone)

    @property
    def over(self) -> bool:
        """Whether the appointment has begun, or the birthday has passed."""
        if self.starts_at is not None:
            return self.starts_at <= self.snapshot.now
        return self.day is not None and self.day < self.snapshot.today

    @property
    def job(self) -> Job:
        """The prepare job that looks for it."""
        return Job.PREPARE_BIRTHDAYS if self.kind is Kind.BIRTHDAY else Job.PREPARE_REMINDERS

    @cached_property
    def invalid(self) -> tuple[Text, ...]:
        """Return why the rules cannot be evaluated: the invalid parameters."""
        switches = self.practice.validated.switches
        return tuple(dict.fromkeys((*switches.refusals(self.job), *switches.refusals(Job.SEND))))

    @property
    def can_be_evaluated(self) -> bool:
        """Whether the settings are valid, and the practice has its jobs."""
        return not self.invalid and {self.job, Job.SEND} <= self.practice.record.jobs.keys()

    def rules(
        self, job: Job, slot: datetime, tick: datetime | None = None, days: frozenset[date] | None = None
    ) -> RuleContext:
        """The rules in a run of a slot (UTC), at its tick if that is another time; a past run has searched `days`."""
        run = RunMessage(self.practice.id, job, slot, tick or slot)
        return outlook.rules_of_run(run, self.practice, self.snapshot.now, self.snapshot.opt_outs, days)

    @cached_property
    def searches(self) -> ReminderSearches | None:
        """The searches for an appointment; None for a greeting, or if a switch that they need is invalid."""
        history = past_runs(self.snapshot.runs)
        return None if self.kind is Kind.BIRTHDAY else searches_of(self.practice, self.snapshot.now, history)

    @cached_property
    def past_runs(self) -> list[PastRun]:
        """The runs in the job history that looked at its day before its start, or should have."""
        runs = past_runs(self.snapshot.runs, self.job)
        if self.kind is Kind.BIRTHDAY:
            return [run for run in runs if slot_day(run.slot, self.practice.zone) == self.day]
        return [run for run in runs if self.day in run.days and not (self.starts_at and run.slot >= self.starts_at)]

    @property
    def _days_are_known(self) -> bool:
        """Whether the settings say which days its job searches."""
        return self.job in self.practice.record.jobs and not self.practice.validated.switches.refusals(self.job)

    @cached_property
    def planned_slots(self) -> tuple[datetime, ...]:
        """The slots (UTC) that search its day by the current plan; none if the days are unknown."""
        if self.day is None or not self._days_are_known:
            return ()
        return outlook.slots_that_search(self.day, self.job, self.practice, self.snapshot.now)

    @cached_property
    def coming_run(self) -> PrepareRun | None:
        """The next run that looks at its day before its start."""
        if (day := self.day) is None or not self._days_are_known:
            return None
        first = self._next_run
        later = (self._run(slot) for slot in self.planned_slots if slot > max(self.snapshot.now, first.slot))
        return next((run for run in chain([first], later) if self._includes(day, run.rules)), None)

    @property
    def search_status(self) -> tuple[SearchStatus, datetime | None]:
        """Whether a run has looked at it, and that run, or the latest that the current plan had for it."""
        now, until = self.snapshot.now, self.starts_at or datetime.max.replace(tzinfo=UTC)
        planned = max((slot for slot in self.planned_slots if slot <= now and slot < until), default=None)
        if self.searches and self.starts_at:
            status = self.searches.status(self.starts_at)
            return status, self.searches.evaluated_at(until) if status is SearchStatus.DONE else planned
        done = [run.slot for run in self.past_runs if run.searched]
        return (SearchStatus.DONE, done[-1]) if done else (SearchStatus.NEVER, planned)

    @property
    def phoned(self) -> list[Text]:
        """The latest phone call that somebody noted, and the note."""
        calls = in_force(self.entry.phone_calls, self.snapshot.now) if self.entry else ()
        noted = [Text("then.phoned", call_text(one, self.practice.zone)) for one in calls[-1:]]
        return noted + [Text("fact.phone_note", note=one.note) for one in calls[-1:] if one.note]

    @property
    def sending(self) -> datetime | None:
        """The send run (UTC) with an open sending window that takes its entry; None if the entry expires before."""
        if self.entry is None or self.invalid:
            return None
        tick = outlook.sent_at(self.entry.taken_after, self.practice, self.snapshot.now)
        return tick if tick and tick < self.entry.expires_at else None

    @property
    def deciding_run(self) -> PrepareRun:
        """The run that decides about the message: the one that admitted its entry, or the next, or the latest."""
        entry, coming = self.entry, self.coming_run
        if entry is not None and (entry.state not in REVIVABLE or coming is None or entry.kind is Kind.AGAIN):
            count = (entry.searched_end - entry.searched_first).days
            days = frozenset(entry.searched_first + timedelta(days=n) for n in range(count))
            return PrepareRun(entry.slot, replace(self.rules(self.job, entry.slot), days=days), ahead=False)
        if coming is None and (past := self.past_runs):
            rules = self.rules(self.job, past[-1].slot, days=past[-1].days)
            return PrepareRun(past[-1].slot, rules, ahead=False)
        if coming is None and (slot := self.search_status[1]):
            return self._run(slot, ahead=False)
        return coming or self._next_run

    @property
    def _next_run(self) -> PrepareRun:
        job = outlook.jobs_of(self.practice, self.snapshot.now)[self.job]
        run = next(outlook.upcoming_runs(job, self.snapshot.now))
        return self._run(run.slot, run.tick)

    def _run(self, slot: datetime, tick: datetime | None = None, *, ahead: bool = True) -> PrepareRun:
        return PrepareRun(slot, self.rules(self.job, slot, tick), ahead)

    def _includes(self, day: date, rules: RuleContext) -> bool:
        """Whether a run considers a day; reschedulings are also announced for days from today to the searched ones."""
        if self.kind is Kind.BIRTHDAY:
            return rules.today == day
        if self.starts_at and rules.now >= self.starts_at:
            return False
        return day in rules.days or (self.kind is Kind.RESCHEDULED and rules.today <= day <= max(rules.days))


@dataclass(frozen=True)
class Answers:
    """The answers in the deciding prepare run and in a send run, and the text if no rule refuses."""

    run: PrepareRun | None = None
    prepare: tuple[RuleAnswer, ...] = ()
    send: tuple[RuleAnswer, ...] = ()
    text: Message | None = None
    unwritable: Text | None = None  # why there is no text

    @property
    def differing_in_send(self) -> list[RuleAnswer]:
        """The answers that only the send run has, or that differ from those of the prepare run."""
        in_prepare = {(one.rule, one.result, one.reason) for one in self.prepare}
        return [one for one in self.send if (one.rule, one.result, one.reason) not in in_prepare]


def refused(answers: Sequence[RuleAnswer]) -> list[RuleAnswer]:
    return [one for one in answers if one.reason]


def answers_of(message: ExplainedMessage) -> Answers:
    """Evaluate the rules; no answers if the row is gone or the settings are invalid."""
    candidate, entry = message.candidate, message.entry
    if candidate is None or not message.can_be_evaluated:
        return Answers()
    run = message.deciding_run
    before = entry if entry and run.ahead and entry.state in REVIVABLE else None
    answers = Answers(run, tuple(evaluate_all(RuleInput(run.rules, candidate, before, message.known_start))))
    if entry is None and refused(answers.prepare):
        return answers
    known = message.known_start if message.kind is Kind.AGAIN else None
    rule_input = RuleInput(message.rules(Job.SEND, _sent_at(message, run)), candidate, entry, known)
    answers = replace(answers, send=tuple(evaluate_all(rule_input)))
    if refused([*answers.prepare, *answers.send]) or not isinstance(rule_input.address, Address):
        return answers
    try:
        return replace(answers, text=compose(rule_input, rule_input.address))
    except (TemplateError, TooLongError) as error:
        return replace(answers, unwritable=error.text)


def _sent_at(message: ExplainedMessage, run: PrepareRun) -> datetime:
    """When (UTC) the send run evaluates the rules, or did."""
    entry, now = message.entry, message.snapshot.now
    if entry is None:
        return outlook.first_open_send(message.practice, now, run.rules.now) or run.rules.now
    if entry.state is State.PREPARED:
        return message.sending or now
    return entry.reserved_at or entry.changed_at
