"""Printed call lists in the table, numbered in each practice; each is deleted after 30 days. I/O."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.aws.items import Item, Key
from chalicelib.aws.table import Table
from chalicelib.entries.sheet import KEPT, Sheet, SheetLine
from chalicelib.schedule.time_zone import instant_of, instant_text


class SheetStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, practice: str, sheet: Sheet) -> Sheet:
        """Store a sheet under the practice's next number, which the result has; two at once have two numbers."""
        numbered = replace(sheet, number=self._table.count_up(_key(practice, 0)))
        self._table.write({"Put": {"Item": _item(practice, numbered)}})
        return numbered

    def sheet(self, practice: str, number: int) -> Sheet | None:
        """The sheet of a number; None if there was none, or it is too old."""
        item = self._table.get(_key(practice, number)) if number > 0 else None
        return _sheet_of(item) if item else None


def _key(practice: str, number: int) -> Key:
    """The key of a sheet; that of the number 0 counts them."""
    return {"pk": f"{practice}#sheets", "sk": f"sheet#{number:09}" if number else "last"}


def _item(practice: str, sheet: Sheet) -> Item:
    lines = [f"{one.key} {one.version} {one.start}" for one in sheet.lines]
    own = {"at": instant_text(sheet.at), "by": sheet.by, "lines": lines, "reasons": sheet.reasons}
    ttl = int((sheet.at + KEPT).timestamp())
    return {**_key(practice, sheet.number), **own, "filters": dict(sheet.filters), "ttl": ttl}


def _sheet_of(item: Item) -> Sheet:
    lines = (line.split(" ") for line in item["lines"])
    return Sheet(
        int(item["sk"].removeprefix("sheet#")), instant_of(item["at"]), item["by"],
        tuple(SheetLine(key, int(version), start) for key, version, start in lines), item["reasons"], item["filters"],
    )  # fmt: skip
