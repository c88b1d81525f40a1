"""The jobs of a practice, and the grid of the three rules that tick for them. Pure.

The rules tick a quarter of an hour apart each, five minutes from one to the next (design, section 1), so that
a) prepare, b) send, c) status keep the manual's order and its five minutes by construction.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Job(StrEnum):
    PREPARE_REMINDERS = "prepare-reminders"
    PREPARE_BIRTHDAYS = "prepare-birthdays"
    SEND = "send"
    STATUS = "status"
    SUMMARY = "summary"  # of the day, an hour after its last send slot; it has no settings of its own


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
    Job.SUMMARY: Tick.STATUS,
}
PREPARING = frozenset({Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS})
SCHEDULED = (Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS, Job.SEND, Job.STATUS)  # those that a practice sets
GRID_MINUTE = {Tick.PREPARE: 0, Tick.SEND: 5, Tick.STATUS: 10}
QUARTER = timedelta(minutes=15)

GERMAN = {
    Job.PREPARE_REMINDERS: "Terminerinnerungen aufbereiten",
    Job.PREPARE_BIRTHDAYS: "Geburtstagsglückwünsche aufbereiten",
    Job.SEND: "Mitteilungen senden",
    Job.STATUS: "Status aktualisieren",
    Job.SUMMARY: "Tagesübersicht",
}


def next_tick(tick: Tick, after: datetime) -> datetime:
    """The rule's first tick (UTC) strictly after an instant."""
    start = after.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    first = start + timedelta(minutes=GRID_MINUTE[tick])
    while first <= after:
        first += QUARTER
    return first
