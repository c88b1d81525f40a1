"""The values that the filters of the call list compare. Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from chalicelib.desk.pages.filters import DAY
from chalicelib.reports.call_list import Call

COOKIE = "filters"
NAMES = ("mandant", "practitioner", "place", DAY)


def facts(call: Call, zone: ZoneInfo) -> dict[str, str]:
    """The values of a call that filters compare."""
    day = call.starts_at.astimezone(zone).date()
    whom = call.whom
    return {"mandant": whom.mandant, "practitioner": whom.practitioner, "place": whom.place, DAY: day.isoformat()}
