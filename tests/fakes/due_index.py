"""The index `due` of the table in memory, as old as the weather has it."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import Any

from chalicelib.schedule.job import TICK_OF, Job, Tick
from chalicelib.schedule.job_state import JobState
from tests.fakes.index import LONGEST_LAG
from tests.fakes.world import Data, DuePlace, World

_JOBS = tuple(Job)


class FakeDueIndex:
    """Remembers what the index held lately; a query sees it as of a while ago."""

    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data
        self._changes: deque[tuple[datetime, DuePlace, Any]] = deque()
        data.due_changes = self._note

    def _note(self, place: DuePlace, before: Any) -> None:
        self._changes.append((self._world.now, place, before))
        while self._changes[0][0] < self._world.now - LONGEST_LAG:
            self._changes.popleft()

    def jobs(self, tick: Tick, now: datetime, as_of: datetime) -> list[JobState]:
        """The jobs of a rule that are due by `now`, in the order of the index."""
        current: dict[DuePlace, JobState] = {
            ("job", practice, job): state for (practice, job), state in self._data.jobs.items()
        }
        found = [one for one in self._before(current, "job", as_of).values() if TICK_OF[one.job] is tick]
        due = [one for one in found if one.due <= now]
        return sorted(due, key=lambda one: (one.due, one.practice, _JOBS.index(one.job)))

    def entries(self, now: datetime, as_of: datetime) -> list[tuple[str, str]]:
        """Practice and key of the entries that the sweep checks by `now`, in the order of the index."""
        current = {("entry", practice, key): look for look, practice, key in self._data.look_again}
        return self._looks(current, "entry", now, as_of)

    def charges(self, now: datetime, as_of: datetime) -> list[tuple[str, str]]:
        """Practice with Mandant, and the key, of the charges whose batches the sweep checks by `now`."""
        current = {("charge", *name): look for name, look in self._data.checks.items()}
        return self._looks(current, "charge", now, as_of)

    def _looks(self, current: dict[DuePlace, datetime], kind: str, now: datetime, as_of: datetime) -> list[Any]:
        looks = self._before(current, kind, as_of)
        found = sorted((look, owner, key) for (_, owner, key), look in looks.items() if look <= now)
        return [(owner, key) for _, owner, key in found]

    def _before(self, current: dict[DuePlace, Any], kind: str, as_of: datetime) -> dict[DuePlace, Any]:
        for at, place, before in reversed(self._changes):
            if at > as_of and place[0] == kind:
                current[place] = before
        return {place: held for place, held in current.items() if held is not None}
