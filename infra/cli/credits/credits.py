"""`vitosms credits`: the balance of each Mandant, its use, and when it will be used up."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.credits import Totals, Transfer, totals_of
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import licence_problem
from chalicelib.practice_db.database import Row
from chalicelib.preview.forecast import WEEKS
from chalicelib.schedule.schedule import slot_day
from infra.cli.core.arguments import MOST_CREDITS, ArgumentError, short_text
from infra.cli.core.confirmation import confirmed
from infra.cli.core.csv_file import write
from infra.cli.core.documents import Said, text_documents
from infra.cli.core.mandanten import mandanten_of
from infra.cli.core.options import PracticeOptions, Yes, group
from infra.cli.core.output import Document, answer, hints, say
from infra.cli.core.report_tables import balance_table
from infra.cli.core.since import since as since_of
from infra.cli.core.stage import connected
from infra.cli.core.unread import OF_OPEN_ENTRIES, unread_remark
from infra.cli.credits import credit_moves, orders
from infra.cli.credits.credit_moves import check_mandanten, top_up
from infra.cli.credits.forecast import forecast_document, remarks_on, sentence, uses_table
from infra.cli.credits.ledger_table import ledger_csv, ledger_document, ledger_rows, ledger_table, refunded_keys
from infra.language import number
from infra.translation import tr, trn

_LONGEST = 200  # characters of a reference
_MOST_DAYS = 120
MandantId = Annotated[str | None, typer.Option("--mandant", metavar="ID", help="Only this billing practitioner.")]

app = group()
for command in (orders.order, orders.orders, orders.fulfil, orders.automatic):
    app.command()(command)


@app.command()
def balance(
    options: PracticeOptions,
    mandant: MandantId = None,
) -> None:
    """Show the balance of each billing practitioner, and the sums of what was topped up, charged and refunded."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        rows, ids, remarks = _mandanten(mandant, found, deployment)
        ledger = deployment.clients.store.ledger
        credits = {one: totals_of(ledger(found.id, one)) for one in ids}
    document = {"practice": found.id, "credits": {one: _document(totals) for one, totals in credits.items()}}
    today = slot_day(deployment.now, found.zone)
    table = balance_table(rows, credits, found.validated.switches, found.record.licences, today)
    shown = table if credits or rows is not None else Text(tr("There are no open entries."))
    answer(options.as_json, {**document, "remarks": text_documents(remarks)}, shown, *hints(remarks))


@app.command()
def topup(
    options: PracticeOptions,
    mandant: Annotated[str, typer.Argument(metavar="MANDANT", help="The MandantId.")],
    credits: Annotated[int, typer.Argument(metavar="N", min=1, max=MOST_CREDITS, help="How many credits.")],
    reference: Annotated[
        str,
        typer.Option(metavar="TEXT", help="Such as the invoice number; each reference adds credits only once."),
    ],
    yes: Yes = False,
) -> None:
    """Add credits to a billing practitioner."""
    mandant, reference = mandant.strip(), short_text("--reference", reference, _LONGEST)

    def add(found: Practice, deployment: Deployment) -> tuple[Document, str]:
        return top_up(mandant, credits, reference, found, deployment)

    def question(practice: str) -> str:
        return trn(
            "{practice}: add {count} credit to billing practitioner {mandant}?",
            "{practice}: add {count} credits to billing practitioner {mandant}?",
            credits,
            practice=practice, count=number(credits), mandant=mandant,
        )  # fmt: skip

    _after_a_yes(options, yes, question, [mandant], add)


@app.command()
def transfer(
    options: PracticeOptions,
    giver: Annotated[str, typer.Argument(metavar="FROM", help="The MandantId that gives.")],
    taker: Annotated[str, typer.Argument(metavar="TO", help="The MandantId that receives.")],
    credits: Annotated[int, typer.Argument(metavar="N", min=1, max=MOST_CREDITS, help="How many credits.")],
    reference: Annotated[
        str,
        typer.Option(metavar="TEXT", help="Such as “Rent November”; each reference moves credits only once."),
    ],
    yes: Yes = False,
) -> None:
    """Move credits from one billing practitioner to another."""
    giver, taker, reference = giver.strip(), taker.strip(), short_text("--reference", reference, _LONGEST)
    if giver == taker:
        raise ArgumentError(tr("FROM and TO are both {mandant!r}: they must differ", mandant=giver))

    def move(found: Practice, deployment: Deployment) -> tuple[Document, str]:
        wanted = Transfer(giver, taker, reference, -credits, deployment.now)
        return credit_moves.transfer(wanted, found, deployment)

    def question(practice: str) -> str:
        return trn(
            "{practice}: move {count} credit from billing practitioner {giver} to {taker}?",
            "{practice}: move {count} credits from billing practitioner {giver} to {taker}?",
            credits,
            practice=practice, count=number(credits), giver=giver, taker=taker,
        )  # fmt: skip

    _after_a_yes(options, yes, question, [giver, taker], move)


