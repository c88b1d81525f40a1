"""The local days that a practice's reminder runs search, and those of these searches that are missing. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cached_property
from zoneinfo import ZoneInfo

from chalicelib.planning.alerts import last_run_failed
from chalicelib.planning.search_days import days_of_slots, slots_searching
from chalicelib.practice.practice import Practice
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.schedule.job import Job, job_label
from chalicelib.schedule.job_state import JobState
from chalicelib.text import Text

_JOB = Job.PREPARE_REMINDERS
_ON_ITS_WAY = timedelta(minutes=30)  # after this, the message of a slot's run would be back


class SearchStatus(Enum):
    """Whether a run has looked at an appointment."""

    COMING = "coming"
    DONE = "done"
    LOST = "lost"  # its run has failed or was missed, and no run of this day retries


@dataclass(frozen=True)
class ReminderSearches:
    """The searches under the current schedule and offsets. Instants are UTC, days are local."""

    job: JobState
    offset: int
    days: int
    zone: ZoneInfo
    failed: bool  # whether the last run failed
    now: datetime

    def days_searched_on(self, day: date) -> frozenset[date]:
        """The days that the runs of a local day search, including those of earlier slots that they must catch up."""
        slots = slots_searching(day, self.job, 0, 1, self.zone)
        missing = [slot for slot in self._missing if slots and slot < slots[-1]]
        return frozenset(one for one in self._days_of([*slots, *missing]) if one >= day) | self._days_of(slots)

    @cached_property
    def lost_days(self) -> frozenset[date]:
        """The days whose search is due but has not taken place, and which no run retries."""
        return self._days_of(self._lost)

    def status(self, starts_at: datetime) -> SearchStatus:
        """Whether a run has looked, or will still look, at an appointment with this start."""
        slots = [slot for slot in self._searching(starts_at) if slot < starts_at]
        past = [slot for slot in slots if slot <= self.now]
        if len(past) < len(slots):
            return SearchStatus.COMING
        if not past or past[-1] not in self._missing:
            return SearchStatus.DONE
        return SearchStatus.LOST if past[-1] in self._lost else SearchStatus.COMING

    def evaluated_at(self, starts_at: datetime) -> datetime:
        """When the latest run looked, or should have; now if none has yet."""
        past = [slot for slot in self._searching(starts_at) if slot <= self.now]
        return max((slot for slot in past if slot < starts_at), default=max(past, default=self.now))

    def lost_reason(self, starts_at: datetime) -> Text:
        """Return why an appointment is lost."""
        at = self.evaluated_at(starts_at).astimezone(self.zone)
        return Text("search.failed" if self.failed else "search.missed", at=at)

    @cached_property
    def _missing(self) -> list[datetime]:
        return self.job.slots(self.job.done, self.now) if self.job.done else []

    @cached_property
    def _lost(self) -> list[datetime]:
        if not self._missing:
            return []
        awaited = self.job.slot <= self.now and self.now - self.job.due < _ON_ITS_WAY
        fresh = not self.failed and self.now - self._missing[-1] < _ON_ITS_WAY
        return [] if awaited or fresh else self._missing

    def _days_of(self, slots: Iterable[datetime]) -> frozenset[date]:
        return days_of_slots(slots, self.offset, self.days, self.zone)

    def _searching(self, starts_at: datetime) -> tuple[datetime, ...]:
        day = starts_at.astimezone(self.zone).date()
        return slots_searching(day, self.job, self.offset, self.days, self.zone)


def searches_of(practice: Practice, now: datetime) -> ReminderSearches | None:
    """None if there is no reminder job, or a switch that it needs is invalid."""
    job, switches = practice.record.jobs.get(_JOB), practice.validated.switches
    if job is None or switches.refusals(_JOB):
        return None
    failed = last_run_failed(_JOB, practice.record.alerts)
    offset, days = switches["OffsetStartTage"], switches["OffsetSuchTage"]
    return ReminderSearches(job, offset, days, switches["Zeitzone"], failed, now)


def not_searched(practice: Practice) -> Text | None:
    """Return why no reminders are prepared at all, by a person's decision."""
    if practice.validated.switches.values.get(SWITCH_OF_JOB[_JOB]) is False:
        return Text("rule.switched_on.off", switch=SWITCH_OF_JOB[_JOB])
    activated = practice.validated.jobs.activated.get(_JOB, True)
    return None if activated else Text("blocked.not_activated", job_label(_JOB))
