"""The operator's topic in memory."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.alerts import Alerts
from chalicelib.report import Alert
from tests.fakes.world import World


class FakeAlerts(Alerts):
    def __init__(self, world: World) -> None:
        self.told: list[tuple[str, Alert]] = []  # practice, alert
        self._world = world

    def tell_operator(self, practice: str, alerts: Sequence[Alert]) -> None:
        if alerts:
            told = [(practice, alert) for alert in alerts]
            self._world.call("alerts.tell_operator", lambda: self.told.extend(told))
