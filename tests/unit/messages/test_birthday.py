"""The patients whose birthday is greeted on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.birthday import age_on, birthday_month_days, is_birthday, years_before

births = st.dates(date(1880, 1, 1), date(2100, 12, 31))
years = st.integers(1900, 2200)


@pytest.mark.parametrize(
    ("birthday", "today", "greeted"),
    [
        pytest.param(date(1980, 11, 23), date(2026, 11, 23), True, id="the day"),
        pytest.param(date(1980, 11, 23), date(2026, 11, 22), False, id="the day before"),
        pytest.param(date(1980, 11, 23), date(2026, 11, 24), False, id="the day after"),
        pytest.param(date(2026, 11, 23), date(2026, 11, 23), True, id="the day of birth itself"),
        pytest.param(date(2024, 2, 29), date(2026, 2, 28), True, id="29 February on the 28th in an ordinary year"),
        pytest.param(date(2024, 2, 29), date(2026, 3, 1), False, id="29 February not on 1 March"),
        pytest.param(date(2024, 2, 29), date(2028, 2, 29), True, id="29 February on its day in a leap year"),
        pytest.param(date(2024, 2, 29), date(2028, 2, 28), False, id="29 February not a day early in a leap year"),
        pytest.param(date(1996, 2, 29), date(2100, 2, 28), True, id="2100 is no leap year"),
        pytest.param(date(1996, 2, 29), date(2000, 2, 28), False, id="2000 is one"),
        pytest.param(date(1980, 2, 28), date(2026, 2, 28), True, id="28 February in an ordinary year"),
        pytest.param(date(1980, 2, 28), date(2028, 2, 28), True, id="28 February in a leap year"),
        pytest.param(date(1980, 2, 28), date(2028, 2, 29), False, id="28 February not again on the 29th"),
    ],
)
def test_greeted(birthday: date, today: date, greeted: bool) -> None:
    assert is_birthday(birthday, today) is greeted


@given(births, years)
def test_everybody_is_greeted_exactly_once_a_year(birthday: date, year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    assert sum(is_birthday(birthday, day) for day in days if day.year == year) == 1


@given(births, st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_the_database_query_covers_exactly_the_greeted_patients(birthday: date, today: date) -> None:
    assert (f"{birthday:%m-%d}" in birthday_month_days(today)) is is_birthday(birthday, today)


@pytest.mark.parametrize(
    ("today", "month_days"),
    [
        (date(2026, 1, 5), ("01-05",)),
        (date(2026, 2, 28), ("02-28", "02-29")),
        (date(2028, 2, 28), ("02-28",)),
        (date(2028, 2, 29), ("02-29",)),
    ],
)
def test_the_queried_birth_dates(today: date, month_days: tuple[str, ...]) -> None:
    assert birthday_month_days(today) == month_days


@pytest.mark.parametrize(
    ("birthday", "day", "age"),
    [
        pytest.param(date(2008, 11, 23), date(2026, 11, 22), 17, id="the day before"),
        pytest.param(date(2008, 11, 23), date(2026, 11, 23), 18, id="the day"),
        pytest.param(date(2008, 2, 29), date(2026, 2, 28), 18, id="29 February on the 28th in an ordinary year"),
        pytest.param(date(2008, 2, 29), date(2026, 2, 27), 17, id="not before"),
        pytest.param(date(2008, 2, 29), date(2028, 2, 28), 19, id="29 February not a day early in a leap year"),
        pytest.param(date(2026, 11, 23), date(2026, 11, 23), 0, id="the day of birth itself"),
        pytest.param(date(2026, 11, 24), date(2026, 11, 23), None, id="not born"),
        pytest.param(date(1906, 1, 1), date(2026, 11, 23), 120, id="as old as hardly anybody was"),
        pytest.param(date(1905, 1, 1), date(2026, 11, 23), None, id="older than anybody"),
        pytest.param(date(1, 1, 1), date(2026, 11, 23), None, id="no date of birth"),
    ],
)
def test_the_age_on_a_day(birthday: date, day: date, age: int | None) -> None:
    assert age_on(birthday, day) == age


@given(births, years)
def test_a_new_year_begins_on_the_day_that_is_greeted(birthday: date, year: int) -> None:
    for n in range(366):
        day = date(year, 1, 1) + timedelta(days=n)
        if day.year == year and 0 < year - birthday.year <= 120 and is_birthday(birthday, day):
            before = age_on(birthday, day - timedelta(days=1))
            assert (before, age_on(birthday, day)) == (year - birthday.year - 1, year - birthday.year)


@pytest.mark.parametrize(
    ("day", "earlier"),
    [
        (date(2026, 11, 23), date(2021, 11, 23)),
        (date(2028, 2, 29), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2020, 2, 28)),
    ],
)
def test_five_years_before(day: date, earlier: date) -> None:
    assert years_before(day, 5) == earlier
