"""Birthdays: the day of the greeting, and the age on that day. Pure."""

from __future__ import annotations

from datetime import date, timedelta

MAJORITY = 18  # years
AGES = range(1, 121)  # years; another age on the day is a wrong date of birth, such as a placeholder of 1899


def is_birthday(birthday: date, today: date) -> bool:
    """Whether the birthday is greeted today; 29 February is greeted on 28 February in common years."""
    return (today.month, today.day) == greeted_on(birthday, today.year)


def birthday_month_days(today: date) -> tuple[str, ...]:
    """Return the `MM-DD` of the birth dates that are greeted today."""
    days = [f"{today:%m-%d}"]
    if (today.month, today.day) == (2, 28) and (today + timedelta(days=1)).month == 3:
        days.append("02-29")
    return tuple(days)


def age_on(birthday: date, day: date) -> int | None:
    """Return the full years on a day, counted on the greeted day; None for an impossible age."""
    age = day.year - birthday.year - ((day.month, day.day) < greeted_on(birthday, day.year))
    return age if 0 <= age <= AGES[-1] else None


def years_before(day: date, years: int) -> date:
    """Return the same day a number of years earlier; 28 February if there is no 29th."""
    return date(day.year - years, *greeted_on(day, day.year - years))


def greeted_on(birthday: date, year: int) -> tuple[int, int]:
    """Return month and day on which a birthday is greeted in a year."""
    if (birthday.month, birthday.day) == (2, 29) and (date(year, 3, 1) - timedelta(days=1)).day == 28:
        return 2, 28
    return birthday.month, birthday.day
