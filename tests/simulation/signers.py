"""A second Mandant who signs, beside the one who pays; now and then the view loses the column that names both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.practice_db.statements import TERMIN_MANDANT
from tests.simulation.cloud import TroubledCloud
from tests.simulation.life import PAYER, SECOND, Life
from tests.simulation.watch import Watcher

NAMES = {PAYER: "Praxis", SECOND: "Zweite"}  # of both the Mandant and the SMS sender
_LOST = (timedelta(days=2, minutes=17), timedelta(days=9, minutes=43))  # since the first day, each for half a day
_AT_WORK = timedelta(minutes=30)  # a run may hang until then


class Signers:
    """Watch who signs and who pays each message that is reserved."""

    def __init__(self, cloud: TroubledCloud, lives: Mapping[str, Life], watcher: Watcher) -> None:
        self._cloud, self._watcher = cloud, watcher
        self._signing = {name: life for name, life in lives.items() if life.habits.two_sign}
        self._changed: dict[str, datetime] = dict.fromkeys(self._signing, cloud.world.now)
        for name, life in self._signing.items():
            life.desk.mandant(SECOND)
            life.desk.tables["Mandant"][-1] |= {"Name": NAMES[SECOND], "AbsenderSMS": NAMES[SECOND]}
            life.desk.top_up(SECOND, 500)
            life.desk.tables.optional = frozenset({TERMIN_MANDANT})
            cloud.parts.practices.set_optional_columns(name, life.desk.tables.optional)
            for lost in _LOST:
                cloud.at(cloud.world.now + lost, partial(self._change, name, frozenset()))
                back = cloud.world.now + lost + timedelta(hours=12)
                cloud.at(back, partial(self._change, name, frozenset({TERMIN_MANDANT})))
        self._put = cloud.parts.data.put
        cloud.parts.data.put = self.on_put  # type: ignore[method-assign]

    def _change(self, name: str, columns: frozenset[str]) -> None:
        self._signing[name].desk.tables.optional = columns
        self._changed[name] = self._cloud.world.now

    def on_put(self, entry: Entry) -> None:
        """An entry is written."""
        before = self._cloud.parts.data.entry(entry.practice, entry.key)
        reserved = entry.state is State.RESERVED and (before is None or before.state is not State.RESERVED)
        if reserved and entry.practice in self._signing:
            self._check(entry)
        self._put(entry)

    def _check(self, entry: Entry) -> None:
        if entry.mandant != PAYER:
            self._watcher.wrong(entry.practice, f"{entry.identity} is charged to {entry.mandant}", entry.key)
        if self._cloud.world.now - self._changed[entry.practice] < _AT_WORK:
            return
        desk = self._signing[entry.practice].desk
        stored = self._cloud.parts.data.optional_columns.get(entry.practice, frozenset())
        rows = [row for row in desk.tables["Termin"] if row["TerminId"] == entry.appointment]
        named = rows[0].get("MandantId") if rows and TERMIN_MANDANT in stored & desk.tables.optional else PAYER
        signed = entry.sender_name or entry.sender
        if signed != NAMES[str(named)]:
            self._watcher.wrong(entry.practice, f"{entry.identity} is signed by {signed}", entry.key)
