"""The local days that a prepare run searches. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from chalicelib.practice.switches import Switches
from chalicelib.rules.rule_input import RuleContext
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.search import Search, SearchPlan, days_to_search
from chalicelib.text import Text, joined

_DAY = timedelta(days=1)


def plan_of(job: JobState, switches: Switches) -> SearchPlan:
    """The plan in force; the switches OffsetStartTage and OffsetSuchTage must be valid."""
    return job.search_plan(switches["OffsetStartTage"], switches["OffsetSuchTage"])


def searched_days(job: JobState, slot: datetime, switches: Switches) -> frozenset[date]:
    """The local days that a run of this slot searches; none for jobs other than that of the reminders."""
    if job.job is not Job.PREPARE_REMINDERS:
        return frozenset()
    return days_to_search(plan_of(job, switches), slot, job.search, job.done)


def search_done(job: JobState, slot: datetime, switches: Switches, now: datetime | None = None) -> Search:
    """The latest search once a run of this slot has succeeded, which takes place now; at its slot if not given."""
    days, plan = searched_days(job, slot, switches), plan_of(job, switches)
    return (job.search or Search(slot, plan, since=slot)).after(slot, plan, days, now)


def searched_range(context: RuleContext, until: datetime) -> tuple[date, date]:
    """The consecutive searched days [first, end) that include an entry's own day."""
    first = last = until.astimezone(context.zone).date()
    while first - _DAY in context.days:
        first -= _DAY
    while last + _DAY in context.days:
        last += _DAY
    return first, last + _DAY


def days_text(days: Collection[date]) -> Text:
    """Name days in a row by the first and the last."""
    rows: list[list[date]] = []
    for day in sorted(days):
        if rows and rows[-1][-1] == day - _DAY:
            rows[-1].append(day)
        else:
            rows.append([day])
    names = [
        Text("search_change.day", day=row[0]) if len(row) == 1
        else Text("search_change.days", first=row[0], last=row[-1])
        for row in rows
    ]  # fmt: skip
    return joined("and", names)
