"""The raised alerts of practices in memory."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from functools import partial

from chalicelib.aws.practice_store import CLAIM, RaisedAlerts
from chalicelib.planning.alerts import parse_cause
from chalicelib.practice.record import MissedAlert, PracticeRecord
from tests.fakes.world import Data, World


class FakeRaisedAlerts(RaisedAlerts):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data

    def add(self, practice: str, cause: str, at: datetime) -> bool:
        return self._world.call("raised_alerts.add", lambda: self._add(practice, cause))

    def end(self, record: PracticeRecord, kind: str, subject: str, but: Container[str] = ()) -> None:
        for over in [
            one for one in record.alerts | record.untold if parse_cause(one) == (kind, subject) and one not in but
        ]:
            self._world.call("raised_alerts.end", partial(self._end, record.practice, over))

    def claim(self, practice: str, cause: str, at: datetime) -> bool:
        own = self._world.new_id()
        return self._world.call("raised_alerts.claim", lambda: self._claim(practice, cause, at, own))

    def confirm(self, practice: str, cause: str, at: datetime, missed: MissedAlert | None = None) -> None:
        self._world.call("raised_alerts.confirm", lambda: self._confirm(practice, cause, missed))

    def end_low(self, practice: str, cause: str, mandant: str, least: int) -> None:
        self._world.call("raised_alerts.end_low", lambda: self._end_low(practice, cause, mandant, least))

    def _claim(self, practice: str, cause: str, at: datetime, own: str) -> bool:
        untold = self._data.untold.setdefault(practice, {})
        there = untold.get(cause)
        if there and there[1] == own:
            return True
        told = cause in self._data.alerts.get(practice, ()) and cause not in self._data.missed.get(practice, {})
        if told or (there and there[0] > at):
            return False
        untold[cause] = at + CLAIM, own
        return True

    def _confirm(self, practice: str, cause: str, missed: MissedAlert | None) -> None:
        if cause in self._data.untold.get(practice, {}) or cause in self._data.alerts.get(practice, ()):
            self._data.untold.get(practice, {}).pop(cause, None)
            self._data.alerts.setdefault(practice, set()).add(cause)
            self._data.missed.setdefault(practice, {}).pop(cause, None)
            self._data.missed[practice] |= {cause: missed} if missed else {}

    def _end_low(self, practice: str, cause: str, mandant: str, least: int) -> None:
        if not least or self._data.balances.get((practice, mandant), -1) >= least:
            self._end(practice, cause)

    def shared_since(self, kind: str) -> datetime | None:
        return self._world.call("raised_alerts.shared_since", lambda: self._data.shared_alerts.get(kind))

    def share(self, kind: str, at: datetime) -> None:
        self._world.call("raised_alerts.share", lambda: self._data.shared_alerts.update({kind: at}))

    def end_shared(self, kind: str) -> None:
        self._world.call("raised_alerts.end_shared", lambda: self._data.shared_alerts.pop(kind, None))

    def _end(self, practice: str, cause: str) -> None:
        self._data.missed.get(practice, {}).pop(cause, None)
        self._data.alerts.get(practice, set()).discard(cause)
        self._data.untold.get(practice, {}).pop(cause, None)

    def _add(self, practice: str, cause: str) -> bool:
        self._data.untold.get(practice, {}).pop(cause, None)
        raised = self._data.alerts.setdefault(practice, set())
        if cause in raised:
            return False
        raised.add(cause)
        return True
