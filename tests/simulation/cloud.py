"""A cloud of fakes in which things go wrong: by the dice, or as a test plans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.aws.table import CancelledError, Reason
from chalicelib.schedule.job import Tick
from infra.local.event_queue import Agenda
from infra.local.networks import delivery_outcomes as fates
from infra.local.networks.sent_message import MAIL, SentMessage
from infra.local.platform import LambdaKilled
from infra.local.weather import LAGS
from tests.fakes.fake_cloud import FakeCloud
from tests.fakes.queues import FakeQueue, Message
from tests.fakes.world import AnswerLostError, Moment
from tests.simulation.trouble import Dice

RECEIPTS = ("early", "late", "twice", "hidden") * 4 + ("never",)  # the fate of those that do not come as usual
# The most critical calls: trouble strikes there this many times as often as at others.
STAKES = dict.fromkeys(
    ("store.commit", "store.reserve", "store.charge", "store.refund", "queues.put_outbox", "sms.send", "mail.send"), 20
) | {"store.transfer": 0}  # a person's
CONFLICTING = ("store.commit", "store.reserve")  # all calls of these are transactions
MINUTE = timedelta(minutes=1)
WRONG_BY = 40 * MINUTE  # of a clock that is fast or slow
# How long one call of a handler may take. A run hangs for longer than its lease, deliver for less than its timeout.
MOST_HELD_UP = {"deliver": timedelta(seconds=55), "run": 25 * MINUTE} | dict.fromkeys(Tick, 2 * MINUTE)
OVERTAKES = 20  # minutes by which the event of a reply may come before that of the delivery
MOST_AT_ONCE = 3  # handlers that wait for each other


class OneAfterTheOther(Executor):
    """Replaces deliver's threads."""

    def __init__(self, threads: int) -> None:
        pass

    def submit(self, act: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(act(*args, **named))
        except BaseException as error:
            future.set_exception(error)
        return future


class TroubledCloud(FakeCloud):
    """A cloud of fakes in which things go wrong by the dice."""

    def begin(self, dice: Dice, dark: set[date]) -> None:
        """Have things go wrong from now on; on `dark` days no rule fires."""
        self.dice, self.dark = dice, dark
        self.bodies: list[str] = []  # of all queue messages
        self.arrived: set[tuple[str, int]] = set()  # keys and attempts of the e-mails that are in their mailbox
        self.lost_events: list[datetime] = []  # of changed parameters
        self._alive: list[str] = []  # the handlers that are on, the innermost last
        self._dead = False
        self._strike, self._calls_left = dice.strike()
        self.world.fault = self._trouble
        for queue in (self.parts.queues.runs_queue, self.parts.queues.outbox_queue):
            queue.send = partial(self._send_twice, queue, queue.send)  # type: ignore[method-assign]

    def invoke(self, handler: str, act: Callable[[], object]) -> bool:
        outer, self._dead = self._dead, False
        self._change_weather(handler)
        self._alive.append(handler)
        try:
            return super().invoke(handler, act) and not self._dead
        finally:
            self.world.weather.clock_ahead = timedelta()
            self._alive.pop()
            self._dead = outer

    def _change_weather(self, handler: str) -> None:
        """People see the index as old as the last handler did."""
        weather, rates, rolls = self.world.weather, self.dice.rates, self.dice.rolls
        weather.index_lags = self.dice.pick(*LAGS.values()) if rolls("index lag", rates.lag) else ()
        wrong = handler in set(Tick) and rolls("wrong clock", rates.clock)
        weather.clock_ahead = self.dice.pick(-1, 1) * WRONG_BY if wrong else timedelta()

    def _trouble(self, moment: Moment, call: str) -> None:
        self._calls_left -= STAKES.get(call, 1)
        if self._calls_left >= 0 and not self._dead:
            return
        if not self._alive:
            return  # a call of the world itself
        if self._dead:
            raise LambdaKilled
        if self.dice.calm:
            return
        strike = self._strike
        self._strike, self._calls_left = self.dice.strike()
        if strike == "hang":
            self._hang(MOST_HELD_UP.get(self._alive[-1]))
            return
        if strike == "busy":
            if moment == "before" and call in CONFLICTING:
                self.dice.faults[strike] += 1
                raise CancelledError([Reason("TransactionConflict", None)])
            return
        self.dice.faults[f"{strike} {moment}"] += 1
        if strike == "unanswered":
            raise AnswerLostError
        self._dead = True
        raise LambdaKilled

    def _hang(self, most: timedelta | None) -> None:
        """Let the world continue while the innermost handler waits for its call; it dies if others hang for longer."""
        if most and len(self._alive) < MOST_AT_ONCE:
            self.dice.faults["hang"] += 1
            since = self.world.now
            self.play(since + timedelta(seconds=self.dice.between(1, int(most.total_seconds()))))
            if self.world.now - since > most:
                self._dead = True
                raise LambdaKilled

    def strike(self, kind: str, calls: int) -> None:
        """Have a `crash`, a `hang` or an `unanswered` call happen after this number of successful calls."""
        self._strike, self._calls_left = kind, calls

    def _fire(self, rule: Tick, at: datetime, retries: tuple[timedelta, ...]) -> None:
        rates = self.dice.rates
        if at.date() in self.dark or self.dice.rolls("tick lost", rates.tick_lost):
            return
        super()._fire(rule, at, retries)
        if self.dice.rolls("tick twice", rates.tick_twice):
            late = self.world.now + timedelta(seconds=self.dice.between(0, 400))
            self.at(late, lambda: FakeCloud._fire(self, rule, at, retries))

    def _send_twice(
        self, queue: FakeQueue, send: Callable[[Sequence[str]], list[str]], bodies: Sequence[str]
    ) -> list[str]:
        self.bodies += bodies
        refused = send(bodies)
        if self.dice.rolls("message twice", self.dice.rates.message_twice):
            late = self.world.now + timedelta(seconds=self.dice.between(0, 3000))
            queue.messages += [Message(body, late) for body in bodies]
            queue.messages.reverse()
        return refused

    def _notice_parameters(self) -> None:
        if self.has_changes and self.dice.rolls("event lost", self.dice.rates.event_lost):
            self.lost_events.append(self.world.now)
            self.forget_changes()
        super()._notice_parameters()

    def _on_accepted(self, message: SentMessage) -> None:
        if message.channel == MAIL and fates.fate(message, self._seed, self.carrier_failures).delivered:
            self.arrived.add((message.tags["entry"], int(message.tags["attempt"])))
        if not self.dice.rolls("receipt", self.dice.rates.receipt):
            self.plan_receipt(message)
            return
        match self.dice.pick(*RECEIPTS):
            case "early":  # before we have stored the id
                self._tell_at_once(message)
            case "late":
                self.plan_receipt(message, timedelta(hours=self.dice.between(1, 70)))
            case "twice":
                self.plan_receipt(message)
                self.plan_receipt(message, timedelta(hours=self.dice.between(0, 30)))
            case "hidden":  # written in time, and visible hours later
                self.world.weather.logs_late = timedelta(minutes=self.dice.between(15, 90 * 60))
                self.plan_receipt(message)
                self.world.weather.logs_late = timedelta()

    def plan_receipt(self, message: SentMessage, late: timedelta = timedelta()) -> None:
        """And at times an automatic reply of its reader, whose event may overtake that of the delivery."""
        super().plan_receipt(message, late)
        end = fates.fate(message, self._seed, self.carrier_failures)
        if message.channel == MAIL and end.delivered and self.dice.rolls("out of office", self.dice.rates.away):
            reported = message.at + end.delay + late
            self.plan_reply(message, max(message.at, reported + self.dice.between(-OVERTAKES, 600) * MINUTE))

    def _tell_at_once(self, message: SentMessage) -> None:
        own, self._agenda = self._agenda, Agenda()
        self.plan_receipt(message)
        receipt, self._agenda = self._agenda, own
        while action := receipt.take_due(self.world.now + timedelta(days=1)):
            action()
