"""The days on which a practice is closed."""

from __future__ import annotations

import sys
from datetime import date, timedelta

import pytest

from chalicelib.schedule.closed_days import CANTONS, ClosedDays, parse_closed_days


def closed(text: str) -> ClosedDays:
    found = parse_closed_days(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("24.12.2026-03.01.2027", [date(2026, 12, 24), date(2027, 1, 3)], [date(2026, 12, 23), date(2027, 1, 4)]),
        ("1.8.2027, 24.12.2026", [date(2027, 8, 1), date(2026, 12, 24)], [date(2026, 8, 1), date(2026, 12, 25)]),
        ("zh", [date(2027, 8, 1), date(2027, 5, 1), date(2028, 12, 26)], [date(2027, 1, 6), date(2027, 5, 2)]),
        ("TI", [date(2027, 1, 6), date(2027, 6, 29)], [date(2027, 1, 7)]),
        ("", [], [date(2027, 8, 1)]),
    ],
)
def test_which_days_are_closed(text: str, inside: list[date], outside: list[date]) -> None:
    days = closed(text)
    assert ([day in days for day in inside], [day in days for day in outside]) == (
        [True] * len(inside), [False] * len(outside),
    )  # fmt: skip


@pytest.mark.parametrize("canton", CANTONS)
def test_every_canton_has_new_year_and_the_national_day(canton: str) -> None:
    assert {date(2027, 1, 1), date(2027, 8, 1)} <= {*closed(canton).coming(date(2027, 1, 1), 20)}


def test_the_next_days_and_the_days_just_before() -> None:
    days = closed("24.12.2026-27.12.2026, 01.08.2027")
    assert days.coming(date(2026, 12, 26), 3) == [date(2026, 12, 26), date(2026, 12, 27), date(2027, 8, 1)]
    assert days.since(date(2026, 12, 28)) == date(2026, 12, 24)
    assert days.since(date(2026, 12, 24)) == date(2026, 12, 24)
    assert [days.is_over(date(2027, 8, day)) for day in (1, 2)] == [False, True]
    assert days.coming(date(2027, 8, 2), 3) == []
    assert not closed("ZH, 01.08.2020").is_over(date(2027, 1, 1))
    assert not closed("").is_over(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("text", "day", "following"),
    [
        ("", date(2026, 11, 26), date(2026, 11, 27)),
        ("", date(2026, 11, 27), date(2026, 11, 30)),
        ("", date(2026, 11, 28), date(2026, 11, 30)),
        ("25.11.2026-27.11.2026", date(2026, 11, 24), date(2026, 11, 30)),
        ("24.12.2026-27.12.2026, ZH", date(2026, 12, 23), date(2026, 12, 28)),
        ("01.01.2027-31.12.2099", date(2026, 12, 31), date(2027, 2, 28)),
    ],
)
def test_the_next_day_on_which_people_are_there(text: str, day: date, following: date) -> None:
    assert closed(text).next_working_day(day) == following
    assert closed("").is_working_day(day) is (day.weekday() < 5)
    assert not closed(text).is_working_day(following - timedelta(days=1)) or following == day + timedelta(days=1)


def test_dates_alone_load_no_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert date(2031, 8, 1) in closed("01.08.2031")
    assert date(2031, 8, 2) not in closed("01.08.2031")
