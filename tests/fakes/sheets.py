"""Printed call lists in memory."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.aws.desk.sheet_store import SheetStore
from chalicelib.entries.sheet import KEPT, Sheet
from tests.fakes.world import World


class FakeSheetStore(SheetStore):
    def __init__(self, world: World) -> None:
        self._world = world
        self._numbers: dict[str, int] = {}
        self._sheets: dict[tuple[str, int], Sheet] = {}

    def add(self, practice: str, sheet: Sheet) -> Sheet:
        numbered = replace(sheet, number=self._world.call("sheets.count", lambda: self._next(practice)))
        self._world.call("sheets.add", lambda: self._sheets.update({(practice, numbered.number): numbered}))
        return numbered

    def sheet(self, practice: str, number: int) -> Sheet | None:
        found = self._world.call("sheets.sheet", lambda: self._sheets.get((practice, number)))
        return found if found and self._world.now < found.at + KEPT else None

    def _next(self, practice: str) -> int:
        self._numbers[practice] = self._numbers.get(practice, 0) + 1
        return self._numbers[practice]
