"""When a send slot continues."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.jobs.run_context import next_try
from chalicelib.schedule.job import Tick, next_tick
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.sending_window import SendingWindow
from tests.builders.entries import SLOT, ZURICH, at, context, minutes


@pytest.mark.parametrize(
    ("window", "now", "tick"),
    [
        pytest.param("08:00-20:00", "2026-11-23 10:05", "2026-11-23 10:20", id="at the next send tick"),
        pytest.param("08:00-20:00", "2026-11-23 19:35", "2026-11-23 19:50", id="the last tick of the window"),
        pytest.param("08:00-20:00", "2026-11-23 19:50", None, id="not after the window closed"),
        pytest.param("16:00-20:00", "2026-11-23 10:05", "2026-11-23 16:05", id="when the window opens later"),
        pytest.param("16:05-20:00", "2026-11-23 10:05", "2026-11-23 16:05", id="opening on a tick"),
        pytest.param("10:06-10:19", "2026-11-23 10:05", None, id="a window without a tick"),
        pytest.param("16:06-16:19", "2026-11-23 10:05", None, id="nor has a later one"),
        pytest.param("20:00-06:00", "2026-11-23 10:05", "2026-11-23 20:05", id="a night: this evening"),
        pytest.param("20:00-06:00", "2026-11-23 23:50", None, id="a night: not past the slot's day"),
        pytest.param("00:00-24:00", "2026-11-23 23:35", "2026-11-23 23:50", id="always: until midnight"),
        pytest.param("08:00-20:00", "2026-11-24 08:05", None, id="a run on the day after its slot"),
    ],
)
def test_next_try(window: str, now: str, tick: str | None) -> None:
    assert next_try(context(now=at(now), Versandfenster=window)) == (at(tick) if tick else None)


@given(st.integers(0, 1439), st.integers(0, 1440), st.integers(0, 24 * 60 - 5))
def test_it_is_the_first_open_send_tick_that_is_left_of_the_day(opens: int, closes: int, after: int) -> None:
    if opens == closes:
        return
    window, now = SendingWindow(opens, closes), at("2026-11-23 00:00") + minutes(after)
    expected = _first_open_tick(window, now)
    assert next_try(context(slot=SLOT, now=now, Versandfenster=str(window))) == expected


def _first_open_tick(window: SendingWindow, now: datetime) -> datetime | None:
    """Tick by tick, until the slot's day is over."""
    tick = next_tick(Tick.SEND, now)
    while slot_day(tick, ZURICH) == slot_day(SLOT, ZURICH):
        if window.is_open(tick, ZURICH):
            return tick
        tick += timedelta(minutes=15)
    return None
