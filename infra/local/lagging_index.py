"""Show a Query of an index the items of a while ago, as DynamoDB's global secondary indexes do."""

import copy
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from moto.dynamodb.models import dynamodb_backends

from infra.local.clients import ACCOUNT, REGION

LONGEST = timedelta(minutes=10)


class _Change(NamedTuple):
    at: datetime
    table: Any
    place: tuple[Any, Any]
    before: Any  # the item, None if there was none


class LaggingIndex:
    """Remembers what was in the table lately; `now` is the clock (UTC)."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._changes: deque[_Change] = deque()

    def note(self, writes: Iterator[Mapping[str, Any]]) -> None:
        """Remember what these writes are about to change."""
        now, tables = self._now(), dynamodb_backends[ACCOUNT][REGION].tables
        for write in writes:
            table, key = tables[write["TableName"]], write.get("Key") or write["Item"]
            hash_key, range_key = dynamodb_backends[ACCOUNT][REGION].get_keys_value(table, key)
            before = copy.deepcopy(table.items.get(hash_key, {}).get(range_key))
            self._changes.append(_Change(now, table, (hash_key, range_key), before))
        while self._changes and self._changes[0].at < now - LONGEST:
            self._changes.popleft()

    @contextmanager
    def as_of(self, lag: timedelta) -> Iterator[None]:
        """Put the items back that the tables had this long ago, until the block ends."""
        since = [change for change in self._changes if change.at > self._now() - lag]
        current = [_Change(one.at, one.table, one.place, _item(one)) for one in since]
        try:
            for change in reversed(since):
                _put(change)
            yield
        finally:
            for change in current:
                _put(change)


def _item(change: _Change) -> Any:
    hash_key, range_key = change.place
    return change.table.items.get(hash_key, {}).get(range_key)


def _put(change: _Change) -> None:
    hash_key, range_key = change.place
    if change.before is None:
        change.table.items.get(hash_key, {}).pop(range_key, None)
    else:
        change.table.items[hash_key][range_key] = change.before
