"""`vitosms credits`: the balance (Guthaben) of each Mandant, and topping it up."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from chalicelib.credits import LedgerItem, TopUp, Totals, totals_of
from chalicelib.german import counted, moment_with_year, number
from chalicelib.practice_db import Row
from chalicelib.schedule import slot_day
from infra.cli.arguments import MOST_CREDITS, ArgumentError
from infra.cli.deployment import Deployment, Practice, connected
from infra.cli.mandanten import mandanten_of, unknown_mandant
from infra.cli.options import DEV, AsJson, PracticeId, Stage, group
from infra.cli.queue_entries import GROUPS, entries_of
from infra.cli.screen import Document, answer, hints, local
from infra.cli.tables import balance_table

_LONGEST = 200  # characters of a reference

app = group("The credits (Guthaben) of the Mandanten of a practice.")


@app.command()
def balance(
    mandant: Annotated[str | None, typer.Option(metavar="ID", help="Only this Mandant.")] = None,
    practice: PracticeId = None,
    stage: Stage = DEV,
    as_json: AsJson = False,
) -> None:
    """What each Mandant has topped up, spent and got back, and its balance: the sums of its ledger."""
    with connected(stage) as deployment:
        found = deployment.practice(practice)
        rows, unread = mandanten_of(deployment, found.id)
        ids = [mandant.strip()] if mandant else _mandant_ids(rows, found, deployment)
        ledger = deployment.parts.store.ledger
        credits = {one: totals_of(ledger(found.id, one)) for one in ids}
    remarks = [f"{unread} Gezeigt sind die Mandanten der offenen Einträge."] if unread and not mandant else []
    document = {"practice": found.id, "credits": {one: _document(totals) for one, totals in credits.items()}}
    today = slot_day(deployment.now, found.zone)
    table = balance_table(rows, credits, found.checked.switches, found.record.licences, today)
    shown = table if credits or rows is not None else Text("Es gibt keine offenen Einträge.")
    answer(as_json, {**document, "remarks": remarks}, shown, *hints(remarks))


@app.command()
def topup(
    mandant: Annotated[str, typer.Argument(metavar="MANDANT", help="The MandantId.")],
    credits: Annotated[int, typer.Argument(metavar="N", min=1, max=MOST_CREDITS, help="How many credits.")],
    reference: Annotated[
        str, typer.Option(metavar="TEXT", help="Such as the invoice's number: the same one is added once only.")
    ],
    practice: PracticeId = None,
    stage: Stage = DEV,
    as_json: AsJson = False,
) -> None:
    """Add credits to a Mandant."""
    mandant, reference = mandant.strip(), reference.strip()
    if not 0 < len(reference) <= _LONGEST:
        raise ArgumentError(f"--reference {reference[:40]!r}: allowed are 1 to {_LONGEST} characters")
    with connected(stage) as deployment:
        document, text = top_up(mandant, credits, reference, deployment.practice_to_change(practice), deployment)
    answer(as_json, document, text)


def top_up(mandant: str, credits: int, reference: str, found: Practice, deployment: Deployment) -> tuple[Document, str]:
    """Add credits once for a reference. Raises ArgumentError for an unknown Mandant, and another amount than before."""
    if unknown := unknown_mandant(deployment, found.id, mandant):
        raise ArgumentError(unknown)
    wanted, store = TopUp(mandant, reference, credits, deployment.now), deployment.parts.store
    added = store.top_up(found.id, wanted)
    there = next(item for item in store.ledger(found.id, mandant) if item.key == wanted.key)
    left = store.balances(found.id, [mandant])[mandant]
    if there.credits != credits:
        raise ArgumentError(
            f"--reference {reference!r}: {_added_before(there, found)}; nothing was added, "
            f"another amount needs another reference; the balance is {number(left)}"
        )
    done = f"{found.id}: {counted(credits, 'credit', 'credits')} added to Mandant {mandant}"
    text = done if added else f"{found.id}: {_added_before(there, found)}, nothing was added"
    document = {"practice": found.id, "mandant": mandant, "reference": reference, "added": credits if added else 0}
    return {**document, "at": local(there.at, found.zone), "balance": left}, f"{text}; the balance is {number(left)}"


def _added_before(item: LedgerItem, practice: Practice) -> str:
    when = moment_with_year(item.at, practice.zone)
    return f"{counted(item.credits, 'credit was', 'credits were')} added with this reference on {when}"


def _mandant_ids(rows: list[Row] | None, practice: Practice, deployment: Deployment) -> list[str]:
    """Those of the practice database, and those whose entries are open."""
    open_ = entries_of(deployment.parts.store, practice.id, GROUPS)
    return sorted({str(row["MandantId"]) for row in rows or ()} | {one.mandant for one in open_ if one.mandant})


def _document(totals: Totals) -> dict[str, int]:
    return {**asdict(totals), "balance": totals.balance}
