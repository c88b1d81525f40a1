"""Alerts about balances: too low while messages are prepared, too low to send them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.practice_store import RaisedAlerts
from chalicelib.entries.credits import is_below
from chalicelib.german import counted
from chalicelib.planning.alerts import Alert, AlertKind, cause_of
from chalicelib.planning.context import RunContext


def alert_low_balances(payers: set[str], context: RunContext, store: EntryStore, raised: RaisedAlerts) -> None:
    """Alert a low balance once per crossing, early enough to top it up before the messages are sent."""
    if not payers or not context.switches["CreditBestandPruefen"]:
        return
    least = context.switches["CreditMindestbestand"]
    for mandant, balance in store.balances(context.run.practice, payers).items():
        cause = cause_of(AlertKind.LOW_BALANCE, mandant)
        if not is_below(balance, least):
            raised.end(context.record, cause)
            continue
        left = counted(balance, "Credit", "Credits")
        text = f"Das Guthaben des Mandanten {mandant} beträgt {left} (Mindestbestand {least})."
        context.tally.add_note(text)
        context.tally.add_alert(Alert(AlertKind.LOW_BALANCE, text, cause), context.record.alerts)


def alert_short_balances(
    short: Mapping[str, int], payers: Iterable[str], context: RunContext, raised: RaisedAlerts
) -> None:
    """Alert once for a Mandant that runs short, until its credits suffice again; `short` has its waiting entries."""
    for mandant, count in short.items():
        wait = "1 Mitteilung wartet" if count == 1 else f"{count} Mitteilungen warten"
        text = f"Guthaben fehlt beim Mandanten {mandant}: {wait} auf Credits."
        context.tally.add_error(text)
        alert = Alert(AlertKind.NO_CREDITS, text, cause_of(AlertKind.NO_CREDITS, mandant))
        context.tally.add_alert(alert, context.record.alerts)
    for mandant in payers:
        if mandant not in short:
            raised.end(context.record, cause_of(AlertKind.NO_CREDITS, mandant))
