"""`vitosms jobs`: the jobs of a practice, their schedules, and when they run."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from chalicelib.planning.outlook import blockers, next_runs, warnings
from chalicelib.planning.run_report import RunOutcome
from chalicelib.practice.job_settings import ACTIVATED, SCHEDULE
from chalicelib.schedule.job import SCHEDULED, Job
from chalicelib.schedule.schedule import ScheduleError, parse_schedule
from chalicelib.schedule.time_zone import instant_of, instant_text
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.completion import among
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import local, text_documents
from infra.cli.core.job_name import job_named
from infra.cli.core.labels import OUTCOME_COLOURS
from infra.cli.core.options import PracticeId, PracticeOptions, StageOptions, Yes, group
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.language import job_words, moment, moment_with_year, outcome_words, said
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Deployment
    from chalicelib.practice.practice import Practice

_LAST_RUNS = timedelta(days=35)  # a monthly job too has its last run in here
JobName = Annotated[
    str,
    typer.Argument(
        metavar="JOB", help="Such as send or “Send messages”; the beginning is enough.", autocompletion=among(SCHEDULED)
    ),
]

app = group()


@app.command("list")
def list_jobs(options: PracticeOptions) -> None:
    """List all jobs: enabled or not, schedule, last and next run, and warnings."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        last = {run["job"]: run for run in deployment.clients.history.runs(found.id, deployment.now - _LAST_RUNS)}
        last |= _last_summary(found, last.get(Job.SUMMARY), deployment)
    jobs, told = found.record.jobs, warnings(found, deployment.now)
    rows = new_table("!" + tr("Job"), tr("Schedule"), "!" + tr("Last run"), "!" + tr("Next run"))
    documents: list[Document] = []
    for job in [*SCHEDULED, *(job for job in jobs if job not in SCHEDULED)]:
        runs = next_runs(found, job, deployment.now, 1)
        activated, plan = _settings(found, job)
        shown = tr("one hour after the last send run") if job is Job.SUMMARY else plan
        run = last.get(job)
        document = {"job": job, "activated": activated, "schedule": plan, "last_run": _last_document(run, found)}
        documents.append({**document, "next_run": local(runs[0], found.zone) if runs else None})
        upcoming = moment(runs[0], found.zone) if runs else "–"
        rows.add_row(_labelled(job), _plan_text(activated, shown), _last_text(run, found), upcoming)
    whole = {"practice": found.id, "jobs": documents, "warnings": text_documents(told)}
    answer(options.as_json, whole, rows, *hints(told))


@app.command()
def enable(options: PracticeOptions, job: JobName) -> None:
    """Enable a job."""
    _activate(options, job, "Ja")


@app.command()
def disable(options: PracticeOptions, job: JobName) -> None:
    """Disable a job. No message is cancelled."""
    _activate(options, job, "Nein")


@app.command()
def schedule(
    options: PracticeOptions,
    job: JobName,
    plan: Annotated[
        list[str], typer.Argument(metavar="SCHEDULE", help="Such as “täglich 10:00” (daily) or “Mo-Fr 10:00”.")
    ],
) -> None:
    """Change the schedule of a job. An invalid one is not stored."""
    named = job_named(job)
    try:
        text = str(parse_schedule(" ".join(plan), named))
    except ScheduleError as error:
        raise ArgumentError(said(error.text)) from None
    with connected(options.stage) as deployment:
        changed = _save(deployment, options.practice, named, SCHEDULE, text)
    told = tr("{practice}: {job} has the schedule “{schedule}”", practice=changed.id, job=_named(named), schedule=text)
    _tell(changed, named, told, deployment.now, options.as_json)


@app.command()
def run(options: StageOptions, job: JobName, practice: PracticeId = None, yes: Yes = False) -> None:
    """Queue a run of a job now, in addition to its schedule. You are asked to confirm a run that sends."""
    from chalicelib.schedule.job import RunMessage

    named = job_named(job)
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(practice)
        if named is Job.SEND:
            confirmed(tr("Send the waiting messages of {practice} now?", practice=found.id), yes)
        slot = deployment.now.replace(second=0, microsecond=0)
        deployment.clients.queues.put_runs([RunMessage(found.id, named, slot, deployment.now)])
    told = [reason for reason, _ in blockers(found, named)]
    text = tr(
        "{practice}: {job} is queued for {time}; see vitosms history",
        practice=found.id, job=_named(named), time=moment_with_year(slot, found.zone),
    )  # fmt: skip
    document = {"practice": found.id, "job": named, "slot": local(slot, found.zone)}
    answer(options.as_json, {**document, "warnings": text_documents(told)}, text, *hints(told))


