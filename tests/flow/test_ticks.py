"""A rule that fires twice, or misses one time, leaves the same entries as one that fires once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.entries.states import State
from chalicelib.schedule.job import Tick
from tests.flow.fake_build import Day, at
from tests.flow.small_day import END, on_fakes

Fire = Callable[..., None]


def ends(fires: Callable[[Day, Fire], Fire] = lambda day, fire: fire) -> list[tuple[Any, ...]]:
    """Return the small day's entries if its rules fire like this."""
    day, wrong = on_fakes()
    cloud = day.cloud
    cloud._fire = fires(day, cloud._fire)  # type: ignore[method-assign]
    day.play(END)
    assert wrong() == []
    entries = day.parts.data.entries["praxis"].values()
    return sorted((entry.identity, _end(entry.state), entry.attempt, entry.text or "") for entry in entries)


def _end(state: State) -> str:
    """The network's result for a message depends on the minute in which it accepts it."""
    return "taken" if state in (State.DELIVERED, State.FAILED) else state


ONCE = ends()


def test_every_rule_fires_twice_at_once() -> None:
    def fires(day: Day, fire: Fire) -> Fire:
        def twice(rule: Tick, when: datetime, retries: tuple[timedelta, ...]) -> None:
            fire(rule, when, retries)
            fire(rule, when, retries)

        return twice

    assert ends(fires) == ONCE


def test_every_rule_fires_again_some_minutes_later() -> None:
    def fires(day: Day, fire: Fire) -> Fire:
        def again(rule: Tick, when: datetime, retries: tuple[timedelta, ...]) -> None:
            fire(rule, when, retries)
            day.cloud.at(day.cloud.world.now + timedelta(minutes=7), lambda: fire(rule, when, retries))

        return again

    assert ends(fires) == ONCE


@pytest.mark.parametrize("lost", ["10:00", "10:05", "10:10", "10:15", "10:20", "10:25", "11:10"])
def test_a_rule_misses_a_tick(lost: str) -> None:
    def fires(day: Day, fire: Fire) -> Fire:
        def unless_lost(rule: Tick, when: datetime, retries: tuple[timedelta, ...]) -> None:
            if when != at(f"2026-11-23 {lost}"):
                fire(rule, when, retries)

        return unless_lost

    assert ends(fires) == ONCE
