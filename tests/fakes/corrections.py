"""Ticks that an address is corrected, in memory."""

from chalicelib.aws.desk.correction_store import CorrectionStore
from chalicelib.practice.record import Correction
from tests.fakes.world import Data, World


class FakeCorrectionStore(CorrectionStore):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data

    def add(self, practice: str, one: Correction) -> None:
        there = self._data.corrected.setdefault(practice, {})
        self._world.call("corrections.add", lambda: there.setdefault(one.key, one))

    def drop(self, practice: str, key: str) -> None:
        there = self._data.corrected.setdefault(practice, {})
        self._world.call("corrections.drop", lambda: there.pop(key, None))
