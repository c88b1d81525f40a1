"""Low balance: tell it while messages are prepared, so that somebody tops up before they are sent."""

from __future__ import annotations

from chalicelib.aws.entry_store import Store
from chalicelib.aws.practice_store import Practices
from chalicelib.entries.credits import crossing
from chalicelib.german import counted
from chalicelib.planning.alerts import Alert
from chalicelib.planning.context import RunContext


def alert_low_balances(payers: set[str], context: RunContext, store: Store, practices: Practices) -> None:
    """Alert a low balance once per crossing."""
    if not payers or not context.switches["CreditBestandPruefen"]:
        return
    least = context.switches["CreditMindestbestand"]
    for mandant, balance in store.balances(context.run.practice, payers).items():
        cause = f"low-balance#{mandant}"
        if not crossing(balance, least):
            practices.end_alert(context.record, cause)
            continue
        left = counted(balance, "Credit", "Credits")
        text = f"Das Guthaben des Mandanten {mandant} beträgt {left} (Mindestbestand {least})."
        context.tally.say(text)
        context.tally.alert(Alert("low-balance", text, cause), context.record.alerts)
