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
    """Notes the calls of all handlers. The worker that comes to `target` dies, and makes no more calls.

    A life is not lived where it would be a quiet tick (`quiet` says so) and nobody is to die in it: they are most of
    the days. With `all_lives` each is.
    """

    def __init__(self, moment: Moment = "before", target: Call | None = None, all_lives: bool = False) -> None:
        self.calls: list[Call] = []
        self.moment, self.target, self._all = moment, target, all_lives
        self.lives, self.happened = 0, False
        self._handler, self._nth, self._dead = "", 0, False
        self._lock, self._mine = threading.Lock(), threading.local()

    def life(self, handler: str, act: Callable[[], bool], quiet: Callable[[], bool]) -> bool:
        """A handler is called; True where it came to its end."""
        mine = self.target is not None and self.target.life == self.lives
        ended = True
        if mine or self._all or not quiet():
            self._handler, self._nth, self._dead = handler, 0, False
            ended = act() and not self._dead
            self._handler, self._dead = "", False
        self.lives += 1
        return ended

    def strike(self, moment: Moment, name: str) -> None:
        """To be called before and after each call. Raises LambdaKilled where its worker dies, or is dead."""
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
        """Requests made in parallel come in any order: the first of them is as good as another."""
        if self.target is None or call.life != self.target.life:
            return False
        if moment == self.moment and call.nth == self.target.nth:
            return True
        # A fake does not report the end of a failed call; the next one comes after it.
        return self.moment == "after" and moment == "before" and call.nth > self.target.nth
