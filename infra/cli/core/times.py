"""A time that a person gives, in the zone of a practice or with its offset. Pure."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from infra.cli.core.arguments import YEARS, ArgumentError, local_time
from infra.translation import tr

_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d", re.ASCII)
_OFFSET = re.compile(r".*T.*(Z|[+-]\d{2}:?\d{2})", re.ASCII)


def instant(option: str, text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """`10:30` for the next time that the clock shows it after `now` (aware), a local time, or one with an offset.

    Aware. Raises ArgumentError for anything else.
    """
    given = text.strip()
    if _CLOCK.fullmatch(given):
        today = now.astimezone(zone).date()
        days = (local_time(option, f"{today + timedelta(days=n)} {given:0>5}", zone) for n in (0, 1))
        return next(at for at in days if at > now)
    if not _OFFSET.fullmatch(given):
        return _local(option, text, zone)
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise ArgumentError(
            tr(
                "{option} {given!r}: must be a time such as 10:30 (the next), 2026-11-23T10:30 or 2026-11-23T09:30Z",
                option=option,
                given=text,
            )
        ) from None
    if at.year not in YEARS:
        raise ArgumentError(
            tr(
                "{option} {given!r}: must be in the years {first} to {last}",
                option=option, given=text, first=YEARS[0], last=YEARS[-1],
            )
        )  # fmt: skip
    return at


def _local(option: str, text: str, zone: ZoneInfo) -> datetime:
    try:
        return local_time(option, text, zone)
    except ArgumentError as error:
        raise ArgumentError(
            tr("{problem}; 10:30 (the next) and 2026-11-23T09:30Z are allowed, too", problem=error)
        ) from None


def local_day(option: str, text: str) -> date:
    """A local date, such as 2026-11-23 or 23.11.2026. Raises ArgumentError."""
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            day = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if day.year in YEARS:
            return day
    raise ArgumentError(
        tr(
            "{option} {given!r}: must be a date in the years {first} to {last}, such as 2026-11-23",
            option=option, given=text, first=YEARS[0], last=YEARS[-1],
        )
    )  # fmt: skip
