"""The events to come, in the order in which they happen."""

import heapq
from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from itertools import count
from typing import Any


class Turn(IntEnum):
    """The order of events of the same instant."""

    WORLD = 0
    RECEIPT = 1
    TICK = 2
    RETRY = 3


class Agenda:
    """A time-ordered list of actions. Times are aware."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, Turn, int, Callable[[], Any]]] = []
        self._arrival = count()

    def add(self, when: datetime, turn: Turn, action: Callable[[], Any]) -> None:
        """Schedule `action` at `when`; among equals in the order in which they are added."""
        heapq.heappush(self._heap, (when, turn, next(self._arrival), action))

    def next_time(self) -> datetime | None:
        """The time of the next action; None if there is none."""
        return self._heap[0][0] if self._heap else None

    def take_due(self, now: datetime) -> Callable[[], Any] | None:
        """Remove and return the first action that is due at `now`; None if there is none."""
        if self._heap and self._heap[0][0] <= now:
            return heapq.heappop(self._heap)[3]
        return None
