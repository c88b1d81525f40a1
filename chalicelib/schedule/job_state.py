"""The state of a practice's job in the table: its next slot, and how it advances. Pure.

A slot is the time at which a job was due, whenever it runs. `due` is the tick from which the next run may start; it is
later than the slot while a slot stays open. Of a status job that only waits for receipts it is earlier: from `due` on a
tick looks for them, and `slot` is its next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.schedule.job import QUARTER, SCHEDULED, Job, Tick, next_tick
from chalicelib.schedule.schedule import Schedule, default_schedule, parse_schedule, slot_day
from chalicelib.schedule.search import Search, SearchPlan
from chalicelib.schedule.time_zone import zone_named

AFTER_SENDING = timedelta(
    hours=1
)  # the summary is due at the first status tick after the day's last send slot and this
_MOMENT = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class JobState:
    """Instants are UTC. `done` is the last slot that counts as run (a prepare run: without failure).

    `search` is the latest one that succeeded, of the reminder job only. `started` and `outcome` (of RunOutcome) are
    those of the last run that ended, failed ones included.
    """

    practice: str
    job: Job
    slot: datetime  # of the next run
    due: datetime  # the tick from which it may run; later than `slot` while a slot stays open, or earlier: it waits
    zone: str
    done: datetime | None = None
    schedule: str = ""  # canonical text, of `send` for the summary; empty: the default
    search: Search | None = None
    started: datetime | None = None
    outcome: str = ""

    def next_slot(self, after: datetime) -> datetime:
        """Return the first slot (UTC) strictly after an instant, today's of a former schedule included."""
        slot = self._planned_after(after)
        return self.slot if after < self.slot < slot else slot

    def _planned_after(self, after: datetime) -> datetime:
        if self.job is Job.SUMMARY:
            return next_summary(self._schedule, after, zone_named(self.zone))
        return self._schedule.next_after(after, zone_named(self.zone))

    def last_slot(self, until: datetime) -> datetime:
        """Return the latest slot (UTC) not after an instant."""
        if self.job is Job.SUMMARY:
            return last_summary_until(self._schedule, until, zone_named(self.zone))
        return self._schedule.last_until(until, zone_named(self.zone))

    def summary_day(self, summary: datetime) -> date:
        """Return the local day that a summary slot reports."""
        return summarised_day(self._schedule, summary, zone_named(self.zone))

    def search_plan(self, offset: int, days: int) -> SearchPlan:
        """Return the plan in force, with the switches OffsetStartTage and OffsetSuchTage."""
        return SearchPlan(self.schedule, self.zone, offset, days)

    @property
    def is_planned(self) -> bool:
        """Whether its slot is one of its schedule, not of a former one."""
        return self.slot in self.slots(self.slot - _MOMENT, self.slot)

    def waits(self, tick: datetime) -> bool:
        """Whether it runs at this tick (UTC) only if a receipt has come."""
        return self.due <= tick < self.slot

    def waits_today(self, tick: datetime) -> bool:
        """Whether it waits at a tick of the local day since whose run it does; the next slot has what comes later."""
        return self.waits(tick) and self._same_day(self.due, tick)

    def runs_on(self, day: date) -> bool:
        """Whether it runs on a local day."""
        return self._schedule.runs_on(day)

    def slots(self, after: datetime, last: datetime) -> list[datetime]:
        """Return the slots (UTC) in (after, last]."""
        return self._schedule.between(after, last, zone_named(self.zone))

    def slot_for_tick(self, tick: datetime) -> datetime:
        """Return the slot of a run at this tick: the latest if several were missed; the run catches up on all.

        A slot before `due` counts only if it is the state's own: a new schedule starts when it is saved.
        """
        last = self.last_slot(tick)
        return last if last >= self.due else self.slot

    def advanced(self, tick: datetime) -> JobState:
        """Return the state after the run of this tick was queued."""
        slot = self.next_slot(tick)
        return replace(self, slot=slot, due=slot)

    def with_open_slot(self, tick: datetime, slot: datetime | None = None) -> JobState:
        """Return the state with a slot (None: the last one) open until a tick, or unchanged if it is due then anyway.

        A send slot stays open during its own local day only, and the latest slot takes the entries of earlier ones;
        the state is unchanged if no slot can stay open, or today's slot of a former schedule is still ahead. Dispatch
        may be advancing the same state: its write is conditional and fails after this one.
        """
        former = not self.is_planned and tick < self.slot and self._same_day(self.slot, tick)
        if former or (tick - QUARTER < self.due <= tick and not self.waits(tick)):
            return self
        if self.job is not Job.SEND:
            return replace(self, slot=slot or self.done or self.last_slot(tick), due=tick)
        if slot is not None and not self._same_day(slot, tick):
            return self
        candidates = (slot, self.done, self.last_slot(tick))
        today = [found for found in candidates if found and self._same_day(found, tick)]
        return replace(self, slot=max(today), due=tick) if today else self

    def searching(self, slot: datetime, days: frozenset[date]) -> JobState:
        """Return the state while a run of a slot (UTC) searches some days by another plan."""
        return replace(self, search=self.search.begun(slot, days)) if self.search else self

    def searching_again(self, slot: datetime, days: frozenset[date]) -> JobState:
        """Return the state with its searches undone from the local day of a slot (UTC) on, and those of some days."""
        return replace(self, search=self.search.before(slot, days)) if self.search else self

    def _same_day(self, slot: datetime, tick: datetime) -> bool:
        zone = zone_named(self.zone)
        return slot_day(slot, zone) == slot_day(tick, zone)

    @property
    def _schedule(self) -> Schedule:
        return parse_schedule(self.schedule, _scheduled(self.job)) if self.schedule else _default(self.job)


