"""One episode of a simulation: a few practices, some weeks with trouble, then nine quiet days in which all settles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from unittest.mock import patch

from chalicelib import deliver
from chalicelib.job import Job, Tick
from infra.local.agenda import Turn
from infra.local.platform import LambdaKilled
from infra.local.wire import CarrierMessage
from tests.fakes.fake_cloud import FakeCloud
from tests.fakes.queues import FakeQueue, Message
from tests.fakes.world import Moment
from tests.flow.fake_build import Day
from tests.simulation.invariants import seen, violations
from tests.simulation.life import Life
from tests.simulation.trouble import Dice, Rates
from tests.simulation.watch import Watcher

PRACTICES, TROUBLED, SETTLING = 10, 21, 9  # practices an episode, days with trouble, days without
ZONES = ("Europe/Zurich", "Europe/Zurich", "Europe/Zurich", "America/New_York")
FIRST_DAYS = (date(2026, 2, 15), date(2026, 3, 15), date(2026, 6, 1), date(2026, 10, 10), date(2026, 12, 20))
MOST_HELD_UP = {"deliver": 0, "run": 25, "prepare": 2, "send": 2, "status": 2}  # minutes that a call of it may take


class TroubledCloud(FakeCloud):
    """A cloud of fakes in which things go wrong by the dice."""

    dice: Dice
    dark: set[date]
    bodies: list[str]

    def begin(self, dice: Dice, dark: set[date]) -> None:
        self.dice, self.dark, self.bodies = dice, dark, []
        self._alive: list[str] = []  # the handlers that are on, the innermost last
        self._dead = False
        self.world.fault = self._trouble
        for queue in (self.parts.queues.runs_queue, self.parts.queues.outbox_queue):
            queue.send = partial(self._send_twice, queue, queue.send)  # type: ignore[method-assign]

    def invoke(self, handler: str, act: Callable[[], object]) -> bool:
        outer, self._dead = self._dead, False
        self._alive.append(handler)
        try:
            return super().invoke(handler, act) and not self._dead
        finally:
            self._alive.pop()
            self._dead = outer

    def _trouble(self, moment: Moment, call: str) -> None:
        if not self._alive:
            return  # the world's own doing
        if self._dead:
            raise LambdaKilled
        if self.dice.rolls(f"crash {moment}", self.dice.rates.crash):
            self._dead = True
            raise LambdaKilled
        most = MOST_HELD_UP.get(self._alive[-1], 0)
        if moment == "before" and most and len(self._alive) < 3 and self.dice.rolls("hang", self.dice.rates.hang):
            self.play(self.world.now + timedelta(minutes=self.dice.between(1, most)))

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
        if self.parts.parameters.values != self._seen and self.dice.rolls("event lost", self.dice.rates.event_lost):
            self.forget_changes()
        super()._notice_parameters()

    def _on_accepted(self, message: CarrierMessage) -> None:
        if not self.dice.rolls("receipt", self.dice.rates.receipt):
            super()._on_accepted(message)
            return
        match self.dice.pick("early", "late", "twice", "never"):
            case "early":  # before we have stored the id
                before, self._agenda = self._agenda, type(self._agenda)()
                super()._on_accepted(message)
                early, self._agenda = self._agenda, before
                while action := early.take_due(self.world.now + timedelta(days=1)):
                    action()
            case "late":
                self._agenda.add(
                    self.world.now + timedelta(hours=self.dice.between(1, 70)), Turn.CARRIER,
                    partial(super()._on_accepted, message),
                )  # fmt: skip
            case "twice":
                super()._on_accepted(message)
                super()._on_accepted(message)


@dataclass(frozen=True)
class Outcome:
    """What an episode came to."""

    days: int
    messages: int
    faults: Counter[str]
    violations: tuple[str, ...]


def play(seed: int, number: int, rates: Rates) -> Outcome:
    """Play an episode; the same seed and number, the same episode."""
    dice = Dice(rates, f"{seed}/{number}")
    first = FIRST_DAYS[number % len(FIRST_DAYS)] + timedelta(days=dice.between(0, 30))
    day = Day(f"{first} 00:00", carrier_failures=0.1, seed=number, cloud=TroubledCloud)
    cloud = day.cloud
    assert isinstance(cloud, TroubledCloud)
    days = [first + timedelta(days=n) for n in range(TROUBLED)]
    dark = {one for one in days if dice.rolls("dark day", rates.dark_day)}
    lives = {f"p{n}": Life(day, f"p{n}", dice.pick(*ZONES), dice) for n in range(PRACTICES)}
    cloud.begin(dice, dark)
    watcher = Watcher(cloud, lives, dice)
    for one in days:
        for life in lives.values():
            life.plan(one)
        cloud.at(_noon(one), partial(_person_comes, cloud, lives))
    with patch.object(deliver, "PARALLEL", 1):  # requests in order: the dice must not depend on threads
        cloud.play(_noon(days[-1]) + timedelta(hours=12))
        dice.calm = True
        _person_comes(cloud, lives)
        cloud.play(cloud.world.now + timedelta(days=SETTLING))
    return _outcome(cloud, lives, watcher, dice)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _person_comes(cloud: TroubledCloud, lives: dict[str, Life]) -> None:
    """The operator looks once a day, and resumes what a misconfiguration has stopped."""
    for name in lives:
        if cloud.parts.data.stops.pop(name, None):
            cloud.parts.data.alerts.discard((name, "stopped"))


def _outcome(cloud: TroubledCloud, lives: dict[str, Life], watcher: Watcher, dice: Dice) -> Outcome:
    watcher.look()
    found = list(watcher.violations)
    for name, life in lives.items():
        expected = set(_expected(cloud, name, life))
        found += [f"{name}: {text}" for text in violations(seen(life.desk), Counter(), expected, cloud.world.now)]
    messages = sum(watcher.requests.values())
    return Outcome((TROUBLED + SETTLING) * len(lives), messages, dice.faults, tuple(found))


def _expected(cloud: TroubledCloud, name: str, life: Life) -> list[str]:
    """Who was admitted all the time while a prepare run that searched their day came to its end."""
    searched = []
    for line in cloud.parts.history.runs(name):
        if line["job"] == Job.PREPARE_REMINDERS and line["outcome"] in ("Erfolgreich", "Mit Fehlern"):
            slot, start = (datetime.fromisoformat(line[at]) for at in ("slot", "start"))
            searched.append((slot.astimezone(life.zone).date() + timedelta(days=1), start))
    return [
        identity
        for identity, day, entered in life.reminders()
        if any(day == found and entered < start for found, start in searched)
    ]
