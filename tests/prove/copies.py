"""A day that is played once, and goes on in copies of this process from where they are made (a fork each).

A copy plays on by itself, tells what is wrong in the end, and ends; so no play has to begin anew.
"""

from __future__ import annotations

import gc
import json
import os
import traceback
from collections.abc import Callable

import pytest

# A copy asks nothing of the other threads of this process, and they hold nothing that it needs.
FORKS = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")


class Copies:
    """`ends` is what was wrong in each copy, by name."""

    def __init__(self) -> None:
        self.ends: dict[str, list[str]] = {}
        self._answer: int | None = None  # in a copy: where to tell

    @property
    def is_copy(self) -> bool:
        return self._answer is not None

    def copy(self, name: str) -> bool:
        """Make a copy, and wait until it has ended. True in the copy."""
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
        """Play the day, in which copies are made; they go on with the rest, and end here with what it returns."""
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
