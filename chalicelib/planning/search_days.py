"""The local days that a prepare run searches. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from chalicelib.practice.switches import Switches
from chalicelib.rules.rule_input import RuleContext
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import to_utc

_DAY, _MOMENT = timedelta(days=1), timedelta(microseconds=1)


def searched_days(job: JobState, slot: datetime, switches: Switches) -> frozenset[date]:
    """The local days of a reminder slot, and those of earlier slots that failed or were missed, from its day on.

    None for other jobs.
    """
    if job.job is not Job.PREPARE_REMINDERS:
        return frozenset()
    missed = job.slots(job.done, slot) if job.done else []
    offset, count, zone = switches["OffsetStartTage"], switches["OffsetSuchTage"], switches["Zeitzone"]
    today = slot_day(slot, zone)
    return frozenset(day for day in days_of_slots([*missed, slot], offset, count, zone) if day >= today)


def days_of_slots(slots: Iterable[datetime], offset: int, count: int, zone: ZoneInfo) -> frozenset[date]:
    """The `count` local days that the run of each slot searches, from `offset` days after it."""
    starts = {slot_day(slot, zone) + timedelta(days=offset) for slot in slots}
    return frozenset(start + timedelta(days=n) for start in starts for n in range(count))


@lru_cache(maxsize=256)  # an agenda has many appointments a day, and some schedules have many slots
def slots_searching(day: date, job: JobState, offset: int, count: int, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The past and coming slots (UTC) whose own days include a local day: the inverse of `days_of_slots`."""
    first, end = day - timedelta(days=offset + count - 1), day - timedelta(days=offset - 1)
    return tuple(job.slots(to_utc(first, time(0), zone) - _MOMENT, to_utc(end, time(0), zone) - _MOMENT))


def searched_range(context: RuleContext, until: datetime) -> tuple[date, date]:
    """The consecutive searched days [first, end) that include an entry's own day."""
    first = last = until.astimezone(context.zone).date()
    while first - _DAY in context.days:
        first -= _DAY
    while last + _DAY in context.days:
        last += _DAY
    return first, last + _DAY
