"""`vitosms patients`: the patients of a practice, and what their data lacks."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from chalicelib.aws.deployment import Deployment
from chalicelib.messages.template import TemplateError
from chalicelib.practice.practice import Practice
from chalicelib.reports.checks.addresses import WrongSettingsError, read_unreachable
from chalicelib.reports.find_patients import MOST_FOUND
from chalicelib.reports.unreachable import DAYS_AHEAD, Unreachable, unreachable_csv
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.csv_file import write
from infra.cli.core.documents import local, text_document
from infra.cli.core.labels import labelled
from infra.cli.core.options import PracticeOptions, group
from infra.cli.core.output import Document, answer, say
from infra.cli.core.stage import connected
from infra.cli.core.tables import MOST_ROWS, more_patients, new_table, with_rest
from infra.cli.daily.found_patients import found_document, found_patients, shown_patients
from infra.cli.daily.patient_stops import release, stop, stopped
from infra.language import moment, number, said, short
from infra.translation import tr, trn

app = group()
Words = Annotated[list[str], typer.Argument(metavar="TEXT", help="Such as Keller, 31.12.1980, 4711 or 079 000 00 01.")]
for command in (stop, release, stopped):
    app.command()(command)


@app.command()
def unreachable(
    options: PracticeOptions,
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE|-", help="Write a CSV file for Excel; - writes it to stdout.")
    ] = None,
) -> None:
    """List who has an appointment in the next 14 days and no usable address, and why.

    Patients who want no messages or have opted out are not listed.
    """
    if csv is not None and options.as_json:
        raise ArgumentError(tr("give either --csv or --json"))
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        listed = _listed(found, deployment)
    if csv is not None:
        write(csv, _csv(listed, found))
        told = trn("{count} patient", "{count} patients", len(listed), count=number(len(listed)))
        return None if csv == "-" else say(labelled(csv, told))
    document = {"practice": found.id, "patients": [_document(one, found) for one in listed]}
    answer(options.as_json, document, _table(listed, found))


@app.command()
def find(options: PracticeOptions, text: Words) -> None:
    """Find patients by at least three letters of a name, a date of birth, a patient number or a telephone number.

    At most 50 are listed. Names are compared as the practice database does; most ignore capitals, not accents.
    """
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        there = found_patients(" ".join(text), found, deployment)
    document = {"practice": found.id, "patients": [found_document(one, found) for one in there[:MOST_FOUND]]}
    answer(options.as_json, {**document, "more": len(there) > MOST_FOUND}, *shown_patients(there, found))


def _listed(practice: Practice, deployment: Deployment) -> Sequence[Unreachable]:
    """Raises ArgumentError if settings or templates are invalid."""
    try:
        return read_unreachable(practice, deployment)
    except (WrongSettingsError, TemplateError) as error:
        raise ArgumentError(said(error.text)) from None


def _table(listed: Sequence[Unreachable], practice: Practice) -> RenderableType:
    if not listed:
        return Text(tr("Everybody with an appointment in the next {days} days has a usable address.", days=DAYS_AHEAD))
    table = new_table("!" + tr("Patient number"), tr("Patient"), f"!{tr('Appointment')}\nTerminId", tr("Reason"))
    for one in listed[:MOST_ROWS]:
        when = f"{moment(one.starts_at, practice.zone)}\n{one.appointment or '–'}"
        table.add_row(one.patient, one.name or "–", when, short(one.reason))
    return with_rest(table, len(listed), more_patients)


def _csv(listed: Sequence[Unreachable], practice: Practice) -> bytes:
    header = (tr("Date"), tr("Time"), tr("Patient"), tr("Patient number"), "TerminId", tr("Reason"))
    return unreachable_csv(header, listed, practice.zone, short)


def _document(one: Unreachable, practice: Practice) -> Document:
    about = {"appointment": one.appointment, "starts_at": local(one.starts_at, practice.zone)}
    return {"patient": one.patient, "name": one.name or None, **about, "reason": text_document(one.reason, short)}
