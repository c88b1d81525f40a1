"""A watcher of the balances in a simulation: a low one is told in time, and once for each fall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.entries.credits import AUTOMATIC, Charge, LedgerItem, Refund, TopUp
from chalicelib.planning.alerts import Alert, AlertKind
from chalicelib.practice.record import MissedAlert
from chalicelib.text import Text
from tests.simulation.purse import Purse
from tests.simulation.watch import Watcher

if TYPE_CHECKING:
    from tests.simulation.cloud import TroubledCloud

_TOLD_WITHIN = timedelta(hours=3)  # its run may hang, die, and be repeated; any later run of the practice tells it
_FORGOTTEN = timedelta(days=1)  # on a dark day nothing runs
Place = tuple[str, str]


class Money:
    """Watch what the practices have in their purses; a minimum of 0 means that nobody wants to know."""

    def __init__(self, cloud: TroubledCloud, purses: Mapping[str, Purse], watcher: Watcher) -> None:
        self._cloud, self._purses, self._watcher = cloud, purses, watcher
        self.checked = 0
        self._told: dict[Place, datetime] = {}
        self._sure: dict[Place, datetime] = {}  # told, and recorded then: no later run may tell it again
        self._refunded: set[Place] = set()  # nobody may have noticed that the balance rose
        for purse in purses.values():
            purse.on_minimum = self.minimum_changed
        parts = cloud.parts
        self._add, self._notify, self._confirm = (
            parts.data.add,
            parts.alerts.notify_operator,
            parts.raised_alerts.confirm,
        )
        parts.data.add = self.on_add  # type: ignore[method-assign]
        parts.alerts.notify_operator = self.on_alerts  # type: ignore[method-assign]
        parts.raised_alerts.confirm = self.on_confirmed  # type: ignore[method-assign]

    def on_add(self, practice: str, item: LedgerItem) -> None:
        """A ledger item is written with its balance."""
        place, least = (practice, item.mandant), self._purses[practice].least
        before = self._cloud.parts.data.balances.get(place, 0)
        rule = self._cloud.parts.data.automatic.get(practice, {}).get(item.mandant)
        if isinstance(item, TopUp) and item.source == AUTOMATIC and (rule is None or before >= rule.below):
            self._watcher.wrong(practice, f"{item.mandant} had {before} credits, and was topped up automatically")
        self._add(practice, item)
        after = self._cloud.parts.data.balances[place]
        if after >= least:
            self._sure.pop(place, None)
            if before < least:
                self._refunded.discard(place)
                self._refunded |= {place} if isinstance(item, Refund) else set()
        elif before >= least and isinstance(item, Charge) and place not in self._refunded:
            fallen = self._cloud.world.now
            self._cloud.at(fallen + _TOLD_WITHIN, lambda: self._check(place, fallen))

    def on_alerts(self, practice: str | Text, alerts: Sequence[Alert]) -> None:
        """The operator is notified."""
        self._notify(practice, alerts)
        for alert in alerts:
            if isinstance(practice, str) and alert.kind is AlertKind.LOW_BALANCE:
                self._told[practice, alert.subject] = self._cloud.world.now

    def on_confirmed(self, practice: str, cause: str, at: datetime, missed: MissedAlert | None = None) -> None:
        """A worker records that it has told an alert; one that hung may do so after another one, which took over."""
        self._confirm(practice, cause, at, missed)
        if not cause.startswith(AlertKind.LOW_BALANCE):
            return
        data, mandant = self._cloud.parts.data, cause.split("#")[1]
        place = practice, mandant
        if place in self._sure and self._sure[place] < at:
            self._watcher.wrong(practice, f"the low balance of {mandant} was told twice")
        is_low = data.balances.get(place, 0) < self._purses[practice].least
        if cause in data.alerts.get(practice, ()) and is_low:
            self._sure[place] = self._cloud.world.now

    def minimum_changed(self, practice: str) -> None:
        """Somebody has changed the minimum of a practice: what is low may be told again."""
        self._sure = {place: at for place, at in self._sure.items() if place[0] != practice}

    def _check(self, place: Place, fallen: datetime) -> None:
        practice, mandant = place
        low = self._cloud.parts.data.balances[place] < self._purses[practice].least
        dark = any((fallen + n * _FORGOTTEN).date() in self._cloud.dark for n in range(2))
        steady = self._purses[practice].least_since < fallen - _FORGOTTEN
        if not low or dark or not steady:
            return
        self.checked += 1
        if self._told.get(place, fallen - _FORGOTTEN) < fallen:
            self._watcher.wrong(
                practice, f"{mandant} is below the minimum since {fallen:%a %d %H:%M}, and was not told"
            )
