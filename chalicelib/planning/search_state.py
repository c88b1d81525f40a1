"""Which local days a practice's reminder runs search, and which of these searches have not taken place. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cached_property
from zoneinfo import ZoneInfo

from chalicelib.german import moment
from chalicelib.planning.alerts import last_run_failed
from chalicelib.planning.context import RunContext
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import to_utc

_DAY, _MOMENT = timedelta(days=1), timedelta(microseconds=1)
ON_ITS_WAY = timedelta(minutes=30)  # the run of a slot: queued, or at work; its message would have come back by then


class SearchStatus(Enum):
    """Whether a run has looked at an appointment."""

    COMING = "coming"
    DONE = "done"
    LOST = "lost"  # its run has failed or was missed, and none of this day tries again


@dataclass(frozen=True)
class ReminderSearches:
    """Under the Zeitplan and the offsets as they are saved now. Instants are UTC, days are local."""

    job: JobState
    offset: int
    days: int
    zone: ZoneInfo
    failed: bool  # the last run did
    now: datetime

    def slots_on(self, day: date) -> list[datetime]:
        """The slots of a local day, past and to come."""
        return self._slots(day, day)

    def days_of(self, slots: Iterable[datetime]) -> frozenset[date]:
        """The days that the runs of these slots search."""
        starts = {slot_day(slot, self.zone) + timedelta(days=self.offset) for slot in slots}
        return frozenset(start + timedelta(days=n) for start in starts for n in range(self.days))

    def days_searched_on(self, day: date) -> frozenset[date]:
        """The days that the runs of a local day search, with those of earlier slots that they have to catch up."""
        slots = self.slots_on(day)
        missing = [slot for slot in self._missing if slots and slot < slots[-1]]
        return frozenset(one for one in self.days_of([*slots, *missing]) if one >= day) | self.days_of(slots)

    @cached_property
    def lost(self) -> list[datetime]:
        """The slots whose search has not taken place, though their time has come and nothing tries again by itself."""
        if not self._missing:
            return []
        awaited = self.job.slot <= self.now and self.now - self.job.due < ON_ITS_WAY
        fresh = not self.failed and self.now - self._missing[-1] < ON_ITS_WAY
        return [] if awaited or fresh else self._missing

    def status(self, starts_at: datetime) -> SearchStatus:
        """Whether an appointment of this Beginn has been, or will still be, looked at."""
        slots = self._searching(starts_at)
        if any(self.now < slot < starts_at for slot in slots):
            return SearchStatus.COMING
        come = [slot for slot in slots if slot <= self.now and slot < starts_at]
        if not come or come[-1] not in self._missing:
            return SearchStatus.DONE
        return SearchStatus.LOST if come[-1] in self.lost else SearchStatus.COMING

    def asked_at(self, starts_at: datetime) -> datetime:
        """When the last run looked, or should have; now where none has yet."""
        come = [slot for slot in self._searching(starts_at) if slot <= self.now]
        return max((slot for slot in come if slot < starts_at), default=max(come, default=self.now))

    def lost_reason(self, starts_at: datetime) -> str:
        """The German reason of an appointment that is lost."""
        became = "ist fehlgeschlagen" if self.failed else "ist ausgeblieben"
        return f"Nicht aufbereitet: Der Lauf vom {moment(self.asked_at(starts_at), self.zone)} {became}"

    @cached_property
    def _missing(self) -> list[datetime]:
        return self.job.slots(self.job.done, self.now) if self.job.done else []

    def _searching(self, starts_at: datetime) -> list[datetime]:
        """The slots whose own days include that of a Beginn."""
        day = slot_day(starts_at, self.zone)
        if day not in self._by_day:  # an agenda has many appointments a day, and some Zeitpläne have many slots
            first = day - timedelta(days=self.offset + self.days - 1)
            self._by_day[day] = self._slots(first, day - timedelta(days=self.offset))
        return self._by_day[day]

    @cached_property
    def _by_day(self) -> dict[date, list[datetime]]:
        return {}

    def _slots(self, first: date, last: date) -> list[datetime]:
        start, over = (to_utc(day, time(0), self.zone) for day in (first, last + _DAY))
        return self.job.slots(start - _MOMENT, over - _MOMENT)


def searches_of(context: RunContext) -> ReminderSearches | None:
    """None where there is no reminder job, or a switch that it needs is invalid."""
    job, switches = context.record.jobs.get(Job.PREPARE_REMINDERS), context.switches
    if job is None or switches.refusals(Job.PREPARE_REMINDERS):
        return None
    return ReminderSearches(
        job, switches["OffsetStartTage"], switches["OffsetSuchTage"], switches["Zeitzone"],
        search_failed(context.record), context.now,
    )  # fmt: skip


def search_failed(record: PracticeRecord) -> bool:
    """Whether the last run that prepared reminders failed."""
    return last_run_failed(Job.PREPARE_REMINDERS, record.alerts)


def not_searched(context: RunContext) -> str | None:
    """Why no reminders are prepared at all, since somebody wants it so; a German sentence."""
    switch = SWITCH_OF_JOB[Job.PREPARE_REMINDERS]
    if context.switches.values.get(switch) is False:
        return f"Der Schalter {switch} steht auf Nein."
    if Job.PREPARE_REMINDERS in context.inactive:
        return "Der Auftrag «Terminerinnerungen aufbereiten» ist nicht aktiviert."
    return None
