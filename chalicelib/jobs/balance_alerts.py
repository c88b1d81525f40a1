"""Alerts about balances: low when messages are prepared, too low to send them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.practice_store import RaisedAlerts
from chalicelib.entries.credits import is_below
from chalicelib.planning.alerts import Alert, AlertKind
from chalicelib.planning.context import RunContext
from chalicelib.text import Text


def alert_low_balances(payers: set[str], context: RunContext, store: EntryStore, raised: RaisedAlerts) -> None:
    """Alert once each time a balance falls below the minimum, early enough to top up before the messages are sent."""
    if not payers or not context.switches["CreditBestandPruefen"]:
        return
    least = context.switches["CreditMindestbestand"]
    for mandant, balance in store.balances(context.run.practice, payers).items():
        if not is_below(balance, least):
            raised.end(context.record, AlertKind.LOW_BALANCE, mandant)
            continue
        left = Text("credits", count=balance), Text("alert.least_balance", least=least)
        text = Text("alert.low_balance", *left, mandant=mandant)
        context.tally.add_note(text)
        context.tally.add_alert(Alert(AlertKind.LOW_BALANCE, mandant, text), context.record.alerts)


def alert_short_balances(
    short: Mapping[str, int], payers: Iterable[str], context: RunContext, raised: RaisedAlerts
) -> None:
    """Alert once for each Mandant that lacks credits, until they suffice again; `short` has the waiting entries."""
    for mandant, count in short.items():
        text = Text("alert.no_credits", Text("alert.waiting", count=count), mandant=mandant)
        context.tally.add_error(text)
        context.tally.add_alert(Alert(AlertKind.NO_CREDITS, mandant, text), context.record.alerts)
    for mandant in payers:
        if mandant not in short:
            raised.end(context.record, AlertKind.NO_CREDITS, mandant)
