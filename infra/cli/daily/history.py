"""`vitosms history` and `vitosms activity`: the two logs of a practice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import RenderableType
from rich.text import Text

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.entry import Entry, short_id
from chalicelib.entries.groups import Group
from chalicelib.entries.states import State
from chalicelib.planning.run_report import RunOutcome
from chalicelib.practice.practice import Practice
from chalicelib.reports.entry_lookup import key_of, named_entries
from chalicelib.schedule.job import Job
from chalicelib.schedule.time_zone import instant_of
from chalicelib.text import text_of
from infra.cli.core.completion import among
from infra.cli.core.documents import activity_document, local, run_document, text_document
from infra.cli.core.job_name import job_named
from infra.cli.core.labels import OUTCOME_COLOURS, STATE_COLOURS
from infra.cli.core.options import PracticeOptions, Since
from infra.cli.core.output import Document, answer
from infra.cli.core.report_tables import history_table
from infra.cli.core.since import since as since_when
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.language import job_words, logged, moment, moment_with_year, outcome_words, short, state_words
from infra.translation import tr

Line = Mapping[str, Any]
_A_WEEK = "7d"
ERASED = "erased"  # the only alert that tells of nothing wrong
_WRONG = {RunOutcome.FAILED, RunOutcome.WITH_ERRORS, RunOutcome.MISSED}


def history(
    options: PracticeOptions,
    job: Annotated[
        str | None, typer.Option(metavar="JOB", help="Only the runs of this job.", autocompletion=among(Job))
    ] = None,
    since: Since = _A_WEEK,
    errors: Annotated[bool, typer.Option("--errors", help="Only what went wrong, and the alerts.")] = False,
) -> None:
    """Show the job history, the newest run last. Alerts belong to no job: with --job they are left out."""
    only = job_named(job, list(Job)) if job else None
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        first = since_when(since, deployment.now, found.zone)
        history = deployment.clients.history
        runs = [run for run in history.runs(found.id, first) if only in (None, run["job"])]
        lines = history.activities(found.id, first) if errors and not only else []
    alerts = [line for line in lines if line.get("alert", ERASED) != ERASED]
    if errors:
        runs = [run for run in runs if run["outcome"] in _WRONG]
    document: Document = {"practice": found.id, "since": local(first, found.zone)}
    document |= {"runs": [run_document(run, found.zone) for run in runs]}
    if errors:
        document["alerts"] = [activity_document(line, found.zone) for line in alerts]
    shown = _errors(runs, alerts, found.zone) if errors else history_table(runs, found.zone, len(runs))
    answer(options.as_json, document, shown)


def activity(
    options: PracticeOptions,
    entry: Annotated[
        str | None, typer.Option(metavar="ENTRY", help="Only this entry: reminder:…, birthday:… or a key.")
    ] = None,
    patient: Annotated[str | None, typer.Option(metavar="ID", help="Only the entries of this patient.")] = None,
    since: Since = _A_WEEK,
) -> None:
    """Show what happened to entries. With --entry or --patient, their current state is shown, too."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        first = since_when(since, deployment.now, found.zone)
        lines = deployment.clients.history.activities(found.id, first)
        asked = _asked(entry, patient, found, deployment)
    if asked is not None:
        keys = {one.key for one in asked} | ({key_of(found.id, entry)} if entry else set())
        lines = [line for line in lines if line.get("key") in keys]
    document: Document = {"practice": found.id, "since": local(first, found.zone)}
    if asked is not None:
        document["entries"] = [_entry(one, found.zone) for one in asked]
    document["activities"] = [activity_document(line, found.zone) for line in lines]
    answer(
        options.as_json,
        document,
        *([] if asked is None else [_now_table(asked, found.zone)]),
        moves_table(lines, found.zone),
    )


