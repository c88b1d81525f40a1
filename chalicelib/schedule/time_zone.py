"""Time zones by name. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DEFAULT = "Europe/Zurich"
_MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone; Europe/Zurich where the stored name is none any more."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return ZoneInfo(DEFAULT)


def to_utc(day: date, at: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    """A local time as an instant (UTC): the first of two occurrences (`fold` 1: the second), the end of the gap
    for a skipped one.
    """
    instant = datetime.combine(day, at.replace(fold=fold), zone).astimezone(UTC)
    if instant.astimezone(zone).time() == at:
        return instant
    instant = datetime.combine(day, at, zone).astimezone(UTC)  # behind the gap by what was left of it
    after_gap = instant.astimezone(zone).utcoffset()
    while (instant - _MINUTE).astimezone(zone).utcoffset() == after_gap:
        instant -= _MINUTE
    return instant
