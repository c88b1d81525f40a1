"""Time zones by name; instants as text that sorts by time. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DEFAULT = "Europe/Zurich"
_MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """Return the IANA zone, or Europe/Zurich if the stored name is no longer valid."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return ZoneInfo(DEFAULT)


def to_utc(day: date, at: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    """Return a local time as an instant (UTC).

    A time that occurs twice gives the first one (`fold` 1: the second), a skipped time the end of the gap.
    """
    instant = datetime.combine(day, at.replace(fold=fold), zone).astimezone(UTC)
    if instant.astimezone(zone).time() == at:
        return instant
    instant = datetime.combine(day, at, zone).astimezone(UTC)  # as far after the gap as the time lies in it
    after_gap = instant.astimezone(zone).utcoffset()
    while (instant - _MINUTE).astimezone(zone).utcoffset() == after_gap:
        instant -= _MINUTE
    return instant


def local_minute(local: datetime) -> str:
    """A local time as it is compared after the zone or the seconds were corrected: `2026-11-24T09:00`."""
    return local.isoformat(timespec="minutes")[:16]


def minute_in(minute: str, zone: ZoneInfo) -> datetime:
    """The aware time of `local_minute`."""
    return datetime.fromisoformat(minute).replace(tzinfo=zone)


def instant_text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant_of(text: str) -> datetime:
    return datetime.fromisoformat(text)
