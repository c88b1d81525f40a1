"""Play EventBridge and Lambda: fire the rules, poll the queues, call the handlers, retry.

Everything happens one after the other. Of events at the same instant, those of the outside world go first, then
the receipts, then the rules, then retries; after each of them the queues are emptied. A changed parameter is
reported as soon as the handler or event that changed it has ended.
"""

import json
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from infra.local import lambdas
from infra.local.call_counter import CallCounter
from infra.local.clients import client
from infra.local.clock import VirtualClock
from infra.local.event_queue import Agenda, Turn
from infra.local.lambdas import LambdaContext, Output
from infra.local.networks.receipts import put_log_events
from infra.local.parameter_changes import ParameterChanges, prefixes_of
from infra.local.queues import Queue
from infra.local.timetable import RETRIES, RULES

Handler = Callable[[Any, Any], Any]


class Handlers(Protocol):
    """The Lambdas of the app."""

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
    def nightly_check(self) -> Handler:
        """The rule at 01:35."""

    @property
    def switches(self) -> Handler:
        """The rule about changed parameters."""

    @property
    def run(self) -> Handler:
        """The consumer of the runs queue."""

    @property
    def deliver(self) -> Handler:
        """The consumer of the outbox queue."""

    @property
    def dead_runs(self) -> Handler:
        """The consumer of the dead letters of runs."""

    @property
    def dead_outbox(self) -> Handler:
        """The consumer of the dead letters of the outbox."""


class LambdaKilled(BaseException):
    """Raised by a test inside a handler to simulate the death of its Lambda: the app cannot catch it."""


@dataclass(frozen=True)
class LambdaError:
    """A handler that failed. `at` is UTC; `text` names the exception."""

    at: datetime
    handler: str
    text: str
    traceback: str


