"""`vitosms credits order`, `orders`, `fulfil`, `automatic`: a practice asks for credits, the operator adds them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import RenderableType
from rich.text import Text

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.credits import TopUp, fulfilment
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import AutomaticTopUp, Order
from chalicelib.text import Text as Message
from infra.cli.core.arguments import MOST_CREDITS, ArgumentError, check_note, refused
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import local
from infra.cli.core.options import ConfirmedOptions, PracticeOptions
from infra.cli.core.output import Document, answer
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.cli.credits.credit_moves import check_mandanten
from infra.language import moment_with_year, number, said
from infra.translation import tr

Amount = Annotated[int, typer.Argument(metavar="N", min=1, max=MOST_CREDITS, help="How many credits.")]
Mandant = Annotated[str, typer.Argument(metavar="MANDANT", help="The MandantId.")]


def order(
    options: PracticeOptions,
    mandant: Mandant,
    credits: Amount,
    note: Annotated[str, typer.Option(metavar="TEXT", help="The operator reads it: no personal data.")] = "",
) -> None:
    """Order credits from the operator, by e-mail; the same open order is not sent again."""
    from chalicelib.planning.alerts import Alert, AlertKind
    from infra.cli.core.caller import who

    check_note(note)
    with connected(options.stage) as deployment:
        found, clients = deployment.practice_to_change(options.practice), deployment.clients
        check_mandanten(found, deployment, mandant.strip())
        wanted = Order(0, mandant.strip(), credits, note.strip(), deployment.now, who())
        given, done = _orders(found, deployment)
        there = next((one for one in given if one.number not in done and one.is_like(wanted)), None)
        made = there or clients.practices.add_order(found.id, wanted, len(given))
        if new := replace(made, number=0) == wanted:
            noted = {"note": made.note} if made.note else {}
            code, count = "alert.order_noted" if noted else "alert.order", Message("credits", count=made.credits)
            text = Message(code, count, number=made.number, mandant=made.mandant, **noted)
            clients.alerts.notify_operator(found.id, [Alert(AlertKind.ORDER, made.mandant, text, once=False)])
    told = tr("{practice}: order {number} was already sent to the operator on {time}" if not new else
              "{practice}: order {number} is sent to the operator: {credits} for billing practitioner {mandant}",
              practice=found.id, number=made.number, credits=said(Message("credits", count=made.credits)),
              mandant=made.mandant, time=moment_with_year(made.at, found.zone))  # fmt: skip
    document = {"practice": found.id, "sent": new, "order": _document(made, None, found.zone)}
    answer(options.as_json, document, told)


def orders(
    options: PracticeOptions,
    all_: Annotated[bool, typer.Option("--all", help="Those that are fulfilled, too.")] = False,
) -> None:
    """Show the open orders of credits."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        given, done = _orders(found, deployment)
    shown = [one for one in given if all_ or one.number not in done]
    documents = [_document(one, done.get(one.number), found.zone) for one in shown]
    answer(options.as_json, {"practice": found.id, "orders": documents}, *_table(shown, done, found.zone))


def fulfil(
    options: ConfirmedOptions,
    wanted: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="The number of the order.")],
) -> None:
    """Add the credits of an order to its billing practitioner, once."""
    from chalicelib.preview.balance_warnings import check_added

    with connected(options.stage) as deployment:
        found, clients = deployment.practice_to_change(options.practice), deployment.clients
        given, done = _orders(found, deployment)
        one = next((one for one in given if one.number == wanted), None)
        if one is None:
            raise ArgumentError(tr("{practice} has no order {number}", practice=found.id, number=wanted))
        credits = said(Message("credits", count=one.credits))
        values = {"practice": found.id, "number": wanted, "credits": credits, "mandant": one.mandant}
        if wanted not in done:
            confirmed(tr("{practice}: order {number}: add {credits} to billing practitioner {mandant}?", **values),
                      options.yes)  # fmt: skip
        added = clients.store.top_up(found.id, fulfilment(one, deployment.now))
        check_added(found, [one.mandant], deployment.now, clients)
        at = _orders(found, deployment)[1][wanted]
        left = clients.store.balances(found.id, [one.mandant])[one.mandant]
    told = tr(
        "{practice}: order {number}: {credits} added to billing practitioner {mandant}; the balance is {balance}"
        if added else
        "{practice}: order {number} was already fulfilled on {time}; nothing was added; the balance is {balance}",
        **values, balance=number(left), time=moment_with_year(at, found.zone),
    )  # fmt: skip
    order_ = _document(one, at, found.zone)
    document = {"practice": found.id, "added": one.credits if added else 0, "balance": left, "order": order_}
    answer(options.as_json, document, told)


