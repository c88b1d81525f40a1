"""The filters of a list, which a browser remembers in a cookie: no URL has them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from chalicelib.desk import cookies

_LONGEST = 200  # characters of a value
DAY = "day"  # the name of a filter by a local date, as 2026-11-24
Filters = Mapping[str, str]  # the chosen value by the name of its filter; one that is not there shows all


def leaves(filters: Filters, facts: Mapping[str, str]) -> bool:
    """Whether the filters show a row with these values."""
    return all(facts[name] == value for name, value in filters.items())


def filters_of(values: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """Filters with those values that can be one."""
    found = {name: values.get(name, "") for name in names}
    found[DAY] = found[DAY] if _is_day(found[DAY]) else ""
    return {name: text for name, text in found.items() if text and len(text) <= _LONGEST and text.isprintable()}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def packed(filters: Filters, practice: str) -> str:
    """The value of the cookie; empty without filters."""
    return cookies.packed({"practice": practice, **filters}) if filters else ""


def unpacked(cookie: str, practice: str, names: Sequence[str], today: date) -> dict[str, str]:
    """The filters of a cookie; none if it is of another practice, or is no cookie of ours. A past day is over."""
    found = cookies.unpacked(cookie)
    if found.get("practice") != practice:
        return {}
    return filters_of(found if found.get(DAY, "") >= today.isoformat() else found | {DAY: ""}, names)


def options(
    rows: Iterable[Mapping[str, str]], filters: Filters, names: Sequence[str], label: Callable[[str, str], str]
) -> dict[str, dict[str, str]]:
    """The filters with a choice: the values of the rows, and the chosen one, with the label of a name and value."""
    found: dict[str, set[str]] = {name: set() for name in names}
    for row in [*rows, filters]:
        for name in names:
            if value := row.get(name):
                found[name].add(value)
    shown = {name: {value: label(name, value) for value in sorted(values)} for name, values in found.items()}
    return {
        name: values if name == DAY else dict(sorted(values.items(), key=lambda one: one[1]))
        for name, values in shown.items()
        if len(values) > 1 or name in filters
    }
