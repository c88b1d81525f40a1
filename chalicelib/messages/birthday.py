"""Whose birthday is greeted on a day, and how old somebody is then. Pure."""

from __future__ import annotations

from datetime import date, timedelta

MAJORITY = 18  # years
_OLDEST = 130


def is_birthday(birthday: date, today: date) -> bool:
    """29 February is greeted on 28 February in other years."""
    return (today.month, today.day) == greeted_on(birthday, today.year)


def birthday_month_days(today: date) -> tuple[str, ...]:
    """The `MM-DD` of the birth dates that are greeted today."""
    days = [f"{today:%m-%d}"]
    if (today.month, today.day) == (2, 28) and (today + timedelta(days=1)).month == 3:
        days.append("02-29")
    return tuple(days)


def age_on(birthday: date, day: date) -> int | None:
    """Full years on a day, a new one beginning on the day that is greeted; None where nobody can be so old."""
    age = day.year - birthday.year - ((day.month, day.day) < greeted_on(birthday, day.year))
    return age if 0 <= age <= _OLDEST else None


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 28 February for a 29th that is none."""
    return date(day.year - years, *greeted_on(day, day.year - years))


def greeted_on(birthday: date, year: int) -> tuple[int, int]:
    """Month and day on which a birthday is greeted in a year."""
    if (birthday.month, birthday.day) == (2, 29) and (date(year, 3, 1) - timedelta(days=1)).day == 28:
        return 2, 28
    return birthday.month, birthday.day