def automatic(
    options: PracticeOptions,
    mandant: Annotated[str | None, typer.Argument(metavar="MANDANT", help="The MandantId; all if left out.")] = None,
    below: Annotated[int | None, typer.Option(metavar="N", min=1, max=MOST_CREDITS, help="The limit.")] = None,
    amount: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=MOST_CREDITS, help="The credits to add, at least the limit.")
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Add nothing automatically any more.")] = False,
) -> None:
    """Add credits automatically when a balance falls below a limit, or show who gets them so."""
    from chalicelib.preview.balance_warnings import check_added

    changes = off or below is not None or amount is not None
    if changes:
        _expect_rule(below, amount, off)
    if changes and mandant is None:
        raise ArgumentError(tr("say which billing practitioner: vitosms credits automatic MANDANT …"))
    with connected(options.stage) as deployment:
        asked = deployment.practice_to_change if changes else deployment.practice
        found, clients, names = asked(options.practice), deployment.clients, [mandant.strip()] if mandant else []
        check_mandanten(found, deployment, *names)
        if changes and off:
            clients.practices.drop_automatic(found.id, *names)
        elif changes:
            clients.practices.set_automatic(found.id, AutomaticTopUp(names[0], below or 0, amount or 0))
        if changes:
            found = deployment.practice(found.id)
            check_added(found, names, deployment.now, clients)
        names = names or sorted(found.record.automatic)
        balances = clients.store.balances(found.id, names)
    lines = [_automatic_line(one, found, balances[one]) for one in names]
    answer(options.as_json, _automatic_document(found), *(lines or [tr("No balance is topped up automatically.")]))


def _expect_rule(below: int | None, amount: int | None, off: bool) -> None:
    given = [one is not None for one in (below, amount)]
    if any(given) if off else not all(given):
        raise ArgumentError(tr("give --below and --amount, or --off"))
    if below is not None and amount is not None and amount < below:
        raise refused("--amount", str(amount), tr("must be at least --below ({below})", below=below))


def _automatic_line(mandant: str, found: Practice, balance: int) -> str:
    rule, left = found.record.automatic.get(mandant), number(balance)
    if rule is None:
        return tr("{mandant}: nothing is added automatically; the balance is {balance}", mandant=mandant, balance=left)
    credits = said(Message("credits", count=rule.amount))
    return tr(
        "{mandant}: below {below}, {credits} are added automatically; the balance is {balance}",
        mandant=mandant, below=number(rule.below), credits=credits, balance=left,
    )  # fmt: skip


def _automatic_document(found: Practice) -> Document:
    rules = found.record.automatic.values()
    given = [{"mandant": one.mandant, "below": one.below, "amount": one.amount} for one in rules]
    return {"practice": found.id, "automatic": given}


def _orders(found: Practice, deployment: Deployment) -> tuple[list[Order], dict[int, datetime]]:
    """Return all orders by number, and when (UTC) those that are in a ledger were fulfilled."""
    given = deployment.clients.practices.orders(found.id)
    numbers = {fulfilment(one, one.at).key: one.number for one in given}
    payers = sorted({one.mandant for one in given})
    items = [item for mandant in payers for item in deployment.clients.store.ledger(found.id, mandant)]
    return given, {numbers[item.key]: item.at for item in items if isinstance(item, TopUp) and item.key in numbers}


def _document(one: Order, fulfilled: datetime | None, zone: ZoneInfo) -> Document:
    own: Document = {"number": one.number, "mandant": one.mandant, "credits": one.credits, "note": one.note}
    return {**own, "by": one.by, "at": local(one.at, zone), "fulfilled_at": local(fulfilled, zone)}


def _table(shown: Sequence[Order], done: Mapping[int, datetime], zone: ZoneInfo) -> list[RenderableType]:
    if not shown:
        return [Text(tr("There is no open order."))]
    table = new_table(">" + tr("Order"), "!" + tr("Time"), tr("Mandant"), ">" + tr("Credits"), tr("By"), tr("Note"))
    for one in shown:
        at = done.get(one.number)
        fulfilled = [tr("fulfilled on {time}", time=moment_with_year(at, zone))] if at else []
        about = "\n".join([*filter(None, [one.note]), *fulfilled])
        table.add_row(str(one.number), moment_with_year(one.at, zone), one.mandant, number(one.credits), one.by, about)
    if all(one.number in done for one in shown):
        return [table]
    return [table, Text(tr("To add the credits: vitosms credits fulfil NUMBER"), "dim")]
