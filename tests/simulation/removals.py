"""People who remove a practice and take that back; a watcher of what it sends and pays meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.admin.removal import reinstate_practice, remove_practice
from chalicelib.entries.credits import Charge, LedgerItem, Refund
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from tests.simulation.halts import Halt
from tests.simulation.invariants import SWEPT_WITHIN
from tests.simulation.life import Life
from tests.simulation.trouble import Dice
from tests.simulation.watch import Watcher

if TYPE_CHECKING:
    from tests.simulation.cloud import TroubledCloud

_AGAIN = timedelta(minutes=7)  # a person who got no answer asks again
_LONGEST = 6 * 1440  # minutes; after eight days there is nothing to take back


class Removals:
    """From the answer on a removed practice claims nothing; a charge of a run that was at work is refunded."""

    def __init__(self, cloud: TroubledCloud, lives: Mapping[str, Life], watcher: Watcher, dice: Dice) -> None:
        self._cloud, self._lives, self._watcher, self._dice = cloud, lives, watcher, dice
        self._charged: dict[str, list[tuple[datetime, Charge]]] = {name: [] for name in lives}
        self._put, self._add = cloud.parts.data.put, cloud.parts.data.add
        cloud.parts.data.put = self._on_put  # type: ignore[method-assign]
        cloud.parts.data.add = self._on_add  # type: ignore[method-assign]

    def plan(self, days: Sequence[date]) -> None:
        for life in self._lives.values():
            for day in days:
                if self._dice.rolls("practice removed", self._dice.rates.removal):
                    life.at(day, life.minute(self._dice), partial(self._remove, life))

    def _remove(self, life: Life) -> None:
        now, parts = self._cloud.world.now, self._cloud.parts
        if life.halts.removed is Halt.ON:
            return
        life.halts.removal.append((now, Halt.ASKED))
        try:
            remove_practice(life.desk.name, now, parts.practices, parts.store)
        except BaseException:  # the answer is lost
            self._cloud.at(now + _AGAIN, partial(self._remove, life))
            raise
        life.halts.removal.append((self._cloud.world.now, Halt.ON))
        life.purse.least_since = self._cloud.world.now
        hours = self._dice.between(0, 1)
        away = timedelta(minutes=self._dice.between(1, 300 if hours else _LONGEST))
        self._cloud.at(self._cloud.world.now + away, partial(self._reinstate, life))

    def _reinstate(self, life: Life) -> None:
        now, desk = self._cloud.world.now, life.desk
        self._check_charges(life)
        life.halts.removal.append((now, Halt.ASKED))
        try:
            done = reinstate_practice(desk.practice, "anna", now, desk.parts)
        except BaseException:
            self._cloud.at(now + _AGAIN, partial(self._reinstate, life))
            raise
        life.halts.removal.append((self._cloud.world.now, Halt.OFF))
        life.purse.least_since = self._cloud.world.now  # meanwhile nobody is told of a low balance
        if done is None:
            self._watcher.wrong(desk.name, "the practice cannot be reinstated")

    def _on_put(self, entry: Entry) -> None:
        before = self._cloud.parts.data.entry(entry.practice, entry.key)
        claimed = entry.state is State.SENDING and (before is None or before.state is not State.SENDING)
        if claimed and self._lives[entry.practice].halts.removed is Halt.ON:
            self._watcher.wrong(entry.practice, f"{entry.identity} is sent by a removed practice", entry.key)
        self._put(entry)

    def _on_add(self, practice: str, item: LedgerItem) -> None:
        if isinstance(item, Charge) and self._lives[practice].halts.removed is Halt.ON:
            self._charged[practice].append((self._cloud.world.now, item))
        self._add(practice, item)

    def _check_charges(self, life: Life) -> None:
        """All that it was charged since the answer is refunded by now."""
        name, now = life.desk.name, self._cloud.world.now
        charged, self._charged[name] = self._charged[name], []
        for at, charge in charged:
            items = self._cloud.parts.data.ledger(name, charge.mandant).values()
            refunded = {item.entry for item in items if isinstance(item, Refund) and item.charge == charge.key}
            for key in charge.lines.keys() - refunded if now - at > SWEPT_WITHIN else ():
                self._watcher.wrong(name, f"{key} was charged at {at:%d %H:%M} though the practice is removed", key)
