"""What a practice's jobs will do, as it has saved them now: when, for which days, what stands in the way. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from chalicelib.planning.context import RunContext
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.practice.validation import advice, with_saved_schedule
from chalicelib.schedule.job import GERMAN, SCHEDULED, TICK_OF, Job, next_tick
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.run import RunMessage
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import to_utc

_MOMENT = timedelta(microseconds=1)


def jobs_of(practice: Practice, now: datetime) -> dict[Job, JobState]:
    """The jobs under the Zeitpläne that are saved, before the switches Lambda has moved them. `now` is UTC."""
    return {job: with_saved_schedule(record, practice.validated, now) for job, record in practice.record.jobs.items()}


def upcoming_runs(job: JobState, now: datetime) -> Iterator[RunMessage]:
    """The runs to come, by tick, an open slot's first; without end."""
    tick = job.due if job.due > now else next_tick(TICK_OF[job.job], now)
    slot = job.slot_for_tick(tick)
    while True:
        yield RunMessage(job.practice, job.job, slot, tick)
        slot = tick = job.next_slot(tick)


def next_runs(practice: Practice, job: JobState, now: datetime, count: int) -> list[datetime]:
    """The next ticks (UTC) at which the job runs, those of an open slot included; none where it is not activated."""
    if not practice.validated.jobs.activated.get(job.job, True):
        return []
    return [run.tick for run in islice(upcoming_runs(job, now), count)]


def next_send(practice: Practice, now: datetime) -> datetime | None:
    """The next tick (UTC) at which the practice sends; None where none is planned."""
    send = jobs_of(practice, now).get(Job.SEND)
    runs = next_runs(practice, send, now, 1) if send else []
    return runs[0] if runs else None


def slots_that_search(day: date, practice: Practice, now: datetime) -> list[datetime]:
    """The slots (UTC) of the reminder job whose days include a local day, past and to come; catching up aside.

    The switches OffsetStartTage, OffsetSuchTage and Zeitzone have to be valid.
    """
    job = jobs_of(practice, now)[Job.PREPARE_REMINDERS]
    offset, days = (practice.validated.switches.values[name] for name in ("OffsetStartTage", "OffsetSuchTage"))
    first, end = day - timedelta(days=offset + days - 1), day - timedelta(days=offset - 1)
    start, over = (to_utc(one, time(0), practice.zone) for one in (first, end))
    return job.slots(start - _MOMENT, over - _MOMENT)


def simulated_context(run: RunMessage, practice: Practice, now: datetime, opt_outs: OptOuts) -> RunContext:
    """A run that is only asked what it would do, at its tick, with all that is saved now; those before it are done."""
    job = jobs_of(practice, now)[run.job]
    before = job.last_slot(run.slot - _MOMENT)
    job = replace(job, done=before) if before > now else job
    record = replace(practice.record, jobs={**practice.record.jobs, run.job: job})
    checked = practice.validated
    return RunContext(run, run.tick, record, checked.switches, checked.templates, opt_outs=opt_outs)


def person_context(practice: Practice, now: datetime, opt_outs: OptOuts) -> RunContext:
    """What a person asks from, with all that is saved now; `now` is UTC, and no run is meant."""
    checked, run = practice.validated, RunMessage(practice.id, Job.SUMMARY, now, now)
    record = replace(practice.record, jobs=jobs_of(practice, now))
    inactive = frozenset(job for job, activated in checked.jobs.activated.items() if not activated)
    return RunContext(
        run, now, record, checked.switches, checked.templates, opt_outs=opt_outs, inactive=inactive
    )  # fmt: skip


def blockers(practice: Practice, job: Job) -> Iterator[str]:
    """Why a run of the job would do nothing: German sentences."""
    checked = practice.validated
    yield from (*checked.jobs.refusals(job), *checked.switches.refusals(job))
    if not checked.jobs.activated.get(job, True):
        yield f"Der Auftrag «{GERMAN[job]}» ist nicht aktiviert."
    if job in SWITCH_OF_JOB and checked.switches.values.get(SWITCH_OF_JOB[job]) is False:
        yield f"«{GERMAN[job]}» tut nichts: Der Schalter {SWITCH_OF_JOB[job]} steht auf Nein."
    if job is Job.SEND and practice.record.stopped:
        yield f"Der Versand ist angehalten: {practice.record.stopped}"


def warnings(practice: Practice, now: datetime) -> list[str]:
    """Everything that a person should know of the jobs, once each."""
    removed = practice.record.removed
    if removed:
        return [f"Die Praxis ist am {removed.astimezone(practice.zone):%d.%m.%Y} entfernt worden."]
    told = [text for job in SCHEDULED for text in blockers(practice, job)]
    told += advice(practice.validated, slot_day(now, practice.zone))
    return list(dict.fromkeys(told))
