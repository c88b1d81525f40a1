"""`vitosms preview`: who would get what by the next runs; with other settings, what they would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.text import Text as Line

from chalicelib.aws.deployment import Deployment
from chalicelib.planning.search_state import searches_of
from chalicelib.practice.names import folded
from chalicelib.practice.practice import Practice
from chalicelib.practice.switches import SWITCHES
from chalicelib.preview.result import Difference, Preview, PreviewLine, difference
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from infra.cli.core import arguments
from infra.cli.core.arguments import YEARS, ArgumentError
from infra.cli.core.documents import channel_code, local, text_document, text_documents
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.daily.preview_difference import difference_tables
from infra.cli.daily.preview_tables import preview_tables
from infra.language import job_words, moment_with_year, said
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.practice_db.database import PracticeDatabase

JOBS = {"reminders": Job.PREPARE_REMINDERS, "birthdays": Job.PREPARE_BIRTHDAYS}


def preview(
    options: PracticeOptions,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="Preview the first runs of this day.")
    ] = None,
    switch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="As if this were saved: a setting, or Auftraege/… or Vorlagen/…; may be repeated.",
        ),
    ] = None,
    job: Annotated[str | None, typer.Option(metavar="|".join(JOBS), help="Only these messages.")] = None,
) -> None:
    """Preview who would get which message from the next runs, with the real data. Nothing is written or sent.

    With --switch, compare with other settings: who gets a message, who no longer does, and what changes.
    """
    from chalicelib.aws.practice_database import practice_database

    jobs, on, values = _jobs(job), _day(day), _values(switch or [])
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        other = changed(found, values)
        with practice_database(found.record, deployment.clients) as database:
            today = _foreseen(found, jobs, on, database, deployment)
            after = _foreseen(other, jobs, on, database, deployment) if values else today
        stopped = [Text("blocked.stopped", other.record.stopped)] if other.record.stopped else []
        remarks = [*deployment.stopped(), *stopped]
    compared = difference(today, after, searches_of(other, deployment.now)) if values else None
    document = _document(after, other) | {"settings": dict(values)}
    shown: list[RenderableType] = [_title(after, values, other), *hints(remarks, "bold red")]
    shown += preview_tables(after, other.zone)
    if compared:
        document["difference"] = _difference(compared, today, after, found, other)
        shown += difference_tables(compared, today, after, other.zone)
    answer(options.as_json, document | {"remarks": text_documents(remarks)}, *shown)


def changed(practice: Practice, values: Mapping[str, str]) -> Practice:
    """The practice as if these values were saved. Raises ArgumentError in the words of the check."""
    if not values:
        return practice
    plain = replace(practice.saved.with_values(values), path="")  # so that the texts name parameters in short
    wrong = [said(text) for name, text in practice.with_saved(plain).validated.problems.items() if name in values]
    if wrong:
        raise ArgumentError(" ".join(wrong))
    return practice.with_saved(practice.saved.with_values(values))


def _foreseen(
    practice: Practice, jobs: Sequence[Job], day: date | None, database: PracticeDatabase, deployment: Deployment
) -> Preview:
    from chalicelib.preview.dry_run import PreviewPorts
    from chalicelib.preview.preview import preview as foreseen

    parts = deployment.clients
    opt_outs, tariff = parts.parameters.opt_outs(practice.record), parts.parameters.tariff()
    return foreseen(jobs, day, practice, deployment.now, PreviewPorts(database, parts.store, tariff, opt_outs))


def _jobs(given: str | None) -> list[Job]:
    if given is None:
        return list(JOBS.values())
    wanted = folded(given)
    named = [job for name, job in JOBS.items() if wanted and (name.startswith(wanted) or job == wanted)]
    if not named:
        raise ArgumentError(tr("--job {given!r}: must be one of {jobs}", given=given, jobs=", ".join(JOBS)))
    return named


def _day(given: str | None) -> date | None:
    if given is None:
        return None
    try:
        day = date.fromisoformat(given.strip())
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise ArgumentError(tr("--date {given!r}: must be a date such as 2026-11-23", given=given))
    return day


def _values(given: Sequence[str]) -> dict[str, str]:
    values = arguments.switches(given)
    return {f"Schalter/{name}" if name in SWITCHES else name: value for name, value in values.items()}


def _title(preview: Preview, values: Mapping[str, str], practice: Practice) -> Line:
    title = Line(tr("{practice}: dry run, nothing is prepared or sent.", practice=practice.id), "bold").append("\n")
    for name, value in values.items():
        title.append(tr("As if: {name} = {value}", name=name.removeprefix("Schalter/"), value=value), "cyan").append(
            "\n"
        )
    for job, run in preview.runs.items():
        time = moment_with_year(run.tick, practice.zone)
        title.append(tr("{job}: {time}", job=job_words(job), time=time)).append("\n")
    for sentence in dict.fromkeys(text for texts in preview.blockers.values() for text in texts):
        title.append(f"• {said(sentence)}\n", "yellow")
    title.rstrip()
    return title


def _document(preview: Preview, practice: Practice) -> Document:
    costs = preview.costs()
    return {
        "practice": practice.id,
        "runs": {job: local(run.tick, practice.zone) for job, run in preview.runs.items()},
        "blockers": {job: text_documents(texts) for job, texts in preview.blockers.items()},
        "lines": [_line(line, practice) for line in preview.lines],
        "skipped": dict(preview.skipped),
        "credits": {
            mandant: {"balance": balance, "cost": costs.get(mandant, 0), "left": balance - costs.get(mandant, 0)}
            for mandant, balance in sorted(preview.balances.items())
        },
    }


def _line(line: PreviewLine, practice: Practice) -> Document:
    whom = {"key": line.key, "kind": line.kind, "patient": line.patient, "name": line.name or None}
    what = {"outcome": line.outcome, "rule": line.rule, "reason": text_document(line.reason)}
    zone, message = practice.zone, {"subject": line.subject, "text": line.text}
    when = {"starts_at": local(line.starts_at, zone), "leaves_at": local(line.leaves, zone)}
    paid = {"mandant": line.mandant, "channel": channel_code(line.channel), "parts": line.parts}
    return {**whom, **when, **what, **paid, "credits": line.credits, **message}


def _difference(compared: Difference, today: Preview, after: Preview, found: Practice, other: Practice) -> Document:
    before_costs, after_costs = today.costs(), after.costs()
    return {
        "gains": [_line(line, other) for line in compared.gains],
        "loses": [_line(line, other) for line in compared.loses],
        "changes": [{"today": _line(old, found), "changed": _line(new, other)} for old, new in compared.changes],
        "credits": {
            mandant: {"today": before_costs.get(mandant, 0), "changed": after_costs.get(mandant, 0)}
            for mandant in sorted(before_costs.keys() | after_costs.keys())
        },
    }