class Platform:
    """Call the handlers as the time passes. `queues` are those of the event source mappings.

    Where several threads do so, each holds `alone` meanwhile.
    """

    def __init__(self, handlers: Handlers, stage: str, clock: VirtualClock, agenda: Agenda, calls: CallCounter) -> None:
        self.errors: list[LambdaError] = []
        self.output = Output()
        self.alone = threading.RLock()
        self.queues: Mapping[str, Queue] = {}
        self._handlers = handlers
        self._stage = stage
        self._clock = clock
        self._agenda = agenda
        self._calls = calls
        self._changes = ParameterChanges(prefixes_of(stage))
        self._ticks: dict[str, datetime] = {}  # the next of each rule
        self._lost: set[tuple[str, datetime]] = set()
        self._logs = False  # whether deliver's stream exists

    def start(self, queues: Mapping[str, Queue]) -> None:
        """Connect the queues, by the name of their handler, and enable the rules from now on."""
        self.queues = queues
        for name, rule in RULES.items():
            self._plan_tick(name, rule.next(self._clock.now()))

    def forget_changes(self) -> None:
        """Regard the current parameters as known: setting up a practice sends no events."""
        self._changes.forget()

    def lose_next_tick(self, rules: Iterable[str]) -> tuple[str, datetime]:
        """Lose the next tick (UTC) of one of these rules that is not lost yet: EventBridge does not call its Lambda."""

        def next_of(rule: str) -> datetime:
            at = self._ticks[rule]
            while (rule, at) in self._lost:
                at += RULES[rule].every
            return at

        lost = min(((rule, next_of(rule)) for rule in rules), key=lambda tick: tick[1])
        self._lost.add(lost)
        return lost

    def play(self, until: datetime, progress: Callable[[datetime], None] | None) -> None:
        """Let everything happen that is due before `until`; then it is `until`."""
        while (instant := self._next_instant(until)) < until:
            self._clock.move_to(instant)
            self.settle()
            if progress:
                progress(instant)
        self._clock.move_to(until)

    def settle(self) -> None:
        """Let everything happen that is due now; no time passes."""
        now = self._clock.now()
        self._report_changes()
        self._act(now)
        self._empty_queues(now)
        self._act(now)

    def _act(self, now: datetime) -> None:
        while action := self._agenda.take_due(now):
            action()
            self._empty_queues(now)

    def invoke(self, name: str, event: Mapping[str, Any]) -> bool:
        """Call a handler once with a copy of `event`; True if it succeeded."""
        return self._call(name, getattr(self._handlers, name), event)[0]

    def request(self, name: str, handler: Handler, event: Mapping[str, Any]) -> Any:
        """The result of a handler that somebody waits for; None if it failed."""
        return self._call(name, handler, event)[1]

    def _call(self, name: str, handler: Handler, event: Mapping[str, Any]) -> tuple[bool, Any]:
        function = f"vitosms-{self._stage}-{name}"
        timeout = lambdas.TIMEOUT_SECONDS.get(name, lambdas.DEFAULT_TIMEOUT_SECONDS)
        context, printed = LambdaContext(function, timeout), len(self.output.lines)
        try:
            with self._calls.during(name), self.output.captured():
                return True, handler(json.loads(json.dumps(event)), context)
        except (Exception, SystemExit, LambdaKilled) as error:
            self._record(name, error)
            return False, None
        finally:
            if name == "deliver":  # commands read no other log of a Lambda
                now, lines = self._clock.now(), self.output.lines[printed:]
                self._agenda.add(now, Turn.WORLD, partial(self._log, context, now, lines))  # not a call of the Lambda

    def _log(self, context: LambdaContext, now: datetime, lines: Sequence[str]) -> None:
        """Write the output of a call where Lambda writes it."""
        group, stream = context.log_group_name, context.log_stream_name
        at = int(now.timestamp() * 1000)
        if not self._logs:
            client("logs").create_log_stream(logGroupName=group, logStreamName=stream)
            self._logs = True
        if events := [{"timestamp": at, "message": line} for line in lines if line]:
            put_log_events(group, stream, events)

    def _record(self, name: str, error: BaseException) -> None:
        trace = "".join(traceback.format_exception(error))
        self.output.lines += trace.splitlines()  # Lambda prints it too
        text = f"{type(error).__name__}: {error}"
        self.errors.append(LambdaError(self._clock.now(), name, text, trace))

    def _next_instant(self, until: datetime) -> datetime:
        if self._changes.pending:
            return self._clock.now()
        times = [self._agenda.next_time(), *(queue.next_visible() for queue in self.queues.values())]
        # Events that became due while the clock stood still, such as a message sent by a test, happen now.
        return max(self._clock.now(), min((time for time in times if time), default=until))

    def _plan_tick(self, rule: str, at: datetime) -> None:
        def tick() -> None:
            self._plan_tick(rule, at + RULES[rule].every)
            if (rule, at) not in self._lost:
                self._fire(rule, lambdas.scheduled_event(self._stage, rule, at), RETRIES)

        self._ticks[rule] = at
        self._agenda.add(at, Turn.TICK, tick)

    def _fire(self, rule: str, event: Mapping[str, Any], retries: tuple[timedelta, ...]) -> None:
        if not self.invoke(rule, event) and retries:
            again = self._clock.now() + retries[0]
            self._agenda.add(again, Turn.RETRY, partial(self._fire, rule, event, retries[1:]))

    def _report_changes(self) -> None:
        while changes := self._changes.take():
            for change in changes:
                self._fire("switches", lambdas.parameter_event(change, self._clock.now()), RETRIES)

    def _empty_queues(self, now: datetime) -> None:
        self._report_changes()
        while any(self._handle_one(name, queue, now) for name, queue in self.queues.items()):
            self._report_changes()

    def _handle_one(self, name: str, queue: Queue, now: datetime) -> bool:
        visible = queue.next_visible()
        if visible is None or visible > now or (message := queue.receive()) is None:
            return False
        if self.invoke(name, lambdas.queue_event(message, queue.arn)):
            queue.delete(message["ReceiptHandle"])
        return True
