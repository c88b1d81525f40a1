"""Save settings of jobs: shown and asked about first, and all or none of them."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from chalicelib.planning.outlook import kept_run, next_runs, warnings
from chalicelib.practice.job_settings import SCHEDULE
from chalicelib.schedule.grammar import TimesOfDay
from chalicelib.schedule.job import GRID_MINUTE, SCHEDULED, TICK_OF, Job
from chalicelib.schedule.schedule import Schedule, ScheduleError, default_schedule, parse_schedule
from infra.cli.configure.next_days import NextDays, asked_first, next_days
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.documents import Said, local, text_documents
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import aws_in_one_line
from infra.cli.core.tables import new_table
from infra.language import job_words, moment_with_year, said
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Deployment
    from chalicelib.practice.practice import Practice
    from infra.cli.core.options import ConfirmedOptions

_RUNS = 3  # shown


def change_jobs(
    found: Practice, values: Mapping[Job, str], name: str, options: ConfirmedOptions, deployment: Deployment
) -> None:
    """Save this setting of the jobs, all or none, and say so. Ask first if it changes the next days."""
    below = {f"{job}/{name}": value for job, value in values.items()}
    after = found.with_saved(found.saved.with_values({f"Auftraege/{one}": value for one, value in below.items()}))
    ahead = next_days(found, after, deployment)
    shown = asked_first(ahead, "", options.yes)
    _save(found, below, deployment)
    told = [*_kept(after, values, deployment), *warnings(after, deployment.now)]
    document = _document(after, list(values), ahead, deployment) | {"warnings": text_documents(told)}
    lines = [*_stored(after, values, name, deployment), *shown, *hints(told)]
    answer(options.as_json, document, *lines)


def checked_schedules(plans: Mapping[Job, str]) -> dict[Job, str]:
    """The schedules in their canonical form. Raises ArgumentError."""
    try:
        return {job: str(parse_schedule(text, job)) for job, text in plans.items()}
    except ScheduleError as error:
        raise ArgumentError(said(error.text)) from None


def schedules_of_all(text: str, found: Practice) -> dict[Job, str]:
    """A schedule of each job: times are those of prepare; send follows after five minutes, status after ten.

    Times without days keep the days of each job. Raises ArgumentError.
    """
    first, days = Job.PREPARE_REMINDERS, None
    try:
        given = parse_schedule(text, first)
        times, days = given.times, given.days
    except ScheduleError as error:
        try:
            times = parse_schedule(f"{default_schedule(first).days} {text}", first).times
        except ScheduleError as of_times:
            raise ArgumentError(said((of_times if text[:1].isdigit() else error).text)) from None
    saved = found.validated.jobs.schedules
    return {
        job: Schedule(days or saved.get(job, default_schedule(job)).days, _later(times, GRID_MINUTE[TICK_OF[job]])).text
        for job in SCHEDULED
    }


def settings_of(practice: Practice, job: Job) -> tuple[bool | None, str | None]:
    """Whether the job is activated, and its schedule; None for an invalid value. The daily summary has no schedule."""
    jobs = practice.validated.jobs
    if job is Job.SUMMARY:
        return True, None
    plan = jobs.schedules.get(job)
    return jobs.activated.get(job), None if plan is None else str(plan)


def labelled_job(job: Job) -> Text:
    """A job for a reader: its label, and below it the name that a command takes."""
    return Text.assemble(fill(job_words(job), 24), "\n", (f"  {job}", "dim"))


def named_job(job: Job) -> str:
    """The same in a sentence."""
    return f"{job_words(job)} ({job})"


def _later(times: TimesOfDay, minutes: int) -> TimesOfDay:
    return TimesOfDay(tuple(minute + minutes for minute in times.minutes), times.span_end + minutes)


def _save(found: Practice, values: Mapping[str, str], deployment: Deployment) -> None:
    """Save all or none. Raises ArgumentError."""
    parameters, done = deployment.clients.parameters, list[str]()
    try:
        with aws_in_one_line():
            for name, value in values.items():
                parameters.save(found.id, f"Auftraege/{name}", value)
                done.append(name)
    except ArgumentError as error:
        _put_back(found, done, str(error), deployment)
        raise ArgumentError(f"{error}; {tr('nothing was changed')}") from None


def _put_back(found: Practice, names: list[str], problem: str, deployment: Deployment) -> None:
    parameters, saved = deployment.clients.parameters, found.saved.jobs
    try:
        with aws_in_one_line():
            for name in list(names):
                if name in saved:
                    parameters.save(found.id, f"Auftraege/{name}", saved[name])
                else:
                    parameters.forget(found.id, f"Auftraege/{name}")
                names.remove(name)
    except ArgumentError:
        listed = ", ".join(names)
        raise ArgumentError(tr("{problem}; only these are saved: {names}", problem=problem, names=listed)) from None


def _stored(after: Practice, values: Mapping[Job, str], name: str, deployment: Deployment) -> list[RenderableType]:
    """Say what was stored, and when the jobs run next."""
    now, zone = deployment.now, after.zone
    if len(values) > 1:
        rows = new_table("!" + tr("Job"), tr("Schedule"), "!" + tr("Next runs"))
        for job, value in values.items():
            runs = [moment_with_year(at, zone) for at in next_runs(after, job, now, 2)]
            rows.add_row(labelled_job(job), value, "\n".join(runs) or "–")
        return [tr("{practice}: all jobs have their new schedule", practice=after.id), rows]
    ((job, value),) = values.items()
    if name == SCHEDULE:
        told = tr(
            "{practice}: {job} has the schedule “{schedule}”", practice=after.id, job=named_job(job), schedule=value
        )
    else:
        told = tr(
            "{practice}: {job} is enabled" if value == "Ja" else "{practice}: {job} is disabled",
            practice=after.id, job=named_job(job),
        )  # fmt: skip
    lines = [f"  {moment_with_year(at, zone)}" for at in next_runs(after, job, now, _RUNS)]
    return [told, *([tr("Next runs:"), *lines] if lines else [])]


def _kept(after: Practice, jobs: Mapping[Job, str], deployment: Deployment) -> list[Said]:
    """Say which jobs run at a former time today."""
    kept = [text for job in jobs if (text := kept_run(after, job, deployment.now))]
    return list(kept) if len(kept) < 2 else [tr("Today these jobs still run at their former times.")]


def _document(after: Practice, jobs: list[Job], ahead: NextDays | None, deployment: Deployment) -> Document:
    several = [_job_document(after, job, deployment) for job in jobs]
    one = several[0] if len(jobs) == 1 else {"job": None, "activated": None, "schedule": None, "next_runs": []}
    document = {"practice": after.id, **one, "jobs": several}
    return document | {"next_days": ahead.document() if ahead else None}


def _job_document(after: Practice, job: Job, deployment: Deployment) -> Document:
    activated, plan = settings_of(after, job)
    runs = next_runs(after, job, deployment.now, _RUNS)
    return {"job": job, "activated": activated, "schedule": plan, "next_runs": [local(at, after.zone) for at in runs]}
