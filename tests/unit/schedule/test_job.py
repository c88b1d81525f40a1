"""The grid of the three rules, and when a job is due next."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.schedule.job import GRID_MINUTE, Tick, next_tick
from tests.builders.entries import INSTANTS, at

ZONES = ["Europe/Zurich", "UTC", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"]
zones = st.sampled_from([ZoneInfo(name) for name in ZONES])


@given(st.sampled_from(Tick), INSTANTS)
def test_the_next_tick_is_the_first_of_its_grid_after_now(tick: Tick, now: datetime) -> None:
    found = next_tick(tick, now)
    assert now < found <= now + timedelta(minutes=15)
    assert (found.minute % 15, found.second, found.microsecond) == (GRID_MINUTE[tick], 0, 0)


@pytest.mark.parametrize(
    ("tick", "now", "found"),
    [
        (Tick.PREPARE, "2026-11-23 10:00", "2026-11-23 10:15"),
        (Tick.PREPARE, "2026-11-23 09:59:59", "2026-11-23 10:00"),
        (Tick.SEND, "2026-11-23 10:00", "2026-11-23 10:05"),
        (Tick.SEND, "2026-11-23 10:55", "2026-11-23 11:05"),
        (Tick.STATUS, "2026-11-23 10:05", "2026-11-23 10:10"),
        (Tick.STATUS, "2026-11-23 23:58", "2026-11-24 00:10"),
    ],
)
def test_next_tick(tick: Tick, now: str, found: str) -> None:
    assert next_tick(tick, at(now)) == at(found)


def test_the_ticks_keep_the_manuals_order_and_its_five_minutes() -> None:
    ticks = [next_tick(tick, at("2026-11-23 09:59")) for tick in (Tick.PREPARE, Tick.SEND, Tick.STATUS)]
    assert ticks == [at(f"2026-11-23 {text}") for text in ("10:00", "10:05", "10:10")]
