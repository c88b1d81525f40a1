"""The jobs of a practice, and the ticks of the three EventBridge rules that start them. Pure.

Each rule ticks every quarter of an hour, five minutes after the one before, so prepare, send and status always run in
that order, five minutes apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from chalicelib.text import Text


class Job(StrEnum):
    PREPARE_REMINDERS = "prepare-reminders"
    PREPARE_BIRTHDAYS = "prepare-birthdays"
    SEND = "send"
    STATUS = "status"
    SUMMARY = "summary"  # due an hour after the last send slot of the day; has no settings


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
SCHEDULED = (Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS, Job.SEND, Job.STATUS)  # by the practice
GRID_MINUTE = {Tick.PREPARE: 0, Tick.SEND: 5, Tick.STATUS: 10}
QUARTER = timedelta(minutes=15)


def job_label(job: Job) -> Text:
    """The name of a job as people read it."""
    return Text(f"job.{job}")


def next_tick(tick: Tick, after: datetime) -> datetime:
    """The rule's first tick (UTC) strictly after an instant."""
    start = after.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    first = start + timedelta(minutes=GRID_MINUTE[tick])
    while first <= after:
        first += QUARTER
    return first


@dataclass(frozen=True)
class RunMessage:
    """A run of one job of one practice for a slot, started by a tick (UTC)."""

    practice: str
    job: Job
    slot: datetime
    tick: datetime
