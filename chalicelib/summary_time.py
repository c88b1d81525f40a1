"""When the daily summary is due: at the first status tick an hour after the last send slot of a day. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .job import Tick, next_tick
from .schedule import Schedule

AFTER_SENDING = timedelta(hours=1)
_MOMENT = timedelta(microseconds=1)


def next_summary(send: Schedule, after: datetime, zone: ZoneInfo) -> datetime:
    """The first summary (UTC) strictly after an instant, for a Zeitplan of `send`."""
    instant = after - AFTER_SENDING - timedelta(minutes=15)  # a day whose last slot lies here may still be due
    while True:
        slot = send.next_after(instant, zone)
        last = _last_of_day(send, slot, zone)
        summary = _summary_of(last)
        if summary > after:
            return summary
        instant = last


def last_summary_until(send: Schedule, until: datetime, zone: ZoneInfo) -> datetime:
    """The latest summary (UTC) not after an instant."""
    slot = send.last_until(until, zone)
    while _summary_of(_last_of_day(send, slot, zone)) > until:
        slot = send.last_until(_first_of_day(send, slot, zone) - _MOMENT, zone)
    return _summary_of(_last_of_day(send, slot, zone))


def day_of_summary(send: Schedule, summary: datetime, zone: ZoneInfo) -> date:
    """The local day that a summary (UTC) tells of: of the send slot an hour before."""
    return send.last_until(summary - AFTER_SENDING, zone).astimezone(zone).date()


def _summary_of(last_slot: datetime) -> datetime:
    return next_tick(Tick.STATUS, last_slot + AFTER_SENDING - _MOMENT)


def _last_of_day(send: Schedule, slot: datetime, zone: ZoneInfo) -> datetime:
    return max(slot, *_of_day(send, slot, zone))


def _first_of_day(send: Schedule, slot: datetime, zone: ZoneInfo) -> datetime:
    return min(slot, *_of_day(send, slot, zone))


def _of_day(send: Schedule, slot: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """All slots of the same local day; a slot that a gap of the clocks has put off is alone there."""
    return send.on(slot.astimezone(zone).date(), zone) or (slot,)
