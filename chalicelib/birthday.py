"""Whose birthday is greeted on a day. Pure."""

from __future__ import annotations

from datetime import date, timedelta


def is_birthday(birthday: date, today: date) -> bool:
    """29 February is greeted on 28 February in other years."""
    return (today.month, today.day) == _greeted_on(birthday, today.year)


def birthday_month_days(today: date) -> tuple[str, ...]:
    """The `MM-DD` of the birth dates that are greeted today."""
    days = [f"{today:%m-%d}"]
    if (today.month, today.day) == (2, 28) and (today + timedelta(days=1)).month == 3:
        days.append("02-29")
    return tuple(days)


def _greeted_on(birthday: date, year: int) -> tuple[int, int]:
    if (birthday.month, birthday.day) == (2, 29) and (date(year, 3, 1) - timedelta(days=1)).day == 28:
        return 2, 28
    return birthday.month, birthday.day
