"""`vitosms jobs`: the jobs of a practice, their schedules, and when they run."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from chalicelib.planning.outlook import blockers, next_runs, warnings
from chalicelib.planning.run_report import RunOutcome
from chalicelib.practice.job_settings import ACTIVATED, SCHEDULE
from chalicelib.schedule.job import SCHEDULED, Job
from chalicelib.schedule.time_zone import instant_of, instant_text
from infra.cli.configure.job_changes import (
    change_jobs,
    checked_schedules,
    labelled_job,
    named_job,
    schedules_of_all,
    settings_of,
)
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.completion import among
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import local, text_documents
from infra.cli.core.job_name import job_named
from infra.cli.core.labels import OUTCOME_COLOURS
from infra.cli.core.options import ConfirmedOptions, PracticeId, PracticeOptions, StageOptions, Yes, group
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.language import moment, moment_with_year, outcome_words
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
    rows = new_table("!" + tr("Job"), "!" + tr("Enabled"), tr("Schedule"), tr("Last run"), tr("Next run"))
    rows.columns[2].min_width = len(tr("Schedule"))
    documents: list[Document] = []
    for job in [*SCHEDULED, *(job for job in jobs if job not in SCHEDULED)]:
        runs = next_runs(found, job, deployment.now, 1)
        activated, plan = settings_of(found, job)
        shown = tr("one hour after the last send run") if job is Job.SUMMARY else plan
        run = last.get(job)
        document = {"job": job, "activated": activated, "schedule": plan, "last_run": _last_document(run, found)}
        documents.append({**document, "next_run": local(runs[0], found.zone) if runs else None})
        upcoming = moment(runs[0], found.zone) if runs else "–"
        on, plan_text = _activated_text(activated), Text(shown) if shown else Text(tr("invalid"), "red")
        rows.add_row(labelled_job(job), on, plan_text, _last_text(run, found), upcoming)
    whole = {"practice": found.id, "jobs": documents, "warnings": text_documents(told)}
    answer(options.as_json, whole, rows, *hints(told))


@app.command()
def enable(options: ConfirmedOptions, job: JobName) -> None:
    """Enable a job. What this does to the next days is shown, and you are asked first."""
    _activate(options, job, "Ja")


@app.command()
def disable(options: ConfirmedOptions, job: JobName) -> None:
    """Disable a job. No message is cancelled. What this does to the next days is shown, and you are asked first."""
    _activate(options, job, "Nein")


@app.command()
def schedule(
    options: ConfirmedOptions,
    job: JobName,
    plan: Annotated[
        list[str] | None,
        typer.Argument(metavar="SCHEDULE", help="Such as “täglich 10:00” (daily) or “Mo-Fr 10:00”."),
    ] = None,
    every: Annotated[
        bool,
        typer.Option(
            "--all", help="All jobs, without JOB: prepare at these times, send five minutes later, then status."
        ),
    ] = False,
) -> None:
    """Change the schedule of a job, or of all. An invalid one is not stored.

    With --all, times alone keep the days of each job. What this does to the next days is shown, and you are asked
    first.
    """
    text = " ".join(plan or ())
    if not (text or every):
        raise ArgumentError(tr("the argument {name} is missing", name=tr("SCHEDULE")))
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        plans = schedules_of_all(f"{job} {text}".strip(), found) if every else {job_named(job): text}
        change_jobs(found, checked_schedules(plans), SCHEDULE, options, deployment)


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
        practice=found.id, job=named_job(named), time=moment_with_year(slot, found.zone),
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
        rows.add_row(labelled_job(one), "\n".join(moment_with_year(at, found.zone) for at in runs[one]) or "–")
    document = {one.value: [local(at, found.zone) for at in runs[one]] for one in named}
    whole = {"practice": found.id, "next_runs": document, "warnings": text_documents(told)}
    answer(options.as_json, whole, rows, *hints(told))


def _activate(options: ConfirmedOptions, job: str, value: str) -> None:
    named = job_named(job)
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        change_jobs(found, {named: value}, ACTIVATED, options, deployment)


def _activated_text(activated: bool | None) -> Text:
    if activated is None:
        return Text(tr("invalid"), "red")
    return Text(tr("yes")) if activated else Text(tr("no"), "yellow")


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
