"""The local days that a prepare run searches. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from chalicelib.practice.switches import Switches
from chalicelib.rules.rule_input import RuleContext
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.search import Search, SearchPlan, days_to_search

_DAY = timedelta(days=1)


def plan_of(job: JobState, switches: Switches) -> SearchPlan:
    """The plan in force; the switches OffsetStartTage and OffsetSuchTage must be valid."""
    return job.search_plan(switches["OffsetStartTage"], switches["OffsetSuchTage"])


def searched_days(job: JobState, slot: datetime, switches: Switches) -> frozenset[date]:
    """The local days that a run of this slot searches; none for jobs other than that of the reminders."""
    if job.job is not Job.PREPARE_REMINDERS:
        return frozenset()
    return days_to_search(plan_of(job, switches), slot, job.search, job.done)


def search_done(job: JobState, slot: datetime, switches: Switches) -> Search:
    """The latest search once a run of this slot has succeeded."""
    days, plan = searched_days(job, slot, switches), plan_of(job, switches)
    return (job.search or Search(slot, plan, since=slot)).after(slot, plan, days)


def searched_range(context: RuleContext, until: datetime) -> tuple[date, date]:
    """The consecutive searched days [first, end) that include an entry's own day."""
    first = last = until.astimezone(context.zone).date()
    while first - _DAY in context.days:
        first -= _DAY
    while last + _DAY in context.days:
        last += _DAY
    return first, last + _DAY
