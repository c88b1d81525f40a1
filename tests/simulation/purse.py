"""The credits of a practice in a simulation: top-ups, orders, automatic top-ups, and its minimum."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.entries.credits import fulfilment
from chalicelib.jobs.balance_alerts import check_balances
from chalicelib.practice.record import AutomaticTopUp, Order
from tests.flow.fake_build import Desk
from tests.simulation.trouble import Dice

CREDITS = ("top up", "minimum", "order", "automatic")
_MINIMA = ("0", "2", "5")
_RULE = AutomaticTopUp("M1", 3, 4)


class Purse:
    """People of the practice and the operator act as the commands do; `least` is the minimum since `least_since`."""

    def __init__(self, desk: Desk, least: int, dice: Dice) -> None:
        self._desk, self._dice = desk, dice
        self.least, self.least_since = least, desk.cloud.world.now
        self.on_minimum: Callable[[str], None] = lambda practice: None

    def change(self, kind: str) -> None:
        """Do one of CREDITS."""
        desk, parts, now = self._desk, self._desk.parts, self._desk.cloud.world.now
        match kind:
            case "top up":
                desk.top_up_by_another(self._dice.between(2, 6))
                check_balances(desk.practice, ["M2", "M1"], now, parts)
            case "minimum":
                self.least, self.least_since = int(self._dice.pick(*_MINIMA)), now
                self.on_minimum(desk.name)
                desk.set("Schalter/CreditMindestbestand", f"{self.least}")
            case "order":
                wanted = Order(0, "M1", self._dice.between(1, 4), "", now, "anna")
                made = parts.practices.add_order(desk.name, wanted, len(parts.practices.orders(desk.name)))
                for _ in range(2):
                    parts.store.top_up(desk.name, fulfilment(made, now))
                check_balances(desk.practice, ["M1"], now, parts)
            case "automatic" if "M1" in desk.record.automatic:
                parts.practices.drop_automatic(desk.name, "M1")
            case "automatic":
                parts.practices.set_automatic(desk.name, _RULE)
                check_balances(desk.practice, ["M1"], now, parts)
