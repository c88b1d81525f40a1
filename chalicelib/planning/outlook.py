"""The coming runs of a practice with its current settings: when, for which days, and what blocks them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice

from chalicelib.planning.search_days import plan_of, search_done, searched_days
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.practice.validation import advice, with_saved_schedules
from chalicelib.rules.rule_input import RuleContext, Stage
from chalicelib.rules.sending_rules import switch_on
from chalicelib.schedule.job import SCHEDULED, TICK_OF, Job, RunMessage, job_label, next_tick
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Suggestion, Text

_MOMENT = timedelta(microseconds=1)
_SLOTS = 100  # send slots to try: within a month, one has an open sending window


def jobs_of(practice: Practice, now: datetime) -> dict[Job, JobState]:
    """The jobs under the saved schedules, even if the switches Lambda has not applied them yet. `now` is UTC."""
    return with_saved_schedules(practice.record.jobs, practice.validated, now)


def upcoming_runs(job: JobState, now: datetime) -> Iterator[RunMessage]:
    """Yield the coming runs, by tick, an open slot's first; without end."""
    due = max(job.due, job.slot)  # also of a job that waits for receipts
    tick = due if due > now else next_tick(TICK_OF[job.job], now)
    slot = job.slot_for_tick(tick)
    while True:
        yield RunMessage(job.practice, job.job, slot, tick)
        slot = tick = job.next_slot(tick)


def next_runs(practice: Practice, job: Job, now: datetime, count: int) -> list[datetime]:
    """The next ticks (UTC) at which the job runs, those of an open slot included; none if it does nothing."""
    state, settings = jobs_of(practice, now).get(job), practice.validated.jobs
    if state is None or settings.refusals(job) or not settings.activated.get(job, True):
        return []
    return [run.tick for run in islice(upcoming_runs(state, now), count)]


def kept_run(practice: Practice, job: Job, now: datetime) -> Text | None:
    """Say that the coming run of today is at a time of the former schedule; None if the saved one names it."""
    state = jobs_of(practice, now).get(job)
    runs = next_runs(practice, job, now, 2)
    if state is None or not runs or state.slot <= now or state.is_planned:
        return None
    at, then = (tick.astimezone(practice.zone) for tick in runs)
    return Text("schedule.kept", job_label(job), at=at, then=then)


def next_send(practice: Practice, now: datetime) -> datetime | None:
    """The next tick (UTC) at which the practice sends; None if none is planned."""
    return next(iter(next_runs(practice, Job.SEND, now, 1)), None)


def next_send_of_released(practice: Practice, now: datetime) -> datetime | None:
    """The next tick (UTC) that takes what a person releases at `now` (UTC): the slot of today continues then."""
    send = practice.record.jobs.get(Job.SEND)
    if send is None:
        return None
    jobs = {**practice.record.jobs, Job.SEND: send.with_open_slot(next_tick(TICK_OF[Job.SEND], now))}
    return next_send(replace(practice, record=replace(practice.record, jobs=jobs)), now)


def first_open_send(practice: Practice, now: datetime, after: datetime) -> datetime | None:
    """The first tick (UTC) of a later send slot at which the sending window is open; None if none is near."""
    send = jobs_of(practice, now).get(Job.SEND)
    if send is None:
        return None
    window, zone, slot = practice.validated.switches["Versandfenster"], practice.zone, after
    for _ in range(_SLOTS):
        slot = send.next_slot(slot)
        tick: datetime | None = window.first_tick(slot, slot_day(slot, zone), zone)
        if tick is not None:
            return tick
    return None


def sent_at(prepared: datetime, practice: Practice, now: datetime) -> datetime | None:
    """The first tick (UTC) at which a coming send run takes what was prepared at a slot (UTC); None if none is near."""
    send, window = jobs_of(practice, now).get(Job.SEND), practice.validated.switches["Versandfenster"]
    if send is None or not practice.validated.jobs.activated.get(Job.SEND, True):
        return None
    run = next(upcoming_runs(send, now))
    tick: datetime | None = window.first_tick(run.tick, slot_day(run.slot, practice.zone), practice.zone)
    return tick if tick and run.slot > prepared else first_open_send(practice, now, max(run.tick, prepared))


def slots_that_search(day: date, job: Job, practice: Practice, now: datetime) -> tuple[datetime, ...]:
    """The slots (UTC) of a prepare job whose own days include a local day, by the current plan.

    The switches OffsetStartTage, OffsetSuchTage and Zeitzone must be valid.
    """
    state = jobs_of(practice, now)[job]
    birthdays = job is Job.PREPARE_BIRTHDAYS
    plan = state.search_plan(0, 1) if birthdays else plan_of(state, practice.validated.switches)
    return plan.searching(day)


def rules_of_run(
    run: RunMessage, practice: Practice, now: datetime, opt_outs: OptOuts, days: frozenset[date] | None = None
) -> RuleContext:
    """The rules in a coming or past run, at its tick, with the current settings, as if earlier runs were done.

    `days` are those that a past run searched.
    """
    if run.job is Job.SEND:
        return RuleContext(practice, Stage.SEND, run.tick, slot_day(run.tick, practice.zone), opt_outs)
    if days is None:
        days = searched_days(_job_before(run, practice, now), run.slot, practice.validated.switches)
    return RuleContext(practice, Stage.PREPARE, run.tick, slot_day(run.slot, practice.zone), opt_outs, days)


def _job_before(run: RunMessage, practice: Practice, now: datetime) -> JobState:
    """The job before a run, with the coming runs before that done."""
    job = jobs_of(practice, now)[run.job]
    before = job.last_slot(run.slot - _MOMENT)
    if before <= now or job.job is not Job.PREPARE_REMINDERS:
        return job
    return replace(job, done=before, search=search_done(job, before, practice.validated.switches))


def current_rules(practice: Practice, now: datetime, opt_outs: OptOuts) -> RuleContext:
    """The rules outside any run, with the current settings; `now` is UTC."""
    practice = replace(practice, record=replace(practice.record, jobs=jobs_of(practice, now)))
    return RuleContext(practice, Stage.PREPARE, now, slot_day(now, practice.zone), opt_outs)


def blockers(practice: Practice, job: Job) -> Iterator[tuple[Text, Suggestion]]:
    """Return why a run of the job would do nothing, and what to change."""
    checked, stopped, switch = practice.validated, practice.record.stopped, SWITCH_OF_JOB.get(job, "")
    for refusal in (*checked.jobs.refusals(job), *checked.switches.refusals(job)):
        yield refusal, Suggestion("correct_parameters")
    if not checked.jobs.activated.get(job, True):
        yield Text("blocked.not_activated", job_label(job)), Suggestion("enable_job", job=job)
    if checked.switches.values.get(switch) is False:
        yield Text("blocked.switched_off", job_label(job), switch=switch), switch_on(switch)
    if job is Job.SEND and stopped:
        yield Text("blocked.stopped", stopped), Suggestion("resume", practice=practice.id)


def warnings(practice: Practice, now: datetime) -> list[Text]:
    """Everything that a person should know about the jobs, once each."""
    if removed := practice.record.removed:
        return [Text("blocked.removed", at=removed.astimezone(practice.zone))]
    found = [reason for job in SCHEDULED for reason, _ in blockers(practice, job)]
    found += advice(practice.validated, slot_day(now, practice.zone))
    return list(dict.fromkeys(found))
