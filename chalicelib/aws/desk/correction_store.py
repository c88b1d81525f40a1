"""Ticks that an address is corrected, under the practice's own key; each is deleted automatically. I/O."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.aws.items import put_new
from chalicelib.aws.practice_items import correction_item, correction_item_key
from chalicelib.aws.table import Table
from chalicelib.practice.record import Correction

KEPT = timedelta(days=15)  # the appointments of the list are at most 14 days ahead


class CorrectionStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, practice: str, one: Correction) -> None:
        """Tick it, unless somebody has ticked it already; the practice's record has it."""
        self._table.write(put_new(correction_item(practice, one, one.at + KEPT)))

    def drop(self, practice: str, key: str) -> None:
        """Take the tick back."""
        self._table.write({"Delete": {"Key": correction_item_key(practice, key)}})
