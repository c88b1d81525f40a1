"""What is going to happen, in the order in which it happens."""

import heapq
from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from itertools import count
from typing import Any


class Turn(IntEnum):
    """Who goes first when several things happen at the same instant."""

    WORLD = 0
    CARRIER = 1
    TICK = 2
    RETRY = 3


class Agenda:
    """A time-ordered list of actions. Times are aware."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, Turn, int, Callable[[], Any]]] = []
        self._arrival = count()

    def add(self, when: datetime, turn: Turn, action: Callable[[], Any]) -> None:
        """Have `action` happen at `when`; among equals the first added goes first."""
        heapq.heappush(self._heap, (when, turn, next(self._arrival), action))

    def next_time(self) -> datetime | None:
        """When the next action is due; None where nothing is planned."""
        return self._heap[0][0] if self._heap else None

    def take_due(self, now: datetime) -> Callable[[], Any] | None:
        """Take the first action that is due at `now` off the list; None where none is."""
        if self._heap and self._heap[0][0] <= now:
            return heapq.heappop(self._heap)[3]
        return None