def new_jobs(practice: str, schedules: Mapping[Job, Schedule], zone: str, now: datetime) -> list[JobState]:
    """Return the scheduled jobs of a practice, due from now on (UTC)."""
    return [new_job(practice, job, schedules, zone, now) for job in SCHEDULED]


def new_job(practice: str, job: Job, schedules: Mapping[Job, Schedule], zone: str, now: datetime) -> JobState:
    """Return a job that is due from now on (UTC); earlier slots count as done."""
    schedule = schedules.get(_scheduled(job)) or _default(job)
    record = JobState(practice, job, now, now, zone, schedule=_text(schedule, job))
    slot = record.next_slot(now)
    return replace(record, slot=slot, due=slot, done=None if job is Job.STATUS else record.last_slot(now))


def with_schedule(
    record: JobState, schedule: Schedule, zone: str, now: datetime, earlier: Iterable[JobState] = ()
) -> JobState:
    """Return the state under the current schedule and zone; the same one if neither has changed.

    A run that is due already, or an open slot before the new first one, still runs. So does today's slot if nothing
    takes its place today (`_keeps_today`). Slots of the new schedule before now, or before the first missing run of the
    old one, count as done; so do those before a slot that waits for `earlier` jobs: those whose messages this one takes
    on, under their own new schedules.
    """
    if record.due < record.slot:
        return replace(with_schedule(replace(record, due=record.slot), schedule, zone, now, earlier), due=record.due)
    text = _text(schedule, record.job)
    if (text, zone) == (record.schedule, record.zone):
        return record
    changed = replace(record, schedule=text, zone=zone)
    slot = changed._planned_after(now)
    waits = _waits_for(earlier, changed, slot, now)
    keeps = waits or _keeps_today(record, changed, slot, now) or record.slot < record.due < slot
    if record.due > now and not keeps:
        changed = replace(changed, slot=slot, due=slot)
    if record.done is None or record.job is Job.STATUS:
        return changed
    missing = record.slots(record.done, now)
    before = missing[0] - _MOMENT if missing else record.slot - _MOMENT if waits else now
    return replace(changed, done=max(record.done, changed.last_slot(before)))


def _keeps_today(record: JobState, changed: JobState, slot: datetime, now: datetime) -> bool:
    """Whether a planned slot of today remains: the new schedule runs today, and its next `slot` is on a later day.

    One that a zone further east skips remains too, as when the clocks go forward. The summary runs at the later one of
    both, after all that is sent.
    """
    if record.schedule == changed.schedule and _wall(record.slot, record.zone) <= _wall(now, changed.zone):
        return record.slot < slot
    if not _is_today(changed, now):
        return False
    today = slot_day(now, zone_named(changed.zone))
    return slot_day(slot, zone_named(changed.zone)) != today or (changed.job is Job.SUMMARY and slot < record.slot)


def _waits_for(earlier: Iterable[JobState], changed: JobState, slot: datetime, now: datetime) -> bool:
    """Whether a planned slot of today remains for an earlier job's that does: no new slot comes after that today."""
    zone, planned = zone_named(changed.zone), changed.slot
    slots = [job.slot for job in earlier if slot <= job.slot < planned and not job.is_planned]
    if not slots or not _is_today(changed, now):
        return False
    return slot_day(changed._planned_after(max(slots)), zone) != slot_day(now, zone)


def _is_today(changed: JobState, now: datetime) -> bool:
    """Whether the planned slot is today, and the new schedule runs today."""
    zone = zone_named(changed.zone)
    today = slot_day(now, zone)
    return slot_day(changed.slot, zone) == today and changed.runs_on(today)


def _wall(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(zone_named(zone)).replace(tzinfo=None)


def _scheduled(job: Job) -> Job:
    """Return the job whose schedule a job follows."""
    return Job.SEND if job is Job.SUMMARY else job


def _default(job: Job) -> Schedule:
    return default_schedule(_scheduled(job))


def _text(schedule: Schedule, job: Job) -> str:
    return "" if schedule.text == _default(job).text else schedule.text


def next_summary(send: Schedule, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first summary (UTC) strictly after an instant, by the schedule of `send`."""
    day = after.astimezone(zone).date() - 2 * _DAY  # a clock change may shift its last slot to the next day
    while not send.on(day, zone) or _summary_of(day, send, zone) <= after:
        day += _DAY
    return _summary_of(day, send, zone)


def last_summary_until(send: Schedule, until: datetime, zone: ZoneInfo) -> datetime:
    """Return the latest summary (UTC) not after an instant."""
    return _summary_of(summarised_day(send, until, zone), send, zone)


def summarised_day(send: Schedule, summary: datetime, zone: ZoneInfo) -> date:
    """Return the local day reported by a summary (UTC), or by the last one before an instant."""
    day = summary.astimezone(zone).date() + _DAY  # may have begun already if the clocks went back over midnight
    while not send.on(day, zone) or _summary_of(day, send, zone) > summary:
        day -= _DAY
    return day


def _summary_of(day: date, send: Schedule, zone: ZoneInfo) -> datetime:
    return next_tick(Tick.STATUS, send.on(day, zone)[-1] + AFTER_SENDING - _MOMENT)
