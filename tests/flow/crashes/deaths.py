"""The lives of the handlers of a day, and the call at which one of them dies."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from infra.local.platform import LambdaKilled
from tests.fakes.world import Moment


@dataclass(frozen=True)
class Call:
    """The n-th call in a life; lives and calls from 0."""

    life: int
    nth: int
    handler: str
    name: str


class Deaths:
    """Records the calls of all handlers. The worker that reaches `target` dies, and makes no further calls.

    Quiet ticks (according to `quiet`) in which no worker is to die are skipped: most ticks are quiet. With `all_lives`
    none is skipped.
    """

    def __init__(self, moment: Moment = "before", target: Call | None = None, all_lives: bool = False) -> None:
        self.calls: list[Call] = []
        self.moment, self.target, self._all = moment, target, all_lives
        self.lives, self.happened = 0, False
        self._handler, self._nth, self._dead = "", 0, False
        self._lock, self._mine = threading.Lock(), threading.local()

    def life(self, handler: str, act: Callable[[], bool], quiet: Callable[[], bool]) -> bool:
        """Call a handler; True if it finished."""
        mine = self.target is not None and self.target.life == self.lives
        ended = True
        if mine or self._all or not quiet():
            self._handler, self._nth, self._dead = handler, 0, False
            ended = act() and not self._dead
            self._handler, self._dead = "", False
        self.lives += 1
        return ended

    def strike(self, moment: Moment, name: str) -> None:
        """Call it before and after each call. Raises LambdaKilled if its worker dies, or is dead."""
        if not self._handler:
            return
        with self._lock:
            if self._dead:
                raise LambdaKilled
            if moment == "before":
                self._mine.call = Call(self.lives, self._nth, self._handler, name)
                self._nth += 1
                self.calls.append(self._mine.call)
            if self._dies(moment, self._mine.call):
                self._dead = self.happened = True
                raise LambdaKilled

    def _dies(self, moment: Moment, call: Call) -> bool:
        """Parallel requests come in any order, so killing the worker at the first of them is enough."""
        if self.target is None or call.life != self.target.life:
            return False
        if moment == self.moment and call.nth == self.target.nth:
            return True
        # A fake does not report the end of a failed call; the next call implies it.
        return self.moment == "after" and moment == "before" and call.nth > self.target.nth
