"""When a practice's job is due: its record in the table, and how it moves from slot to slot. Pure.

A slot is the local time at which a job was due, whenever it ran; `due` is the tick from which the next run may come,
later than its slot where a slot that is open goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.schedule.job import QUARTER, SCHEDULED, Job
from chalicelib.schedule.schedule import Schedule, default_schedule, parse_schedule, slot_day
from chalicelib.schedule.summary_time import last_summary_until, next_summary, summarised_day
from chalicelib.schedule.time_zone import zone_named

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class JobState:
    """Instants are UTC; `done` is the last slot whose run came (of prepare: without failure), or that is not missed."""

    practice: str
    job: Job
    slot: datetime  # that the next run is for
    due: datetime  # the tick from which it may run; later than `slot` where the slot stays open
    zone: str
    done: datetime | None = None
    schedule: str = ""  # canonical Zeitplan, of `send` for the summary; empty: the default

    def next_slot(self, after: datetime) -> datetime:
        """The first slot (UTC) strictly after an instant."""
        if self.job is Job.SUMMARY:
            return next_summary(self._schedule, after, zone_named(self.zone))
        return self._schedule.next_after(after, zone_named(self.zone))

    def last_slot(self, until: datetime) -> datetime:
        """The latest slot (UTC) not after an instant."""
        if self.job is Job.SUMMARY:
            return last_summary_until(self._schedule, until, zone_named(self.zone))
        return self._schedule.last_until(until, zone_named(self.zone))

    def summary_day(self, summary: datetime) -> date:
        """The local day that a slot of the summary tells of."""
        return summarised_day(self._schedule, summary, zone_named(self.zone))

    def slots(self, after: datetime, last: datetime) -> list[datetime]:
        """The slots (UTC) in (after, last]."""
        return self._schedule.between(after, last, zone_named(self.zone))

    def slot_for_tick(self, tick: datetime) -> datetime:
        """The slot that a run at this tick is for: the latest, where several were missed; each is caught up by it.

        What came before it was due counts only where it is the record's own: a new Zeitplan starts when it is saved.
        """
        last = self.last_slot(tick)
        return last if last >= self.due else self.slot

    def advanced(self, tick: datetime) -> JobState:
        """The record once the run of this tick is queued."""
        slot = self.next_slot(tick)
        return replace(self, slot=slot, due=slot)

    def with_open_slot(self, tick: datetime, slot: datetime | None = None) -> JobState:
        """The record with an open slot (None: its last one) that goes on at a tick, unless it is due by itself then.

        A send slot goes on during its own local day only, and the latest slot takes what an earlier one has left; the
        same record where nothing can go on. What was due before may be in the hands of dispatch, which would move it
        to its next slot: that write is conditional, and finds this one.
        """
        if tick - QUARTER < self.due <= tick:
            return self
        if self.job is not Job.SEND:
            return replace(self, slot=slot or self.done or self.last_slot(tick), due=tick)
        if slot is not None and not self._same_day(slot, tick):
            return self
        come = [one for one in (slot, self.done, self.last_slot(tick)) if one and self._same_day(one, tick)]
        return replace(self, slot=max(come), due=tick) if come else self

    def _same_day(self, slot: datetime, tick: datetime) -> bool:
        zone = zone_named(self.zone)
        return slot_day(slot, zone) == slot_day(tick, zone)

    @property
    def _schedule(self) -> Schedule:
        return parse_schedule(self.schedule, _scheduled(self.job)) if self.schedule else _default(self.job)


def new_jobs(practice: str, schedules: Mapping[Job, Schedule], zone: str, now: datetime) -> list[JobState]:
    """The jobs of a practice that have a Zeitplan, due from now on (UTC)."""
    return [new_job(practice, job, schedules, zone, now) for job in SCHEDULED]


def new_job(practice: str, job: Job, schedules: Mapping[Job, Schedule], zone: str, now: datetime) -> JobState:
    """A job, due from now on (UTC): all before counts as done. Without a (valid) Zeitplan it has the default one."""
    schedule = schedules.get(_scheduled(job)) or _default(job)
    record = JobState(practice, job, now, now, zone, schedule=_text(schedule, job))
    slot = record.next_slot(now)
    return replace(record, slot=slot, due=slot, done=None if job is Job.STATUS else record.last_slot(now))


def with_schedule(record: JobState, schedule: Schedule, zone: str, now: datetime) -> JobState:
    """The record under the Zeitplan and zone as they are now; the same one where neither has changed.

    What is due already, or goes on before the new first slot, still runs. Up to now, or to the first run of the old
    Zeitplan that is missing, all counts as done: the slots that the new one would have had before never were.
    """
    text = _text(schedule, record.job)
    if (text, zone) == (record.schedule, record.zone):
        return record
    changed = replace(record, schedule=text, zone=zone)
    slot = changed.next_slot(now)
    open_still = record.due <= now or (record.slot < record.due < slot)
    if not open_still:
        changed = replace(changed, slot=slot, due=slot)
    if record.done is None or record.job is Job.STATUS:
        return changed
    missing = record.slots(record.done, now)
    before = missing[0] - _MOMENT if missing else now
    return replace(changed, done=max(record.done, changed.last_slot(before)))


def _scheduled(job: Job) -> Job:
    """The job whose Zeitplan a job follows."""
    return Job.SEND if job is Job.SUMMARY else job


def _default(job: Job) -> Schedule:
    return default_schedule(_scheduled(job))


def _text(schedule: Schedule, job: Job) -> str:
    return "" if schedule.text == _default(job).text else schedule.text
