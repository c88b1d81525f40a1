"""At which run the rules are asked about a message, or were, and what they say with the data as it is now. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import REVIVABLE
from chalicelib.messages.kind import Kind
from chalicelib.planning.context import RunContext
from chalicelib.planning.outlook import jobs_of, simulated_context, slots_that_search, upcoming_runs
from chalicelib.planning.search_days import searched_days
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.facts import fact_of
from chalicelib.rules.remedies import remedy_of
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.rules.rules import Result, evaluate_all
from chalicelib.schedule.job import Job
from chalicelib.schedule.run import RunMessage
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import to_utc

JOB_OF = {
    Kind.REMINDER: Job.PREPARE_REMINDERS,
    Kind.BIRTHDAY: Job.PREPARE_BIRTHDAYS,
    Kind.RESCHEDULED: Job.PREPARE_REMINDERS,
}
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class RuleAnswer:
    """One rule: what it says and why, what it sees, and what to change where it refuses; all in German."""

    rule: str
    sentence: str
    result: Result
    reason: str | None
    fact: str
    remedy: str | None


@dataclass(frozen=True)
class PrepareRun:
    """A prepare run, as it is asked now; `ahead` is False where it has been. Times are in its context, UTC."""

    context: RunContext
    days: frozenset[date]
    ahead: bool

    @property
    def slot(self) -> datetime:
        return self.context.run.slot

    @property
    def tick(self) -> datetime:
        return self.context.run.tick


@dataclass(frozen=True)
class PrepareRuns:
    """The runs that look for a message of a day: the last that has been due, and the next to come."""

    past: tuple[datetime, ...]  # slots (UTC)
    next: PrepareRun | None


def searches(kind: Kind, day: date, practice: Practice, now: datetime, opt_outs: OptOuts) -> PrepareRuns:
    """Which runs search a local day; the practice has the job, and its settings are valid. `now` is UTC."""
    job = JOB_OF[kind]
    record = jobs_of(practice, now)[job]
    slots = _slots(kind, day, practice, now)
    first = next(upcoming_runs(record, now))
    coming = [first, *(RunMessage(practice.id, job, slot, slot) for slot in slots if slot > max(now, first.slot))]
    found = (search_of(run, practice, now, opt_outs) for run in coming)
    past = tuple(slot for slot in slots if slot <= now)
    return PrepareRuns(past, next((one for one in found if _covers(kind, day, one)), None))


def search_of(run: RunMessage, practice: Practice, now: datetime, opt_outs: OptOuts, ahead: bool = True) -> PrepareRun:
    """A run that is asked, with the days that it searches."""
    context = simulated_context(run, practice, now, opt_outs)
    days = searched_days(context) if run.job is Job.PREPARE_REMINDERS else frozenset[date]()
    return PrepareRun(context, days, ahead)


def admitting_run(entry: Entry, practice: Practice, now: datetime, opt_outs: OptOuts) -> PrepareRun:
    """The run that admitted an entry last, and the days around it that it searched."""
    run = RunMessage(practice.id, JOB_OF[entry.kind], entry.slot, entry.slot)
    count = (entry.searched_end - entry.searched_first).days
    days = frozenset(entry.searched_first + timedelta(days=n) for n in range(count))
    return PrepareRun(simulated_context(run, practice, now, opt_outs), days, ahead=False)


def evaluate_for_prepare(
    candidate: Candidate, entry: Entry | None, search: PrepareRun, known: datetime | None = None
) -> tuple[RuleAnswer, ...]:
    """Every rule, as that run asks it; of one that has been, as if there were no entry yet."""
    before = entry if search.ahead and (entry is None or entry.state in REVIVABLE) else None
    practice = search.context.practice_rules(Stage.PREPARE, search.days)
    return tuple(_asked(RuleInput(practice, candidate, before, known)))


def evaluate_for_send(question: RuleInput) -> tuple[RuleAnswer, ...]:
    """Every rule, as a send run asks it."""
    return tuple(_asked(question))


def send_question(candidate: Candidate, entry: Entry | None, context: RunContext, at: datetime) -> RuleInput:
    """The question of a send run at an instant (UTC)."""
    return RuleInput(replace(context, now=at).practice_rules(Stage.SEND), candidate, entry)


def _asked(question: RuleInput) -> Iterator[RuleAnswer]:
    for verdict in evaluate_all(question):
        name, reason = verdict.rule.name, verdict.reason
        remedy = remedy_of(name, question) if verdict.result is Result.REFUSED else None
        said = str(reason) if reason else None
        yield RuleAnswer(name, verdict.rule.sentence, verdict.result, said, fact_of(name, question), remedy)


def _slots(kind: Kind, day: date, practice: Practice, now: datetime) -> list[datetime]:
    if kind is not Kind.BIRTHDAY:
        return slots_that_search(day, practice, now)
    job = jobs_of(practice, now)[Job.PREPARE_BIRTHDAYS]
    start, over = (to_utc(one, time(0), practice.zone) for one in (day, day + timedelta(days=1)))
    return job.slots(start - _MOMENT, over - _MOMENT)


def _covers(kind: Kind, day: date, search: PrepareRun) -> bool:
    """A Terminverschiebung is also told of days between today and those that are searched."""
    if kind is Kind.BIRTHDAY:
        return slot_day(search.slot, search.context.switches["Zeitzone"]) == day
    if kind is Kind.RESCHEDULED:
        return slot_day(search.slot, search.context.switches["Zeitzone"]) <= day <= max(search.days)
    return day in search.days
