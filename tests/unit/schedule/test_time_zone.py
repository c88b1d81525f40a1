"""Time zones by name, and local times as instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.schedule.time_zone import to_utc, zone_named
from tests.builders.entries import ZURICH


@pytest.mark.parametrize("name", ["Europe/Zurich", "America/New_York", "UTC"])
def test_an_iana_name_is_its_zone(name: str) -> None:
    assert zone_named(name).key == name


@pytest.mark.parametrize("name", ["Mars/Phobos", "", "Europe", "../etc/passwd", "Europe/Zurich\0", "ü" * 300])
def test_a_stored_name_that_is_no_longer_valid_is_zurich(name: str) -> None:
    assert zone_named(name).key == "Europe/Zurich"


SPRING, AUTUMN, SUMMER = date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("day", "local", "fold", "instant"),
    [
        pytest.param(SUMMER, time(10, 0), 0, datetime(2026, 7, 1, 8, 0, tzinfo=UTC), id="in summer"),
        pytest.param(AUTUMN, time(2, 30), 0, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="twice: the first"),
        pytest.param(AUTUMN, time(2, 30), 1, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), id="twice: the second"),
        pytest.param(AUTUMN, time(3, 0), 1, datetime(2026, 10, 25, 2, 0, tzinfo=UTC), id="once, whichever is asked"),
        pytest.param(SPRING, time(2, 0), 0, datetime(2026, 3, 29, 1, 0, tzinfo=UTC), id="the first skipped minute"),
        pytest.param(SPRING, time(2, 59), 1, datetime(2026, 3, 29, 1, 0, tzinfo=UTC), id="the last skipped minute"),
    ],
)
def test_local_instant(day: date, local: time, fold: int, instant: datetime) -> None:
    assert to_utc(day, local, ZURICH, fold) == instant


@given(st.sampled_from([SPRING, AUTUMN]) | st.dates(date(1990, 1, 1), date(2037, 12, 31)), st.integers(0, 1438))
def test_later_on_the_wall_is_never_earlier_in_time(day: date, minute: int) -> None:
    sooner, later = (time(m // 60, m % 60) for m in (minute, minute + 1))
    assert to_utc(day, sooner, ZURICH) <= to_utc(day, later, ZURICH)
    shown = to_utc(day, sooner, ZURICH).astimezone(ZURICH)
    assert shown.date() == day
    assert shown.time() == sooner or (day.month == 3 and shown.time() == time(3, 0) and 120 <= minute < 180)


def test_an_hour_of_the_autumn_night_has_two_instants_an_hour_apart() -> None:
    first, second = (to_utc(AUTUMN, time(2, 15), ZURICH, fold) for fold in (0, 1))
    assert second - first == timedelta(hours=1)
