"""The spending of the account in memory: the price of every SMS that was sent, and a limit."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.providers.sms_spending import SmsSpending, Spending
from infra.local.networks.delivery_outcomes import LIMIT_USD
from infra.local.networks.spending import month_to_date
from tests.fakes.networks import FakeNetworks
from tests.fakes.world import World


class FakeSmsSpending(SmsSpending):
    def __init__(self, world: World, networks: FakeNetworks) -> None:
        self.limit = float(LIMIT_USD)
        self._world, self._networks = world, networks

    def of_month(self, now: datetime) -> Spending:
        month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        costs = month_to_date(self._networks.messages)
        by_day = {at.astimezone(UTC).date(): usd for at, usd in costs if month <= at < now}
        return self._world.call("sms_spending.of_month", lambda: Spending(self.limit, by_day))
