"""The days on which a practice is closed: dates, ranges of dates, the holidays of cantons. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

CANTONS = (
    "AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE",
    "NW", "OW", "SG", "SH", "SO", "SZ", "TG", "TI", "UR", "VD", "VS", "ZG", "ZH",
)  # fmt: skip
_DAY = timedelta(days=1)
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(20\d{2})", re.ASCII)
_AHEAD = 400  # days in which to look for the next closed ones
_LONGEST = 60  # days in which to look for the next working one
_SATURDAY = 5


@dataclass(frozen=True)
class ClosedDays:
    """Spans of local dates, both inclusive, and cantons whose holidays count too."""

    spans: tuple[tuple[date, date], ...] = ()
    cantons: tuple[str, ...] = ()

    def __contains__(self, day: date) -> bool:
        if any(first <= day <= last for first, last in self.spans):
            return True
        return any(day in _holidays(canton, day.year) for canton in self.cantons)

    def __str__(self) -> str:
        spans = (f"{first:%d.%m.%Y}" + (f"-{last:%d.%m.%Y}" if last > first else "") for first, last in self.spans)
        return ", ".join([*spans, *self.cantons])

    def coming(self, today: date, most: int) -> list[date]:
        """Return the next closed days from today on, `most` at most, within about a year."""
        if not (self.cantons or self.spans) or self.is_over(today):
            return []
        found = (day for n in range(_AHEAD) if (day := today + n * _DAY) in self)
        return [day for day, _ in zip(found, range(most), strict=False)]

    def is_over(self, today: date) -> bool:
        """Return whether all of its days are past."""
        return bool(self.spans) and not self.cantons and max(last for _, last in self.spans) < today

    def is_working_day(self, day: date) -> bool:
        """Return whether people are there: from Monday to Friday, unless the practice is closed."""
        return day.weekday() < _SATURDAY and day not in self

    def next_working_day(self, day: date) -> date:
        """Return the first working day after a day; of a stretch of more than two months, a day of it."""
        after = [day + n * _DAY for n in range(1, _LONGEST)]
        return next(filter(self.is_working_day, after), after[-1])

    def since(self, day: date) -> date:
        """Return the first of the closed days just before a day, or the day itself."""
        while day - _DAY in self:
            day -= _DAY
        return day


def parse_closed_days(text: str) -> ClosedDays | None:
    """Read dates such as 24.12.2026, ranges such as 24.12.2026-03.01.2027, and cantons, separated by commas.

    None if a part is anything else.
    """
    spans, cantons = list[tuple[date, date]](), list[str]()
    for part in (one.strip() for one in text.replace(";", ",").split(",")):
        if part.upper() in CANTONS:
            cantons.append(part.upper())
        elif span := _span(part):
            spans.append(span)
        elif part:
            return None
    return ClosedDays(tuple(spans), tuple(dict.fromkeys(cantons)))


def _span(text: str) -> tuple[date, date] | None:
    days = [_date(one.strip()) for one in re.split("[-–]", text)]
    first, last = days[0], days[-1]
    return (first, last) if len(days) <= 2 and first and last and first <= last else None


def _date(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _holidays(canton: str, year: int) -> frozenset[date]:
    import holidays  # takes half a second to load: only the practices with a canton wait for it

    return frozenset(holidays.country_holidays("CH", subdiv=canton, years=year))
