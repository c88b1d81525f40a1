"""`vitosms licences`: the licence numbers that are registered for a practice."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from chalicelib.practice.names import folded, nearest
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import Licence, licence_problem, normal_number
from chalicelib.schedule.schedule import slot_day
from infra.cli.core.arguments import ArgumentError, refused
from infra.cli.core.documents import text_document
from infra.cli.core.options import PracticeOptions, group
from infra.cli.core.output import Document, answer
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.translation import tr

_LONGEST = 64  # characters of a number
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The licence number.")]

app = group()


@app.command()
def add(
    options: PracticeOptions,
    number: Number,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day, such as 2026-11-23.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, inclusive.")] = None,
) -> None:
    """Register a licence number. One that is already registered, even if revoked, is replaced."""
    licence = Licence(number_given(number), _day("--from", first), _day("--to", last))
    if licence.first and licence.last and licence.last < licence.first:
        raise refused("--to", str(last), tr("it lies before --from {start}", start=first))
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        deployment.clients.practices.add_licence(found.id, licence)
    before = found.record.licences.get(licence.number)
    done = "registered" if before is None else "reinstated" if before.revoked else "replaced"
    _tell(found, licence, done, options.as_json)


@app.command()
def revoke(options: PracticeOptions, number: Number) -> None:
    """Revoke a licence: its billing practitioner no longer sends. `licences add` makes it valid again."""
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        licence = found.record.licences.get(number_given(number))
        if licence is None:
            raise ArgumentError(_unknown(number, found))
        licence = replace(licence, revoked=True)
        deployment.clients.practices.add_licence(found.id, licence)
    _tell(found, licence, "revoked", options.as_json)


@app.command("list")
def list_licences(options: PracticeOptions) -> None:
    """List the licences of the practice, and whether each is valid today."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
    licences, today = found.record.licences, slot_day(deployment.now, found.zone)
    table, documents = _empty_table(), []
    for number, licence in sorted(licences.items()):
        problem = licence_problem(number, licences, today)
        state = Text(_state(licence, today), "red" if problem else "green")
        table.add_row(number, _shown(licence.first), _shown(licence.last), state)
        documents.append({**_document(licence), "problem": text_document(problem)})
    shown = table if licences else Text(tr("No licence is registered."))
    answer(options.as_json, {"practice": found.id, "licences": documents}, shown)


def _empty_table() -> Table:
    return new_table(tr("Licence number"), "!" + tr("Valid from"), "!" + tr("Valid until"), tr("State"))


def _unknown(number: str, practice: Practice) -> str:
    known = sorted(practice.record.licences)
    if not known:
        return tr("{practice} has no licence {number!r}; none is registered", practice=practice.id, number=number)
    if near := nearest(number, known, fold=folded):
        return tr(
            "{practice} has no licence {number!r}; did you mean {near}?",
            practice=practice.id, number=number, near=near[0],
        )  # fmt: skip
    return tr(
        "{practice} has no licence {number!r}; registered: {numbers}",
        practice=practice.id, number=number, numbers=", ".join(known),
    )  # fmt: skip


def _state(licence: Licence, today: date) -> str:
    if licence.revoked:
        return tr("revoked")
    if licence.first and today < licence.first:
        return tr("not valid yet")
    return tr("expired") if licence.last and today > licence.last else tr("valid")


def _tell(practice: Practice, licence: Licence, what: str, as_json: bool) -> None:
    document = {"practice": practice.id, "licence": _document(licence), "outcome": what}
    names = {"practice": practice.id, "number": licence.number}
    told = {
        "registered": tr("{practice}: licence {number} is registered", **names),
        "replaced": tr("{practice}: licence {number} is replaced", **names),
        "reinstated": tr("{practice}: licence {number} is valid again", **names),
        "revoked": tr("{practice}: licence {number} is revoked", **names),
    }[what]
    period = "" if licence.revoked else _period(licence)
    answer(as_json, document, f"{told}; {period}" if period else told)


def _period(licence: Licence) -> str:
    """Empty if it is not limited."""
    first, last = _shown(licence.first), _shown(licence.last)
    if licence.first and licence.last:
        return tr("valid from {first} until {last}", first=first, last=last)
    if licence.first:
        return tr("valid from {first}", first=first)
    return tr("valid until {last}", last=last) if licence.last else ""


def number_given(text: str) -> str:
    """The number as it is registered. Raises ArgumentError where it is empty or too long."""
    number = normal_number(text)
    if number is None or len(number) > _LONGEST:
        raise ArgumentError(
            tr("licence {number!r}: must be 1 to {most} characters", number=text[:_LONGEST], most=_LONGEST)
        )
    return number


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text else None
    except ValueError:
        raise refused(option, str(text), tr("must be a date such as 2026-11-23")) from None


def _shown(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else "–"


def _document(licence: Licence) -> Document:
    first, last = (day.isoformat() if day else None for day in (licence.first, licence.last))
    return {"number": licence.number, "from": first, "to": last, "revoked": licence.revoked}
