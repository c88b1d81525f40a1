"""The simulator's model, with Hypothesis choosing the events and shrinking each failure."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from chalicelib.jobs import deliver
from tests.flow.fake_build import Day, at
from tests.simulation.cloud import OneAfterTheOther, TroubledCloud
from tests.simulation.episode import violations_of
from tests.simulation.habits import Habits
from tests.simulation.life import CHANGES, REACHED_BY, Life
from tests.simulation.person import Person
from tests.simulation.trouble import FAULTS, LEVELS, Dice
from tests.simulation.watch import Watcher

SETTLING = timedelta(days=9)
ZURICH = ZoneInfo("Europe/Zurich")
NEXT_TIME = (
    "tick lost", "tick twice", "message twice", "receipt", "event lost", "out of office", *FAULTS,
    "index lag", "wrong clock",
)  # fmt: skip


reached = st.sampled_from(sorted({*REACHED_BY}))
minutes = st.integers(7 * 4, 19 * 4).map(lambda quarters: 15 * quarters)


class Troubles(RuleBasedStateMachine):
    """One practice, short of credits, from a Monday morning on; whatever happens, the watcher finds no violation."""

    def __init__(self) -> None:
        super().__init__()
        self.patched = ExitStack()
        self.patched.enter_context(patch.object(deliver, "ThreadPoolExecutor", OneAfterTheOther))
        day = Day("2026-11-23 09:40", cloud=TroubledCloud)
        assert isinstance(day.cloud, TroubledCloud)
        self.cloud, self.dice = day.cloud, Dice(LEVELS["none"], "machine")
        self.life = Life(day, Habits("p1", ZURICH.key, credits=3), self.dice)
        self.cloud.begin(self.dice, set())
        self.watcher = Watcher(self.cloud, {"p1": self.life}, self.dice)
        self.person = Person(self.cloud, ["p1"], self.watcher, self.dice)

    @property
    def local(self) -> datetime:
        return self.cloud.world.now.astimezone(ZURICH)

    @rule(minute=minutes, reached_by=reached)
    def appointment_tomorrow(self, minute: int, reached_by: str) -> None:
        self.life.enter_appointment(self.local.date() + timedelta(days=1), minute, reached_by)

    @precondition(lambda self: self.local.hour < 9)
    @rule(reached_by=reached)
    def birthday(self, reached_by: str) -> None:
        self.life.enter_birthday(self.local.date(), reached_by)

    @rule(kind=st.sampled_from(sorted({*CHANGES})))
    def somebody_enters(self, kind: str) -> None:
        self.life.change(kind)

    @rule(kind=st.sampled_from(["crash", "hang", "unanswered", "busy"]), calls=st.integers(0, 200))
    def a_worker_meets(self, kind: str, calls: int) -> None:
        self.cloud.strike(kind, calls)

    @rule(kind=st.sampled_from(NEXT_TIME), times=st.integers(1, 3))
    def the_next_time(self, kind: str, times: int) -> None:
        self.dice.next[kind] += times

    @rule(minutes=st.sampled_from([1, 5, 15, 60, 300]))
    def time_passes(self, minutes: int) -> None:
        self.cloud.play(self.cloud.world.now + timedelta(minutes=minutes))

    @rule()
    def the_morning_comes(self) -> None:
        tomorrow = self.local.date() + timedelta(days=1)
        self.cloud.play(at(f"{tomorrow} 08:00"))

    @rule()
    def ten_oclock_passes(self) -> None:
        day = self.local.date() + timedelta(days=self.local.hour >= 10)
        self.cloud.play(at(f"{day} 10:20"))

    @rule()
    def a_person_comes(self) -> None:
        self.person.comes()

    @invariant()
    def nothing_is_wrong(self) -> None:
        assert self.watcher.violations == []

    def teardown(self) -> None:
        """After nine quiet days everything has settled, the books are right, and no patient is named."""
        self.dice.calm = True
        self.dice.next.clear()
        self.person.comes()
        self.person.resume_all()
        self.cloud.play(self.cloud.world.now + SETTLING)
        self.patched.close()
        assert violations_of(self.cloud, {"p1": self.life}, self.watcher) == ()


def test_whatever_happens_no_promise_is_broken() -> None:
    """The same examples in every run; the simulator and `make prove` try others."""
    run_state_machine_as_test(
        Troubles, settings=settings(max_examples=20, stateful_step_count=25, deadline=None, derandomize=True)
    )