@app.command("next")
def next_(
    options: PracticeOptions,
    job: Annotated[
        str | None,
        typer.Argument(metavar="JOB", help="All jobs if left out.", autocompletion=among(SCHEDULED)),
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many runs of each job.")] = 5,
) -> None:
    """Show when the jobs run next, with the settings as saved."""
    named = [job_named(job)] if job else list(SCHEDULED)
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
    runs = {one: next_runs(found, one, deployment.now, count) for one in named}
    told = list(dict.fromkeys(reason for one in named for reason, _ in blockers(found, one)))
    rows = new_table("!" + tr("Job"), "!" + tr("Next runs"))
    for one in named:
        rows.add_row(_labelled(one), "\n".join(moment_with_year(at, found.zone) for at in runs[one]) or "–")
    document = {one.value: [local(at, found.zone) for at in runs[one]] for one in named}
    whole = {"practice": found.id, "next_runs": document, "warnings": text_documents(told)}
    answer(options.as_json, whole, rows, *hints(told))


def _activate(options: PracticeOptions, job: str, value: str) -> None:
    named = job_named(job)
    with connected(options.stage) as deployment:
        changed = _save(deployment, options.practice, named, ACTIVATED, value)
    told = tr(
        "{practice}: {job} is enabled" if value == "Ja" else "{practice}: {job} is disabled",
        practice=changed.id, job=_named(named),
    )  # fmt: skip
    _tell(changed, named, told, deployment.now, options.as_json)


def _save(deployment: Deployment, practice: str | None, job: Job, name: str, value: str) -> Practice:
    """Store a parameter of a job. Return the practice with it."""
    found = deployment.practice_to_change(practice)
    deployment.clients.parameters.save(found.id, f"Auftraege/{job}/{name}", value)
    saved = replace(found.saved, jobs={**found.saved.jobs, f"{job}/{name}": value})
    return found.with_saved(saved)


def _tell(changed: Practice, job: Job, text: str, now: datetime, as_json: bool) -> None:
    """Print what was stored, the next three runs of the job, and warnings."""
    runs, told = next_runs(changed, job, now, 3), warnings(changed, now)
    activated, plan = _settings(changed, job)
    document: Document = {"practice": changed.id, "job": job, "activated": activated, "schedule": plan}
    document |= {"next_runs": [local(at, changed.zone) for at in runs], "warnings": text_documents(told)}
    lines = [f"  {moment_with_year(at, changed.zone)}" for at in runs]
    answer(as_json, document, text, *([tr("Next runs:"), *lines] if lines else []), *hints(told))


def _settings(practice: Practice, job: Job) -> tuple[bool | None, str | None]:
    """Whether the job is activated, and its schedule; None for an invalid value. The daily summary has no schedule."""
    jobs = practice.validated.jobs
    if job is Job.SUMMARY:
        return True, None
    plan = jobs.schedules.get(job)
    return jobs.activated.get(job), None if plan is None else str(plan)


def _labelled(job: Job) -> Text:
    """A job for a reader: its label, and below it the name that a command takes."""
    return Text.assemble(fill(job_words(job), 24), "\n", (f"  {job}", "dim"))


def _named(job: Job) -> str:
    """The same in a sentence."""
    return f"{job_words(job)} ({job})"


def _plan_text(activated: bool | None, plan: str | None) -> Text:
    shown = Text(tr("invalid"), "red") if plan is None else Text(plan)
    if activated:
        return shown
    invalid = activated is None
    return Text.assemble(
        (tr("Enabled: invalid") if invalid else tr("Enabled: no"), "red" if invalid else "yellow"), "\n", shown
    )


def _last_summary(practice: Practice, told: dict[str, Any] | None, deployment: Deployment) -> dict[str, Any]:
    """The last daily summary, by its claim: one that succeeded is an e-mail, and no line of the job history."""
    summary = practice.record.jobs.get(Job.SUMMARY)
    if summary is None or summary.done is None or (told and instant_of(told["slot"]) >= summary.done):
        return {}
    from chalicelib.aws.job_store import run_item_key

    claim = deployment.clients.table.get(run_item_key(practice.id, Job.SUMMARY, summary.done))
    if not claim or "done" not in claim:  # it was done before the practice had one
        return {}
    return {Job.SUMMARY: {"start": instant_text(summary.done), "outcome": RunOutcome.DONE}}


def _last_document(run: dict[str, Any] | None, practice: Practice) -> Document | None:
    if run is None:
        return None
    return {"started_at": local(instant_of(run["start"]), practice.zone), "outcome": run["outcome"]}


def _last_text(run: dict[str, Any] | None, practice: Practice) -> Text:
    if run is None:
        return Text("–")
    outcome = Text(outcome_words(run["outcome"]), OUTCOME_COLOURS.get(run["outcome"], ""))
    return Text.assemble(moment(instant_of(run["start"]), practice.zone), "\n", outcome)
