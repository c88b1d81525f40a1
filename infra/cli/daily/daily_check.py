"""`vitosms daily-check`: the reconciliation, the result of each appointment that a day's runs covered."""

from datetime import date
from typing import Annotated

import typer

from chalicelib.aws.deployment import Deployment
from chalicelib.practice.practice import Practice
from chalicelib.reports.appointments import appointments_of, context_of, runs_for_day, unsent_reason
from chalicelib.reports.reconciliation import AppointmentResult, Column, Misinformed, Reconciliation
from chalicelib.schedule.schedule import slot_day
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.documents import call_document, local, phone_documents, text_document
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import Document, answer
from infra.cli.core.stage import connected
from infra.cli.core.times import local_day
from infra.cli.daily.daily_check_tables import reason_words, shown_check
from infra.language import said

BAD_NEWS = 1


def daily_check(
    options: PracticeOptions,
    day: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="The day of the runs, such as 2026-11-23; today if left out."),
    ] = None,
) -> None:
    """Daily check: count each appointment that a day's runs were for in exactly one column.

    Exit code 1 if the columns do not add up to the count in the practice database.
    """
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        today = slot_day(deployment.now, found.zone)
        reconciled = reconciliation_of(local_day("--date", day) if day else today, found, deployment)
    answer(
        options.as_json, _document(reconciled, found), *shown_check(reconciled, found.id, found.zone, deployment.now)
    )
    if not reconciled.adds_up:
        raise typer.Exit(BAD_NEWS)


def reconciliation_of(day: date, practice: Practice, deployment: Deployment) -> Reconciliation:
    """Raises ArgumentError if the switches do not say which days, and PracticeDatabaseError."""
    from chalicelib.reports.reconcile_day import NotReconcilableError, entries_for_day, reconcile_day

    context, store = context_of(practice, deployment), deployment.clients.store
    known, history = entries_for_day(context, day, store), runs_for_day(day, practice, deployment)
    try:
        with appointments_of(practice, deployment) as rows:
            return reconcile_day(day, context, known, rows, store, unsent_reason(practice, deployment), history)
    except NotReconcilableError as error:
        raise ArgumentError(f"{practice.id}: {said(error.text)}") from None


def _document(reconciled: Reconciliation, practice: Practice) -> Document:
    counts = {column: reconciled.counts[column] for column in Column}
    return {
        "practice": practice.id,
        "date": reconciled.day.isoformat(),
        "days": [day.isoformat() for day in reconciled.days],
        "total": reconciled.total,
        "adds_up": reconciled.adds_up,
        "unaccounted": list(reconciled.unaccounted),
        "counts": {**counts, "phoned": reconciled.phoned.total()},
        "appointments": [_line(line, practice) for line in reconciled.results],
        "misinformed": [_misinformed(one, practice) for one in reconciled.misinformed],
    }


def _line(line: AppointmentResult, practice: Practice) -> Document:
    one, zone = line.candidate, practice.zone
    reason = text_document(line.reason, lambda text: reason_words(line))
    return {
        "appointment": one.appointment, "patient": one.patient, "starts_at": local(one.starts_at, zone),
        "mandant": one.payer.mandant, "column": line.column, "reason": reason,
        "entry": line.entry.identity or line.entry.key if line.entry else None,
        "call": call_document(line.call, zone) if line.call else None,
    }  # fmt: skip


def _misinformed(one: Misinformed, practice: Practice) -> Document:
    starts = {"announced_start": local(one.announced_start, practice.zone)}
    starts |= {"starts_at": local(one.starts_at, practice.zone)}
    own = {"key": one.key, "appointment": one.appointment, "patient": one.patient, "name": one.name or None}
    return {**own, "phones": phone_documents(one.phones), **starts, "reason": text_document(one.reason)}