def _asked(entry: str | None, patient: str | None, found: Practice, deployment: Deployment) -> list[Entry] | None:
    """Return the current entries that the options name; None if they name none."""
    if entry is None and patient is None:
        return None
    store = deployment.clients.store
    asked = named_entries([entry], found.id, store) if entry and _is_short(entry) else []
    if entry and not asked:
        asked = [*store.entries(found.id, [key_of(found.id, entry)]).values()]
    if patient is not None:
        known = {one.key for one in asked}
        others = store.entries_in(found.id, Group)
        asked += [one for one in others if one.patient == patient and one.key not in known]
    return asked


def _is_short(entry: str) -> bool:
    """Whether it is the beginning of a key, as the tables print it."""
    return ":" not in entry and len(entry.strip()) < len(key_of("", ":"))


def _errors(runs: Sequence[Line], alerts: Sequence[Line], zone: ZoneInfo) -> RenderableType:
    """Show failed runs and alerts by time."""
    if not runs and not alerts:
        return Text(tr("No errors."), "green")
    table = new_table("!" + tr("Time"), tr("Job"), "!" + tr("Result"), tr("What happened"))
    rows: list[tuple[datetime, str, Text, str]] = []
    for run in runs:
        outcome = Text(outcome_words(run["outcome"]), OUTCOME_COLOURS[RunOutcome(run["outcome"])])
        told = "\n".join(map(logged, run["reasons"]))
        rows.append((instant_of(run["start"]), job_words(Job(run["job"])), outcome, told))
    rows += [(instant_of(line["at"]), "–", Text(tr("Alert"), "red"), logged(line)) for line in alerts]
    for at, job, outcome, told in sorted(rows, key=lambda row: row[0]):
        table.add_row(moment(at, zone), job, outcome, told)
    return table


def moves_table(lines: Sequence[Line], zone: ZoneInfo, of_one: bool = False) -> RenderableType:
    """Lines of the activity log, each with the person who did it, if one did; those `of_one` entry do not name it."""
    if not lines:
        return Text(tr("Nothing happened in this period."))
    table = new_table("!" + tr("Time"), *([] if of_one else [tr("Entry, short ID")]), "!" + tr("State"), tr("Reason"))
    for line in lines:
        if "alert" in line:
            name, state, told = Text(tr("Alert"), "red"), Text(), Text(logged(line))
        else:
            name = Text(_named(line.get("entry"), line["key"]))
            state = _state(State(line["to"])) if "to" in line else Text(tr("left out"))
            told = Text(short(text_of(line["reason"])) if "reason" in line else "")
        if "by" in line:
            told = Text("\n").join(filter(None, (told, Text(tr("done by {person}", person=line["by"]), "dim"))))
        table.add_row(moment(instant_of(line["at"]), zone), *([] if of_one else [name]), state, told)
    return table


def _now_table(entries: Sequence[Entry], zone: ZoneInfo) -> RenderableType:
    if not entries:
        return Text(tr("There is no such entry, or it is gone."), "yellow")
    table = new_table(tr("Entry, short ID"), "!" + tr("Start"), tr("State"), "!" + tr("Since"), tr("Reason"))
    for one in entries:
        starts_at = moment_with_year(one.starts_at, zone) if one.starts_at else "–"
        table.add_row(
            _named(one.identity, one.key),
            starts_at,
            _state(one.state),
            moment(one.changed_at, zone),
            short(one.reason),
        )
    return table


def _named(identity: str | None, key: str) -> str:
    return f"{identity or key}\n{short_id(key)}"


def _state(state: State) -> Text:
    return Text(state_words(state), STATE_COLOURS.get(state, ""))


def _entry(entry: Entry, zone: ZoneInfo) -> Document:
    own = {"entry": entry.identity, "key": entry.key, "state": entry.state, "held": entry.held}
    return {
        **own,
        "reason": text_document(entry.reason),
        "starts_at": local(entry.starts_at, zone),
        "changed_at": local(entry.changed_at, zone),
    }
