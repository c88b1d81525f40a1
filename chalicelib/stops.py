"""The stop marks of a practice and of the deployment, read together with what they would stop. I/O."""

from __future__ import annotations

from collections.abc import Sequence

from .entry import Entry
from .items import DEPLOYMENT, entry_item_key, entry_of, practice_item_key
from .table import Table


class Stops:
    def __init__(self, table: Table) -> None:
        self._table = table

    def entries_and_stop(self, practice: str, keys: Sequence[str]) -> tuple[list[Entry], str | None]:
        """The entries that exist, and the German reason of a stop mark, in one read."""
        own = practice_item_key(practice)
        wanted = [entry_item_key(practice, key) for key in dict.fromkeys(keys)]
        items = self._table.get_many([*wanted, own, DEPLOYMENT])
        marks = [item.get("stopped") for item in items if item["sk"] in ("practice", "deployment")]
        entries = [entry_of(item) for item in items if item["sk"] == "entry"]
        return entries, next((str(mark) for mark in marks if mark), None)

    def stop_of(self, practice: str) -> str | None:
        """The German reason of a stop mark, of the practice or the deployment."""
        return self.entries_and_stop(practice, [])[1]

    def stop(self, practice: str, reason: str) -> bool:
        """Mark a practice as stopped until a person resumes it; False where it was, and the first reason stays."""
        mark = {
            "Update": {
                "Key": practice_item_key(practice),
                "UpdateExpression": "SET stopped = :reason",
                "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(stopped)",
                "ExpressionAttributeValues": {":reason": reason},
            }
        }
        return self._table.write(mark) is None

    def resume(self, practice: str) -> bool:
        """Take a practice's stop mark away; False where there was none."""
        mark = {
            "Update": {
                "Key": practice_item_key(practice),
                "UpdateExpression": "REMOVE stopped",
                "ConditionExpression": "attribute_exists(stopped)",
            }
        }
        return self._table.write(mark) is None
