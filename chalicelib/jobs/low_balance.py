"""Low balance: tell it while messages are prepared, so that somebody tops up before they are sent."""

from __future__ import annotations

from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.practice_store import PracticeStore
from chalicelib.entries.credits import crossing
from chalicelib.german import counted
from chalicelib.planning.alerts import Alert
from chalicelib.planning.context import RunContext


def alert_low_balances(payers: set[str], context: RunContext, store: EntryStore, practices: PracticeStore) -> None:
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
        context.tally.add_note(text)
        context.tally.add_alert(Alert("low-balance", text, cause), context.record.alerts)