@app.command()
def ledger(
    options: PracticeOptions,
    mandant: MandantId = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Such as 2026-11-23, 3d or 12h; everything if left out.")
    ] = None,
    csv: Annotated[
        str | None,
        typer.Option(metavar="FILE|-", help="Write a CSV file for Excel; - writes it to stdout."),
    ] = None,
) -> None:
    """Show what was topped up, charged, refunded and transferred, with the balance after each."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        first = since_of(since, deployment.now, found.zone) if since else None
        _, ids, remarks = _mandanten(mandant, found, deployment)
        ledgers = {one: deployment.clients.store.ledger(found.id, one) for one in ids}
        names = deployment.clients.store.entries(found.id, refunded_keys(ledgers.values()))
    rows = [row for row in ledger_rows(ledgers, names) if first is None or row.at >= first]
    if csv is not None:
        write(csv, ledger_csv(rows, found.zone))
        return None if csv == "-" else say(_written(csv, len(rows)))
    document: Document = {"practice": found.id, "ledger": [ledger_document(row, found.zone) for row in rows]}
    document["remarks"] = text_documents(remarks)
    answer(options.as_json, document, ledger_table(rows, found.zone), *hints(remarks))


@app.command()
def forecast(
    options: PracticeOptions,
    days: Annotated[int, typer.Option(metavar="N", min=1, max=_MOST_DAYS, help="How many days ahead.")] = 30,
    mandant: MandantId = None,
    table: Annotated[bool, typer.Option("--table", help="Show the credits of the next days too.")] = False,
) -> None:
    """Forecast when the credits of each billing practitioner run out, from known appointments and past use."""
    from chalicelib.preview.balance_warnings import forecasts

    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        rows, ids, remarks = _mandanten(mandant, found, deployment)
        today, licences = slot_day(deployment.now, found.zone), found.record.licences
        foreseen, unread = forecasts(found, ids, today + timedelta(days=days), deployment.now, deployment.clients)
    remarks = list(dict.fromkeys([*remarks_on(found, unread), *remarks]))
    why = {str(row["MandantId"]): licence_problem(row["Lizenznummer"], licences, today) for row in rows or ()}
    credits = {one.mandant: forecast_document(one, found.zone, why.get(one.mandant)) for one in foreseen}
    shown: list[RenderableType] = []
    for one in foreseen:
        shown.append(sentence(one, found.zone, why.get(one.mandant)))
        shown += uses_table(one) if table and not why.get(one.mandant) else ()
    explained = tr(
        "The greater number of a day counts; “as usual” is the average for this weekday over the last {weeks} weeks.",
        weeks=WEEKS,
    ) if table else tr("The days one by one: vitosms credits forecast --table")  # fmt: skip
    document = {"practice": found.id, "credits": credits, "remarks": text_documents(remarks)}
    answer(options.as_json, document, *shown, Text(explained, "dim"), *hints(remarks))


def _after_a_yes(
    options: PracticeOptions,
    yes: bool,
    question: Callable[[str], str],
    mandanten: Sequence[str],
    act: Callable[[Practice, Deployment], tuple[Document, str]],
) -> None:
    """Ask, act and answer. Raises ArgumentError for an unknown Mandant."""
    from chalicelib.preview.balance_warnings import check_added

    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        check_mandanten(found, deployment, *mandanten)
        confirmed(question(found.id), yes)
        document, text = act(found, deployment)
        check_added(found, mandanten, deployment.now, deployment.clients)
    answer(options.as_json, document, text)


def _mandanten(
    wanted: str | None, found: Practice, deployment: Deployment
) -> tuple[list[Row] | None, list[str], list[Said]]:
    """The rows of the practice database, the ids that are asked for, and a remark where it cannot be read.

    Of all: those of the database, and those whose entries are open.
    """
    rows, unread = mandanten_of(deployment, found.id)
    if wanted:
        return rows, [wanted.strip()], []
    open_ = deployment.clients.store.entries_in(found.id)
    ids = sorted({str(row["MandantId"]) for row in rows or ()} | {one.mandant for one in open_ if one.mandant})
    return rows, ids, [*unread_remark(unread, OF_OPEN_ENTRIES)]


def _written(file: str, items: int) -> str:
    return trn("{file}: {count} ledger item", "{file}: {count} ledger items", items, file=file, count=number(items))


def _document(totals: Totals) -> dict[str, int]:
    return {**asdict(totals), "balance": totals.balance}
