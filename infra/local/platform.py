"""Plays EventBridge and Lambda: fires the rules, polls the queues, calls the handlers, tries again.

Everything happens one after the other. When several things are due at the same instant, the world
goes first, then the carriers, then the rules, then repeated events; after each of them the queues
are emptied.
"""

import json
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from infra.local import lambdas
from infra.local.agenda import Agenda, Turn
from infra.local.clock import VirtualClock
from infra.local.counting import CallCounter
from infra.local.lambdas import LambdaContext, Output
from infra.local.queues import Queue

Handler = Callable[[Any, Any], Any]
GRID = timedelta(minutes=15)
MINUTES = {"prepare": 0, "send": 5, "status": 10}  # cron(0/15 …), cron(5/15 …), cron(10/15 …), in UTC
RETRIES = (timedelta(minutes=1), timedelta(minutes=2))  # Lambda's own for events that nobody waits for


class Handlers(Protocol):
    """The five Lambdas of the app."""

    @property
    def prepare(self) -> Handler:
        """The rule at :00 :15 :30 :45."""

    @property
    def send(self) -> Handler:
        """The rule at :05 :20 :35 :50."""

    @property
    def status(self) -> Handler:
        """The rule at :10 :25 :40 :55."""

    @property
    def run(self) -> Handler:
        """The consumer of the runs queue."""

    @property
    def deliver(self) -> Handler:
        """The consumer of the outbox queue."""


class LambdaKilled(BaseException):
    """Raised by a test inside a handler, where its Lambda is to die: nothing in the app can catch it."""


@dataclass(frozen=True)
class LambdaError:
    """A handler that did not come to its end. `at` is UTC; `text` names the exception."""

    at: datetime
    handler: str
    text: str
    traceback: str


class Platform:
    """Calls the handlers as the time passes. `queues` are those of the event source mappings."""

    def __init__(self, handlers: Handlers, stage: str, clock: VirtualClock, agenda: Agenda, calls: CallCounter) -> None:
        self.errors: list[LambdaError] = []
        self.output = Output()
        self.queues: Mapping[str, Queue] = {}
        self._handlers = handlers
        self._stage = stage
        self._clock = clock
        self._agenda = agenda
        self._calls = calls

    def start(self, queues: Mapping[str, Queue]) -> None:
        """Connect the queues, by the name of their handler, and switch the rules on from now."""
        self.queues = queues
        for rule, minute in MINUTES.items():
            self._plan_tick(rule, next_tick(self._clock.now(), minute))

    def play(self, until: datetime, progress: Callable[[datetime], None] | None) -> None:
        """Let everything happen that is due before `until`; then it is `until`."""
        while (instant := self._next_instant(until)) < until:
            self._clock.move_to(instant)
            self._let_happen(instant)
            if progress:
                progress(instant)
        self._clock.move_to(until)

    def invoke(self, name: str, event: Mapping[str, Any]) -> bool:
        """Call a handler once with a copy of `event`. True if it came to its end."""
        function = f"vitosms-{self._stage}-{name}"
        timeout = lambdas.TIMEOUT_SECONDS.get(name, lambdas.DEFAULT_TIMEOUT_SECONDS)
        try:
            with self._calls.during(name), self.output.captured():
                getattr(self._handlers, name)(json.loads(json.dumps(event)), LambdaContext(function, timeout))
        except (Exception, SystemExit, LambdaKilled) as error:
            self._record(name, error)
            return False
        return True

    def _record(self, name: str, error: BaseException) -> None:
        trace = "".join(traceback.format_exception(error))
        self.output.lines += trace.splitlines()  # Lambda prints it too
        text = f"{type(error).__name__}: {error}"
        self.errors.append(LambdaError(self._clock.now(), name, text, trace))

    def _next_instant(self, until: datetime) -> datetime:
        times = [self._agenda.next_time(), *(queue.next_visible() for queue in self.queues.values())]
        # What became due while the clock stood still, like a message sent by a test, happens now.
        return max(self._clock.now(), min((time for time in times if time), default=until))

    def _let_happen(self, now: datetime) -> None:
        while action := self._agenda.take_due(now):
            action()
            self._empty_queues(now)
        self._empty_queues(now)

    def _plan_tick(self, rule: str, at: datetime) -> None:
        def tick() -> None:
            self._plan_tick(rule, at + GRID)
            self._fire(rule, lambdas.scheduled_event(self._stage, rule, at), RETRIES)

        self._agenda.add(at, Turn.TICK, tick)

    def _fire(self, rule: str, event: Mapping[str, Any], retries: tuple[timedelta, ...]) -> None:
        if not self.invoke(rule, event) and retries:
            again = self._clock.now() + retries[0]
            self._agenda.add(again, Turn.RETRY, lambda: self._fire(rule, event, retries[1:]))

    def _empty_queues(self, now: datetime) -> None:
        while any(self._handle_one(name, queue, now) for name, queue in self.queues.items()):
            pass

    def _handle_one(self, name: str, queue: Queue, now: datetime) -> bool:
        visible = queue.next_visible()
        if visible is None or visible > now or (message := queue.receive()) is None:
            return False
        if self.invoke(name, lambdas.queue_event(message, queue.arn)):
            queue.delete(message["ReceiptHandle"])
        return True


def next_tick(now: datetime, minute: int) -> datetime:
    """The first instant from `now` on at which a rule on `minute` of each quarter-hour fires."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    first = hour + timedelta(minutes=minute) - GRID
    return first + max(0, -((first - now) // GRID)) * GRID
