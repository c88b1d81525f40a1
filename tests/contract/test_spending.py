"""The cost of the SMS of a month, day by day: the same on the fake and on the local cloud."""

from __future__ import annotations

import pytest

from chalicelib.messages.recipient import Channel
from infra.local.networks.delivery_outcomes import PRICE_USD
from tests.contract.sides import Side
from tests.contract.test_sending import SMS

DAY = 86_400  # seconds


def test_the_spending_is_the_price_of_each_part_by_day(side: Side) -> None:
    def spent() -> float:
        return side.parts.sms_spending.of_month(side.parts.clock()).spent

    before = spent()
    for count in (3, 2):
        for _ in range(count):
            side.parts.delivery_ports().providers[Channel.SMS].send(SMS)
        side.wait(DAY)
    spending = side.parts.sms_spending.of_month(side.parts.clock())
    assert spending.limit == 1000
    assert spending.spent - before == pytest.approx(5 * PRICE_USD)
    assert spending.pace == pytest.approx(2 * PRICE_USD)
    side.wait(DAY)
    assert side.parts.sms_spending.of_month(side.parts.clock()).pace == pytest.approx(2 * PRICE_USD)
    side.wait(31 * DAY)
    assert (spent(), side.parts.sms_spending.of_month(side.parts.clock()).days_left) == (0, None)
