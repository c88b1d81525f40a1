"""The filters of the call list, which a browser remembers in a cookie: no URL has them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from zoneinfo import ZoneInfo

from chalicelib.desk import cookies
from chalicelib.reports.call_list import Call

COOKIE = "filters"
_LONGEST = 200  # characters of a value


@dataclass(frozen=True)
class Filters:
    """Each is empty for all; `day` is a local date, as 2026-11-24."""

    mandant: str = ""
    practitioner: str = ""
    place: str = ""
    day: str = ""

    def show(self, call: Call, zone: ZoneInfo) -> bool:
        wanted, found = asdict(self), facts(call, zone)
        return all(found[name] == value for name, value in wanted.items() if value)

    def __bool__(self) -> bool:
        return any(asdict(self).values())


NAMES = tuple(field.name for field in fields(Filters))


def facts(call: Call, zone: ZoneInfo) -> dict[str, str]:
    """The values of a call that filters compare."""
    day = call.starts_at.astimezone(zone).date()
    whom = call.whom
    return {"mandant": whom.mandant, "practitioner": whom.practitioner, "place": whom.place, "day": day.isoformat()}


def filters_of(values: Mapping[str, object]) -> Filters:
    """Filters with those values that can be one."""
    texts = {name: str(values.get(name, "")) for name in NAMES}
    texts["day"] = texts["day"] if _is_day(texts["day"]) else ""
    return Filters(**{name: text for name, text in texts.items() if len(text) <= _LONGEST and text.isprintable()})


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def packed(filters: Filters, practice: str) -> str:
    """The value of the cookie; empty without filters."""
    chosen = {name: value for name, value in asdict(filters).items() if value}
    return cookies.packed({"practice": practice, **chosen}) if chosen else ""


def unpacked(cookie: str, practice: str, today: date) -> Filters:
    """The filters of a cookie; none if it is of another practice, or is no cookie of ours. A past day is over."""
    found = cookies.unpacked(cookie)
    if found.get("practice") != practice:
        return Filters()
    return filters_of(found if found.get("day", "") >= today.isoformat() else found | {"day": ""})


def options(calls: Iterable[Call], chosen: Filters, zone: ZoneInfo) -> dict[str, dict[str, str]]:
    """The values of each filter with their labels, among them the chosen one; the day's is the value itself."""
    found: dict[str, dict[str, str]] = {name: {} for name in NAMES}
    for call in calls:
        for name, value in facts(call, zone).items():
            if value:
                found[name][value] = call.whom.mandant_name or value if name == "mandant" else value
    for name, value in asdict(chosen).items():
        if value:
            found[name].setdefault(value, value)
    return {name: dict(sorted(values.items(), key=lambda one: one[1])) for name, values in found.items()}
