"""Limits how fast requests start, by the account's quota. I/O: sleeps."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Pace:
    """Allows `per_second` starts, evenly spaced, across all threads of an invocation."""

    def __init__(self, per_second: float, sleep: Callable[[float], None], monotonic: Callable[[], float]) -> None:
        self._gap, self._sleep, self._monotonic = 1 / per_second, sleep, monotonic
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next request may start."""
        with self._lock:
            now = self._monotonic()
            start = max(now, self._next)
            self._next = start + self._gap
        if start > now:
            self._sleep(start - now)
