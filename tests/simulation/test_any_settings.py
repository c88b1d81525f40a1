"""Settings of the searches that change in any order: nobody is forgotten, and the answers agree."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chalicelib.jobs import deliver
from chalicelib.reports.current_call_list import current_call_list
from chalicelib.text import Text
from tests.fakes.wiring import STAGE
from tests.flow.fake_build import Day
from tests.simulation.answers import disagreements
from tests.simulation.cloud import OneAfterTheOther, TroubledCloud
from tests.simulation.outages import WAITING
from tests.simulation.promise import due_slots
from tests.simulation.settings import Settings, SettingsOverTime
from tests.simulation.settings_changes import PARAMETERS, SEARCHES
from tests.simulation.trouble import LEVELS, Dice

DEEP = int(os.environ.get("VITOSMS_SETTINGS_EXAMPLES", "0"))  # as many examples, others in each run
ZONES = ("Europe/Zurich", "Europe/London", "Europe/Helsinki", "America/New_York")
DATABASE = f"/vitosms-secrets/{STAGE}/praxis/Datenbank"
OFF = Text("rule.switched_on.off", switch="TerminerinnerungSenden")
CHANGES = st.one_of(
    st.builds(lambda value: {"offset": value}, st.integers(0, 3)),
    st.builds(lambda value: {"days": value}, st.integers(1, 3)),
    st.builds(lambda value: {"schedule": value}, st.sampled_from(SEARCHES)),
    st.builds(lambda value: {"zone": value}, st.sampled_from(ZONES)),
    st.builds(lambda name, value: {name: value}, st.sampled_from(["wanted", "active"]), st.booleans()),
)
TIMES = st.sampled_from([1, 2, 4, 6, 10, 30, 60, 240, 600, 1440, 2880])  # minutes
STARTS = st.sampled_from(["08:30", "09:45", "10:15", "12:00", "16:30", "23:30"])


class AnySettings(RuleBasedStateMachine):
    """A practice from a Monday morning on, with changing settings, failing runs, and bookings."""

    def __init__(self) -> None:
        super().__init__()
        self.patched = ExitStack()
        self.patched.enter_context(patch.object(deliver, "ThreadPoolExecutor", OneAfterTheOther))
        day = Day("2026-11-23 06:00", cloud=TroubledCloud)
        assert isinstance(day.cloud, TroubledCloud)
        self.cloud, self.dice, self.desk = day.cloud, Dice(LEVELS["none"], "settings"), day.practice()
        self.cloud.begin(self.dice, set())
        self.settings = SettingsOverTime(Settings(ZONES[0]), self.cloud.world.now)
        self.forgotten: list[str] = []
        self.is_away = False

    @rule(changed=CHANGES)
    def somebody_saves(self, changed: Mapping[str, Any]) -> None:
        self.settings.change(self.cloud.world.now, **changed)
        for name, value in changed.items():
            self.desk.set(*PARAMETERS[name](value))
        self.cloud.play(self.cloud.world.now + timedelta(seconds=10))

    @rule(ahead=st.integers(0, 5), time=STARTS)
    def somebody_books(self, ahead: int, time: str) -> None:
        day = self.cloud.world.now.astimezone(self.settings.now.tz).date() + timedelta(days=ahead)
        self.desk.appointment(f"{day} {time}")
        name, entered = f"T{len(self.desk.tables['Patient'])}", self.cloud.world.now
        for zone in ZONES:
            at = datetime.fromisoformat(f"{day} {time}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
            before = at - timedelta(minutes=5)
            if before > entered:
                self.cloud.at(before, lambda z=zone, b=before: self._check(name, f"{day} {time}", entered, z, b))  # type: ignore[misc]

    @rule(passes=TIMES)
    def time_passes(self, passes: int) -> None:
        self.cloud.play(self.cloud.world.now + timedelta(minutes=passes))

    @rule()
    def the_database_goes_or_comes_back(self) -> None:
        self.is_away = not self.is_away
        self.desk.parts.parameters.put(DATABASE, "mssql://nowhere" if self.is_away else "mssql://praxis")

    @rule(kind=st.sampled_from(["tick lost", "event lost"]), times=st.integers(1, 3))
    def the_next_time(self, kind: str, times: int) -> None:
        self.dice.next[kind] += times

    @rule(calls=st.integers(0, 60))
    def a_worker_dies(self, calls: int) -> None:
        self.cloud.strike("crash", calls)

    def _check(self, name: str, start: str, entered: datetime, zone: str, at: datetime) -> None:
        """Five minutes before its start, who had to be searched has a message that left, a reason, or a call."""
        if zone != self.settings.now.zone or not self.settings.now.on or self.is_away:
            return
        history = self.desk.parts.history.runs(self.desk.name)
        due = due_slots(start, entered, at, self.settings, history, self.cloud.lost_events)
        entry = self.desk.entries.get(name)
        answered = entry is not None and entry.state not in WAITING and entry.reason != OFF
        calls = current_call_list(self.desk.practice, self.desk.deployment).calls
        if due and not answered and name not in [call.appointment for call in calls]:
            self.forgotten.append(f"{name} at {start}, entered {entered}, had to be found at {due[0]}")

    @invariant()
    def nobody_is_forgotten(self) -> None:
        assert self.forgotten == []

    @invariant()
    def the_answers_agree(self) -> None:
        if self.settings.now.on and not self.is_away:
            assert disagreements(self.desk) == []

    def teardown(self) -> None:
        self.cloud.play(self.cloud.world.now + timedelta(days=6))
        self.patched.close()
        assert self.forgotten == []


def test_whatever_settings_do_nobody_is_forgotten_and_the_answers_agree() -> None:
    """The same examples in every run, unless VITOSMS_SETTINGS_EXAMPLES asks for others."""
    profile = settings(
        max_examples=DEEP or 15, stateful_step_count=40 if DEEP else 20, derandomize=not DEEP, deadline=None,
        suppress_health_check=[*HealthCheck], print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(AnySettings, settings=profile)
