"""DynamoDB's request units, computed from items as AWS does. Pure.

Sources, read on 2026-11-26: AWS's developer guide, «DynamoDB read and write operations» (1 KB a write and 4 KB a read,
rounded up; in a transaction each item twice; an update counts the larger of the item before and after; a write whose
condition fails still counts; a BatchGetItem rounds up each item, a Query its sum; eventually consistent reads cost
half; a read that finds nothing counts as the smallest) and «Using global secondary indexes» (GSI.html, Write capacity:
one write to put, change or delete the projected attributes, two if a key of the index changes, none if no projected
attribute changes). Index writes follow a transaction later and are not doubled: AWS does not say so explicitly, so this
is from memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.item_size import Attributes, size_of

_WRITE, _READ = 1024, 4096  # bytes of a unit


@dataclass(frozen=True)
class Index:
    """A global secondary index: its keys, and what it shows beside them and the table's own; None: everything."""

    name: str
    keys: tuple[str, ...]
    shows: frozenset[str] | None

    def shown(self, item: Attributes | None) -> Attributes | None:
        """The item as projected into the index; None if the index does not contain it."""
        if item is None or not all(key in item for key in self.keys):
            return None
        return item if self.shows is None else {name: value for name, value in item.items() if name in self.shows}


def indexes_of(table: Mapping[str, Any]) -> list[Index]:
    """The indexes of a table as its CloudFormation properties name them."""
    own = {key["AttributeName"] for key in table["KeySchema"]}
    indexes = []
    for described in table.get("GlobalSecondaryIndexes", []):
        keys = tuple(key["AttributeName"] for key in described["KeySchema"])
        projection = described["Projection"]
        named = projection.get("NonKeyAttributes", [])
        shows = None if projection["ProjectionType"] == "ALL" else frozenset({*own, *keys, *named})
        indexes.append(Index(described["IndexName"], keys, shows))
    return indexes


def table_write(before: Attributes | None, after: Attributes | None, transactional: bool) -> int:
    """Units of writing one item of the table; None if it does not exist (also after a condition failed)."""
    larger = max(_steps(before), _steps(after), 1)
    return 2 * larger if transactional else larger


def index_write(before: Attributes | None, after: Attributes | None, index: Index) -> int:
    """Units with which an index follows the write of an item."""
    old, new = index.shown(before), index.shown(after)
    if old == new:
        return 0
    if old is None or new is None:
        return _steps(old or new)
    if any(old[key] != new[key] for key in index.keys):
        return _steps(old) + _steps(new)
    return max(_steps(old), _steps(new))


def read_each(items: Sequence[Attributes], missing: int, consistent: bool) -> float:
    """Units of GetItem and BatchGetItem: `missing` keys were not there."""
    units = sum(max(_up(size_of(item), _READ), 1) for item in items) + missing
    return units if consistent else units / 2


def read_range(items: Iterable[Attributes], consistent: bool) -> float:
    """Units of one page of a Query or Scan, of all items that it passed."""
    units = max(_up(sum(size_of(item) for item in items), _READ), 1)
    return units if consistent else units / 2


def _steps(item: Attributes | None) -> int:
    return _up(size_of(item), _WRITE) if item else 0


def _up(size: int, step: int) -> int:
    return -(-size // step)
