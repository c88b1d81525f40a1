"""Time zones by name. Pure."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

DEFAULT = "Europe/Zurich"


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone; Europe/Zurich where the stored name is none any more."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):
        return ZoneInfo(DEFAULT)
