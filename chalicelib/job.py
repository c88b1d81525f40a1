"""Jobs, the grid of the three rules, and when a job is due next. Pure.

The rules tick a quarter of an hour apart each, five minutes from one to the next (design, section 1), so that
a) prepare, b) send, c) status keep the manual's order and its five minutes by construction.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from .zone import local_instant


class Job(StrEnum):
    PREPARE_REMINDERS = "prepare-reminders"
    PREPARE_BIRTHDAYS = "prepare-birthdays"
    SEND = "send"
    STATUS = "status"


class Tick(StrEnum):
    """The EventBridge rules, each ticking for the jobs of its kind."""

    PREPARE = "prepare"
    SEND = "send"
    STATUS = "status"


TICK_OF = {
    Job.PREPARE_REMINDERS: Tick.PREPARE,
    Job.PREPARE_BIRTHDAYS: Tick.PREPARE,
    Job.SEND: Tick.SEND,
    Job.STATUS: Tick.STATUS,
}
GRID_MINUTE = {Tick.PREPARE: 0, Tick.SEND: 5, Tick.STATUS: 10}
DEFAULT_TIME = {
    Tick.PREPARE: time(10, 0),
    Tick.SEND: time(10, 5),
    Tick.STATUS: time(10, 10),
}  # the manual's own
QUARTER = timedelta(minutes=15)

GERMAN = {
    Job.PREPARE_REMINDERS: "Terminerinnerungen aufbereiten",
    Job.PREPARE_BIRTHDAYS: "Geburtstagsglückwünsche aufbereiten",
    Job.SEND: "Mitteilungen senden",
    Job.STATUS: "Status aktualisieren",
}


def next_tick(tick: Tick, after: datetime) -> datetime:
    """The rule's first tick (UTC) strictly after an instant."""
    start = after.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    first = start + timedelta(minutes=GRID_MINUTE[tick])
    while first <= after:
        first += QUARTER
    return first


def next_slot(job: Job, after: datetime, zone: ZoneInfo) -> datetime:
    """The job's next slot (UTC) strictly after an instant: `täglich` at its default local time.

    A local time that occurs twice, at a change of the clocks, is its first occurrence.
    """
    day = after.astimezone(zone).date()
    while True:
        slot = local_instant(day, DEFAULT_TIME[TICK_OF[job]], zone)
        if slot > after:
            return slot
        day += timedelta(days=1)


def slots_between(job: Job, after: datetime, last: datetime, zone: ZoneInfo) -> list[datetime]:
    """The job's slots (UTC) in (after, last]."""
    slots = []
    slot = next_slot(job, after, zone)
    while slot <= last:
        slots.append(slot)
        slot = next_slot(job, slot, zone)
    return slots


def slot_day(slot: datetime, zone: ZoneInfo) -> date:
    """The local date of a slot: the run's `today`, whenever it runs."""
    return slot.astimezone(zone).date()
