"""The marks of balances in the daily summary."""

from __future__ import annotations

from typing import Any

from tests.unit.reports.test_daily_summary_text import block


def test_a_low_balance_and_one_that_does_not_last_are_marked() -> None:
    balances = {"M1": 99, "M2": 100, "M3": 0}
    changes: dict[str, Any] = {"balances": balances, "least_balance": 100, "running_out": {"M2", "M3"}}
    assert block("Credits je Mandant", **changes) == [
        "Mandant M1: 0 verbraucht, Guthaben 99 (tief)",
        "Mandant M2: 0 verbraucht, Guthaben 100 (reicht nicht bis zum nächsten Arbeitstag)",
        "Mandant M3: 0 verbraucht, Guthaben 0 (tief, reicht nicht bis zum nächsten Arbeitstag)",
    ]
