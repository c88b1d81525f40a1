"""The index `groups` of the table in memory, as old as the weather has it."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group, group_sort_key
from tests.fakes.world import Data, World

LONGEST_LAG = timedelta(minutes=10)


class FakeIndex:
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data
        self._changes: deque[tuple[datetime, str, str, Entry | None]] = deque()  # lately: what was there before

    def put(self, entry: Entry) -> None:
        """Write an entry into the table."""
        before = self._data.entry(entry.practice, entry.key)
        self._changes.append((self._world.now, entry.practice, entry.key, before))
        while self._changes[0][0] < self._world.now - LONGEST_LAG:
            self._changes.popleft()
        self._data.put(entry)

    def listed(self, practice: str, group: Group, since: datetime | None) -> list[Entry]:
        """The entries that it lists in a group, in its order, in their current state."""
        lag = self._world.weather.next_index_lag()
        now = self._data.groups.get((practice, group), {})
        entries = self._before(practice, group, self._world.now - lag) if lag else now
        found = sorted((group_sort_key(entry), key) for key, entry in entries.items())
        keys = [key for place, key in found if not since or place >= since]
        return [entry for key in keys if (entry := self._data.entry(practice, key))]

    def _before(self, practice: str, group: Group, instant: datetime) -> dict[str, Entry]:
        listed: dict[str, Entry | None] = dict(self._data.entries.get(practice, {}))
        for at, owner, key, before in reversed(self._changes):
            if at > instant and owner == practice:
                listed[key] = before
        return {key: entry for key, entry in listed.items() if entry and Group.of(entry) is group}
