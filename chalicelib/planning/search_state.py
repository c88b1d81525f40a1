"""Whether the reminder runs have searched a day, will do so, or leave it out: one answer for all who ask. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cached_property
from typing import Any

from chalicelib.planning.alerts import last_run_failed
from chalicelib.planning.outlook import jobs_of, upcoming_runs
from chalicelib.planning.run_report import RunOutcome
from chalicelib.planning.search_days import days_text, plan_of
from chalicelib.practice.practice import Practice
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.schedule.job import Job, RunMessage, Tick, job_label, next_tick
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.search import SearchPlan, days_to_search
from chalicelib.schedule.time_zone import instant_of
from chalicelib.text import Text, text_of

_JOB = Job.PREPARE_REMINDERS
_ON_ITS_WAY = timedelta(minutes=30)  # after this, the message of a slot's run would be back
_DAY, _MOMENT = timedelta(days=1), timedelta(microseconds=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class SearchStatus(Enum):
    """Whether a run has looked at an appointment before its start."""

    COMING = "coming"
    DONE = "done"
    LOST = "lost"  # a run should have looked and has not, or the plan has changed, and no coming run looks in time
    NEVER = "never"  # no plan searches its day


@dataclass(frozen=True)
class PastRun:
    """A line of the job history; `days` are those that the run searched, or would have searched."""

    slot: datetime
    outcome: RunOutcome
    days: frozenset[date]
    reasons: tuple[Text, ...] = ()

    @property
    def searched(self) -> bool:
        return self.outcome.is_success


def past_runs(lines: Iterable[Mapping[str, Any]], job: Job = Job.PREPARE_REMINDERS) -> list[PastRun]:
    """The runs of a job among the lines of a job history, by time."""
    return [
        PastRun(
            instant_of(line["slot"]),
            RunOutcome(line["outcome"]),
            frozenset(date.fromisoformat(day) for day in line.get("days", ())),
            tuple(map(text_of, line["reasons"])),
        )
        for line in lines
        if line["job"] == job
    ]


@dataclass(frozen=True)
class ReminderSearches:
    """The searches of a practice, by what its job state and its history have stored. Instants are UTC, days local.

    `history` may be empty if only days from the latest search on matter.
    """

    job: JobState
    plan: SearchPlan
    failed: bool  # whether the last run failed
    now: datetime
    history: Sequence[PastRun] = ()

    def days_searched_on(self, day: date) -> frozenset[date]:
        """The days that the runs of a local day have searched, should have searched, or will search."""
        days = {one for run in self.history if self.plan.local_day(run.slot) == day for one in run.days}
        days |= {one for slot, missing in self._unsearched if self.plan.local_day(slot) == day for one in missing}
        if (latest := self.job.search) and latest.plan.local_day(latest.slot) == day:
            days |= latest.plan.own_days(latest.slot)
            days |= {one for one, first in latest.covered.items() if latest.plan.local_day(first) == day}
        if self.plan.local_day(self._next.slot) == day:
            days |= self._next_days
        return frozenset(days)

    def since(self, day: date) -> datetime:
        """The instant from which the job history may have a run that looked at a local day."""
        plans = [self.plan, *([self.job.search.plan] if self.job.search else [])]
        return self.plan.start_of(day - max(plan.offset + plan.days for plan in plans) * timedelta(days=1))

    @cached_property
    def lost_days(self) -> frozenset[date]:
        """The days, from today on, of which appointments may be lost."""
        today = self.plan.local_day(self.now)
        return frozenset(day for _, days in self._unsearched for day in days if day >= today)

    def status(self, starts_at: datetime) -> SearchStatus:
        """Whether a run has looked, or will still look, at an appointment with this start."""
        day = self.plan.local_day(starts_at)
        if self._is_coming(day, starts_at):
            return SearchStatus.COMING
        if self._missed_slot(starts_at):
            return SearchStatus.LOST
        first = self._first_search(day)
        if first and first < starts_at:
            return SearchStatus.DONE
        runs = self._runs_for(day) if starts_at <= self.now else []  # the job state tells of those ahead
        failed = any(run.outcome is RunOutcome.FAILED and run.slot < starts_at for run in runs)
        late = first is not None and not (self.plan.offset == 0 and self.plan.local_day(first) == day)
        return SearchStatus.LOST if failed or late else SearchStatus.NEVER

    def evaluated_at(self, starts_at: datetime) -> datetime:
        """When the latest run looked before the start, or should have; now, or at the start, if none has."""
        day, latest = self.plan.local_day(starts_at), self.job.search
        slots = [run.slot for run in self._runs_for(day)] + [slot for slot, days in self._unsearched if day in days]
        if latest and day in latest.covered:
            slots += [latest.covered[day], *([latest.slot] if day in latest.plan.own_days(latest.slot) else [])]
        past = [slot for slot in slots if slot <= self.now and slot < starts_at]
        return max(past, default=min(self.now, starts_at - _MOMENT))

    def reason(self, starts_at: datetime) -> Text:
        """Return why no run has looked at an appointment, or none in time."""
        day, slot = self.plan.local_day(starts_at), self._missed_slot(starts_at)
        runs = [run for run in self._runs_for(day) if run.slot < starts_at and not run.searched]
        if slot is None and not runs:
            first = self._first_search(day)
            at = first.astimezone(self.plan.tz) if first else None
            return Text("search.late", at=at) if at else Text("search.never")
        latest = self.job.search
        if slot is not None and (slot > self.now or (latest and slot <= latest.slot)):
            return Text("search.plan_changed")
        at = (slot or runs[-1].slot).astimezone(self.plan.tz)
        if slot is None:
            return Text("search.failed" if runs[-1].outcome is RunOutcome.FAILED else "search.skipped", at=at)
        if self.failed:
            return Text("search.failed", at=at)
        return Text("search.skipped" if self._was_skipped(slot) else "search.missed", at=at)

    def searched_by(self, starts_at: datetime) -> Text:
        """Return which run looks at an appointment, or why none does."""
        status, zone = self.status(starts_at), self.plan.tz
        first = self._first_search(self.plan.local_day(starts_at))
        if status is SearchStatus.COMING:
            return Text("search.by", at=(self._next_search(starts_at) or self.now).astimezone(zone))
        if status is SearchStatus.DONE and first:
            return Text("search.done", at=first.astimezone(zone))
        if status is SearchStatus.LOST or not self._next_days:
            return self.reason(starts_at)
        return Text("search.other_days", days_text(self._next_days), at=self._next.tick.astimezone(zone))

    @cached_property
    def _next(self) -> RunMessage:
        return next(upcoming_runs(self.job, self.now))

    @cached_property
    def _next_days(self) -> frozenset[date]:
        """The days of the next run; none if no tick has come for it for a long time."""
        return frozenset() if self.now - self.job.due >= _ON_ITS_WAY else self._days_of_run(self._next.slot)

    @cached_property
    def _at_work(self) -> frozenset[date]:
        """The days of a run that is probably at work."""
        after = max(self.now - _ON_ITS_WAY, self.job.search.slot if self.job.search else _LONG_AGO)
        slots = [slot for slot, _ in self._unsearched if after < slot <= self.now and self._was_planned(slot)]
        started = [slot for slot in slots if slot < self.job.slot]  # a tick has come for it
        fresh = [slot for slot in started if not self.failed and not self._was_skipped(slot)]
        return self._days_of_run(fresh[-1]) if fresh else frozenset()

    def _was_planned(self, slot: datetime) -> bool:
        """Whether a slot is one of the plan in force, or one of the former that may have remained for its day."""
        day = self.plan.local_day(slot)
        today = self.plan.slots(self.plan.start_of(day) - _MOMENT, self.plan.start_of(day + _DAY) - _MOMENT)
        return slot in today or (bool(today) and today[-1] < slot)

    def _was_skipped(self, slot: datetime) -> bool:
        return self.job.done is not None and slot <= self.job.done

    def _days_of_run(self, slot: datetime) -> frozenset[date]:
        return days_to_search(self.plan, slot, self.job.search, self.job.done)

    @cached_property
    def _unsearched(self) -> list[tuple[datetime, frozenset[date]]]:
        """The slots that should have searched and have not, with their days.

        After a change these are the slots of the former plan, had it gone on up to the next run, and those that the
        current one would have had since the first search.
        """
        latest, found = self.job.search, list[tuple[datetime, frozenset[date]]]()
        if latest:
            found += [(slot, frozenset({day})) for day, slot in latest.dropped.items()]
        if latest and latest.plan != self.plan:
            left_out = latest.plan.slots(max(latest.slot, self.now), self._next.tick)
            missing = [*latest.plan.missing(latest.slot, self.now), *left_out]
            found += [(slot, latest.plan.own_days(slot)) for slot in missing]
            would_have = self.plan.missing(latest.since - _MOMENT if latest.since else _LONG_AGO, self.now)
            found += [(slot, self.plan.own_days(slot) - latest.covered.keys()) for slot in would_have]
        after = latest.slot if latest and latest.plan == self.plan else self.job.done
        found += [(slot, self.plan.own_days(slot)) for slot in self.plan.missing(after, self.now)] if after else []
        return sorted(found, key=lambda one: one[0])

    def _is_coming(self, day: date, starts_at: datetime) -> bool:
        in_time = next_tick(Tick.SEND, self.now) < starts_at  # what a run at work prepares may still be sent
        return (day in self._at_work and in_time) or self._next_search(starts_at) is not None

    def _next_search(self, starts_at: datetime) -> datetime | None:
        """The tick or slot of the first coming run that looks at an appointment; None if none does before its start."""
        day = self.plan.local_day(starts_at)
        if day in self._next_days and self._next.tick < starts_at:
            return self._next.tick
        after = max(self.now, self._next.slot) if self._next_days else self.now
        return next((slot for slot in self.plan.searching(day) if after < slot < starts_at), None)

    def _missed_slot(self, starts_at: datetime) -> datetime | None:
        """The latest slot that should have looked at an appointment and has not, and that no run has made up for."""
        day = self.plan.local_day(starts_at)
        slots = [slot for slot, days in self._unsearched if day in days and slot < starts_at]
        first = self._first_search(day)
        return max((slot for slot in slots if not (first and slot < first < starts_at)), default=None)

    def _first_search(self, day: date) -> datetime | None:
        covered = self.job.search.covered.get(day) if self.job.search else None
        slots = [run.slot for run in self._runs_for(day) if run.searched]
        return min([*slots, *([covered] if covered else [])], default=None)

    def _runs_for(self, day: date) -> list[PastRun]:
        return [run for run in self.history if day in run.days]


def searches_of(practice: Practice, now: datetime, history: Sequence[PastRun] = ()) -> ReminderSearches | None:
    """None if there is no reminder job, or a switch that it needs is invalid."""
    switches = practice.validated.switches
    if _JOB not in practice.record.jobs or switches.refusals(_JOB):
        return None
    job, failed = jobs_of(practice, now)[_JOB], last_run_failed(_JOB, practice.record.alerts)
    return ReminderSearches(job, plan_of(job, switches), failed, now, history)


def not_searched(practice: Practice) -> Text | None:
    """Return why no reminders are prepared at all, by a person's decision."""
    if practice.validated.switches.values.get(SWITCH_OF_JOB[_JOB]) is False:
        return Text("rule.switched_on.off", switch=SWITCH_OF_JOB[_JOB])
    activated = practice.validated.jobs.activated.get(_JOB, True)
    return None if activated else Text("blocked.not_activated", job_label(_JOB))
