"""Which local days a prepare run searches. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from chalicelib.planning.context import RunContext
from chalicelib.rules.rule_input import RuleContext
from chalicelib.schedule.schedule import slot_day


def searched_days(context: RunContext) -> frozenset[date]:
    """The local days of the slot, and those of earlier slots that failed or were missed, from today on."""
    zone = context.switches["Zeitzone"]
    today = slot_day(context.run.slot, zone)
    offset, days = context.switches["OffsetStartTage"], context.switches["OffsetSuchTage"]
    job = context.record.jobs[context.run.job]
    missed = job.slots(job.done, context.run.slot) if job.done else []
    starts = {slot_day(slot, zone) + timedelta(days=offset) for slot in [*missed, context.run.slot]}
    found = {start + timedelta(days=day) for start in starts for day in range(days)}
    return frozenset(day for day in found if day >= today)


def searched_range(practice: RuleContext, until: datetime) -> tuple[date, date]:
    """The consecutive searched days [first, end) around an entry's own day."""
    first = last = until.astimezone(practice.zone).date()
    while first - timedelta(days=1) in practice.days:
        first -= timedelta(days=1)
    while last + timedelta(days=1) in practice.days:
        last += timedelta(days=1)
    return first, last + timedelta(days=1)
