"""`vitosms licences`: the licence numbers (Lizenznummern) that are registered for a practice."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer
from rich.text import Text

from chalicelib.practice.practice import Practice
from chalicelib.practice.record import Licence, licence_problem, normal_number
from chalicelib.schedule.schedule import slot_day
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.documents import text_document
from infra.cli.core.options import PracticeOptions, group
from infra.cli.core.output import Document, answer
from infra.cli.core.stage import connected
from infra.cli.core.suggestions import meant
from infra.cli.core.tables import new_table

_LONGEST = 64  # characters of a number
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The Lizenznummer.")]

app = group()


@app.command()
def add(
    options: PracticeOptions,
    number: Number,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day, such as 2026-11-23.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, included.")] = None,
) -> None:
    """Register a licence number; one that is there already, revoked ones too, is replaced."""
    licence = Licence(number_given(number), _day("--from", first), _day("--to", last))
    if licence.first and licence.last and licence.last < licence.first:
        raise ArgumentError(f"--to {last!r}: it lies before --from {first}")
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        deployment.clients.practices.add_licence(found.id, licence)
    before = found.record.licences.get(licence.number)
    done = "registered" if before is None else "reinstated" if before.revoked else "replaced"
    _tell(found, licence, done, options.as_json)


@app.command()
def revoke(options: PracticeOptions, number: Number) -> None:
    """Revoke a licence: its Mandant sends nothing more. `licences add` makes it valid again."""
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        licence = found.record.licences.get(number_given(number))
        if licence is None:
            near, there = meant(number, found.record.licences), ", ".join(sorted(found.record.licences)) or "none"
            raise ArgumentError(f"no licence {number!r} is registered for {found.id}; {near}there is {there}")
        licence = replace(licence, revoked=True)
        deployment.clients.practices.add_licence(found.id, licence)
    _tell(found, licence, "revoked", options.as_json)


@app.command("list")
def list_licences(options: PracticeOptions) -> None:
    """All licences of the practice, and whether each is valid today."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
    licences, today = found.record.licences, slot_day(deployment.now, found.zone)
    table, documents = new_table("Lizenznummer", "!Gültig ab", "!Gültig bis", "Stand"), []
    for number, licence in sorted(licences.items()):
        problem = licence_problem(number, licences, today)
        state = Text(_stand(licence, today), "red" if problem else "green")
        table.add_row(number, _shown(licence.first), _shown(licence.last), state)
        documents.append({**_document(licence), "problem": text_document(problem)})
    shown = table if licences else Text("Es ist keine Lizenz registriert.")
    answer(options.as_json, {"practice": found.id, "licences": documents}, shown)


def _stand(licence: Licence, today: date) -> str:
    if licence.revoked:
        return "widerrufen"
    if licence.first and today < licence.first:
        return "noch nicht gültig"
    return "abgelaufen" if licence.last and today > licence.last else "gültig"


def _tell(practice: Practice, licence: Licence, what: str, as_json: bool) -> None:
    document = {"practice": practice.id, "licence": _document(licence), "outcome": what}
    told = "valid again" if what == "reinstated" else what
    answer(as_json, document, f"{practice.id}: licence {licence.number} is {told}{_period(licence)}")


def _period(licence: Licence) -> str:
    first = f" from {licence.first}" if licence.first else ""
    return f"{first} until {licence.last}" if licence.last else first


def number_given(text: str) -> str:
    """The number as it is registered. Raises ArgumentError where it is empty or too long."""
    number = normal_number(text)
    if number is None or len(number) > _LONGEST:
        raise ArgumentError(f"licence {text[:_LONGEST]!r}: allowed are 1 to {_LONGEST} characters")
    return number


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text else None
    except ValueError:
        raise ArgumentError(f"{option} {text!r}: allowed is a date such as 2026-11-23") from None


def _shown(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else "–"


def _document(licence: Licence) -> Document:
    first, last = (day.isoformat() if day else None for day in (licence.first, licence.last))
    return {"number": licence.number, "from": first, "to": last, "revoked": licence.revoked}
