"""The grid of the three rules, and when a job is due next."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.job import (
    GRID_MINUTE,
    TICK_OF,
    Job,
    Tick,
    next_slot,
    next_tick,
    slot_day,
    slots_between,
)
from tests.unit.build import INSTANTS, ZURICH, at

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


@pytest.mark.parametrize(
    ("job", "now", "slot"),
    [
        pytest.param(Job.PREPARE_REMINDERS, "2026-11-23 09:59", "2026-11-23 10:00", id="today"),
        pytest.param(Job.PREPARE_REMINDERS, "2026-11-23 10:00", "2026-11-24 10:00", id="strictly after"),
        pytest.param(Job.PREPARE_BIRTHDAYS, "2026-11-23 09:59", "2026-11-23 10:00", id="birthdays with reminders"),
        pytest.param(Job.SEND, "2026-11-23 10:00", "2026-11-23 10:05", id="send five minutes later"),
        pytest.param(Job.STATUS, "2026-11-23 10:05", "2026-11-23 10:10", id="status five minutes later"),
        pytest.param(Job.SEND, "2026-03-28 12:00", "2026-03-29 10:05", id="local time over the spring change"),
        pytest.param(Job.SEND, "2026-10-24 12:00", "2026-10-25 10:05", id="local time over the autumn change"),
        pytest.param(Job.SEND, "2026-12-31 12:00", "2027-01-01 10:05", id="over the year"),
    ],
)
def test_next_slot(job: Job, now: str, slot: str) -> None:
    assert next_slot(job, at(now), ZURICH) == at(slot)


@given(st.sampled_from(Job), INSTANTS, zones)
def test_a_slot_is_a_tick_of_its_rule_in_every_zone(job: Job, now: datetime, zone: ZoneInfo) -> None:
    slot = next_slot(job, now, zone)
    assert slot == next_tick(TICK_OF[job], slot - timedelta(microseconds=1))
    assert now < slot <= now + timedelta(days=1, hours=1)


@given(st.sampled_from(Job), INSTANTS, st.integers(0, 12), zones)
def test_slots_between_are_one_a_local_day(job: Job, after: datetime, days: int, zone: ZoneInfo) -> None:
    last = after + timedelta(days=days)
    slots = slots_between(job, after, last, zone)
    assert all(after < slot <= last for slot in slots)
    dates = [slot_day(slot, zone) for slot in slots]
    assert dates == [dates[0] + timedelta(days=n) for n in range(len(dates))] if dates else days <= 1
    assert next_slot(job, slots[-1] if slots else after, zone) > last


@pytest.mark.parametrize(
    ("slot", "zone", "day"),
    [
        ("2026-11-23 23:59", "Europe/Zurich", date(2026, 11, 23)),
        ("2026-11-23 23:59", "Asia/Tokyo", date(2026, 11, 24)),
        ("2026-11-23 00:01", "America/New_York", date(2026, 11, 22)),
    ],
)
def test_the_day_of_a_slot_is_local(slot: str, zone: str, day: date) -> None:
    assert slot_day(at(slot), ZoneInfo(zone)) == day
