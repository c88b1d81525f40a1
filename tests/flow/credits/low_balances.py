"""The balances of a day on the local cloud: one rises unnoticed, and a changed minimum makes one low, and not low."""

from __future__ import annotations

from functools import partial

from chalicelib.jobs.balance_alerts import low_balance
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.flow.build import PRACTICE
from tests.flow.fake_build import at
from tests.flow.iam.needs import STAGE


def low_balances(day: Rehearsal) -> None:
    """Begins before the first run; its changes of the minimum are at 11:40 and 11:45."""
    minimum = partial(day.cloud.put_parameter, f"/vitosms/{STAGE}/{PRACTICE}/Schalter/CreditMindestbestand")
    minimum("1")
    day.cloud.at(at("2026-11-23 09:58"), _raise_alert)
    for minute, least in ((40, "1000"), (45, "1")):
        day.cloud.at(at(f"2026-11-23 11:{minute}"), partial(minimum, least))


def _raise_alert() -> None:
    """As if the balance had been low until now."""
    wiring().raised_alerts.add(PRACTICE, low_balance("M1", 0, 1).cause or "", at("2026-11-23 09:00"))
