"""The patients that a person may mean by a name, a date of birth, a number or a telephone."""

from collections.abc import Iterator, Sequence
from textwrap import fill

from rich.console import RenderableType
from rich.text import Text

from chalicelib.aws.deployment import Deployment
from chalicelib.practice.practice import Practice
from chalicelib.reports.find_patients import MOST_FOUND, FoundPatient, find_patients, wanted
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.documents import local, phone_documents
from infra.cli.core.output import Document
from infra.cli.core.tables import new_table
from infra.language import moment_with_year
from infra.translation import tr

_LONG = 24  # characters of a name


def found_patients(text: str, practice: Practice, deployment: Deployment) -> list[FoundPatient]:
    """Up to 51. Raises ArgumentError if the text is too short, and PracticeDatabaseError."""
    if (search := wanted(text)) is None:
        raise ArgumentError(
            tr("give at least three letters of a name, a date of birth such as 31.12.1980, a patient number, "
               "or a telephone number")
        )  # fmt: skip
    return find_patients(search, practice, deployment)


def shown_patients(found: Sequence[FoundPatient], practice: Practice) -> Iterator[RenderableType]:
    """A table that fits 80 columns, with the command about one of them."""
    if not found:
        yield Text(tr("No patient found."))
        return
    table = new_table(
        "!" + tr("Patient number"), tr("Patient, phone"), "!" + tr("Date of birth"), "!" + tr("Next appointment")
    )
    for one in found[:MOST_FOUND]:
        who = "\n".join(fill(text, _LONG) for text in (one.name, *(number for _, number in one.phones)) if text)
        born = f"{one.birthday:%d.%m.%Y}" if one.birthday else "–"
        table.add_row(one.patient, who, born, _next(one, practice))
    yield table
    if len(found) > MOST_FOUND:
        yield Text(tr("… and more. Give more of the name, or the date of birth."), "dim")
    yield Text(tr("All about a patient: vitosms explain --patient NUMBER"), "dim")


def _next(one: FoundPatient, practice: Practice) -> str:
    if one.deceased:
        return tr("deceased")
    return moment_with_year(one.next_start, practice.zone) if one.next_start else "–"


def found_document(one: FoundPatient, practice: Practice) -> Document:
    return {
        "patient": one.patient, "name": one.name or None, "born": one.birthday.isoformat() if one.birthday else None,
        "deceased": one.deceased, "phones": phone_documents(one.phones),
        "next_start": local(one.next_start, practice.zone),
    }  # fmt: skip
