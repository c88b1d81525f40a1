"""German times, days and numbers for texts that a practice reads. Pure."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """Like `Mi 28.02. 07:30`, local."""
    local = instant.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]} {local:%d.%m. %H:%M}"


def moment_with_year(instant: datetime, zone: ZoneInfo) -> str:
    """Like `Mi 28.02.2029 07:30`, local."""
    local = instant.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]} {local:%d.%m.%Y %H:%M}"


def moment_from(now: datetime, instant: datetime, zone: ZoneInfo) -> str:
    """With the year only if it is not the current one."""
    same = instant.astimezone(zone).year == now.astimezone(zone).year
    return (moment if same else moment_with_year)(instant, zone)


def day_words(day: date) -> str:
    """Like `Mi 28.02.2029`."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d.%m.%Y}"


def number(value: int) -> str:
    """With Swiss thousands separators: `10'000`."""
    return f"{value:,}".replace(",", "'")


def counted(value: int, one: str, many: str) -> str:
    return f"{number(value)} {one if value == 1 else many}"
