"""A day that is played once, and continues in copies of this process (forks) from the points where they are made.

A copy plays the rest of the day, reports what is wrong at its end, and exits; so no play has to start again.
"""

from __future__ import annotations

import gc
import json
import os
import traceback
from collections.abc import Callable

import pytest

# Fork is safe: a copy does not use the other threads of this process, and they hold no lock that it needs.
FORKS = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")


class Copies:
    """`ends` is what was wrong in each copy, by name."""

    def __init__(self) -> None:
        self.ends: dict[str, list[str]] = {}
        self._answer: int | None = None  # in a copy: the pipe for its report

    @property
    def is_copy(self) -> bool:
        return self._answer is not None

    def copy(self, name: str) -> bool:
        """Make a copy, and wait until it exits. True in the copy."""
        reader, writer = os.pipe()
        if child := os.fork():
            os.close(writer)
            with open(reader, encoding="utf-8") as told:
                self.ends[name] = json.loads(told.read() or '["the copy came to no end"]')
            os.waitpid(child, 0)
            return False
        os.close(reader)
        gc.disable()  # a short life
        self._answer = writer
        return True

    def play(self, day: Callable[[], None], rest: Callable[[], list[str]]) -> None:
        """Play the day, in which copies are made; each plays the rest, and exits here with its result."""
        try:
            day()
            wrong = rest() if self.is_copy else []
        except BaseException:
            if not self.is_copy:
                raise
            wrong = [traceback.format_exc()]
        if self._answer is not None:
            with open(self._answer, "w", encoding="utf-8") as told:
                json.dump(wrong, told)
            os._exit(0)
