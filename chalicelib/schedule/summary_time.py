"""The daily summary is due at the first status tick an hour after the last send slot of a day. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.schedule.job import Tick, next_tick
from chalicelib.schedule.schedule import Schedule

AFTER_SENDING = timedelta(hours=1)
_MOMENT = timedelta(microseconds=1)
_DAY = timedelta(days=1)


def next_summary(send: Schedule, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first summary (UTC) strictly after an instant, by the schedule of `send`."""
    day = after.astimezone(zone).date() - 2 * _DAY  # a clock change may shift its last slot to the next day
    while not send.runs_on(day) or _summary_of(day, send, zone) <= after:
        day += _DAY
    return _summary_of(day, send, zone)


def last_summary_until(send: Schedule, until: datetime, zone: ZoneInfo) -> datetime:
    """Return the latest summary (UTC) not after an instant."""
    return _summary_of(summarised_day(send, until, zone), send, zone)


def summarised_day(send: Schedule, summary: datetime, zone: ZoneInfo) -> date:
    """Return the local day reported by a summary (UTC), or by the last one before an instant."""
    day = summary.astimezone(zone).date() + _DAY  # may have begun already if the clocks went back over midnight
    while not send.runs_on(day) or _summary_of(day, send, zone) > summary:
        day -= _DAY
    return day


def _summary_of(day: date, send: Schedule, zone: ZoneInfo) -> datetime:
    return next_tick(Tick.STATUS, send.on(day, zone)[-1] + AFTER_SENDING - _MOMENT)
