"""Deliberate faults in telling a low balance."""

from __future__ import annotations

from tests.prove.faults import Fault

MONEY = (
    Fault(
        "a low balance is told once for all time",
        {
            "chalicelib/jobs/balance_alerts.py": (
                ("        raised.end_low(practice.id, alert", "        (raised, practice.id, alert"),
            ),
        },
    ),
    Fault(
        "a low balance is told by the next prepare run",
        {
            "chalicelib/jobs/send.py": (
                (
                    "    due = balance_alerts.low_balance(mandant, 0, least).cause if falls else None\n",
                    "    due = None\n",
                ),
                ("in balance_alerts.low_balances(turn.balances, turn.context.practice):", "in ():"),
            ),
        },
    ),
)
