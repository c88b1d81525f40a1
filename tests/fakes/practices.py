"""Practices, their jobs and run claims, licences, alerts raised and stop marks in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.entry import Entry
from chalicelib.items import JobRecord, PracticeRecord
from chalicelib.job import TICK_OF, Job, Tick, slot_day, slots_between
from chalicelib.licence import Licence
from chalicelib.practices import LEASE, Due, LeaseHeldError, Practices
from chalicelib.queue_message import RunMessage
from chalicelib.stops import Stops
from chalicelib.zone import zone_named
from tests.fakes.world import Data, Run, World


class FakePractices(Practices):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data

    def record(self, practice: str) -> PracticeRecord | None:
        return self._world.call("practices.record", lambda: self._record(practice))

    def due(self, tick: Tick, now: datetime) -> Due:
        return self._world.call("practices.due", lambda: self._due(tick, now))

    def add(self, practice: str, email_senders: Sequence[str], jobs: Sequence[JobRecord]) -> None:
        self._world.call("practices.add", lambda: self._add(practice, email_senders, jobs))

    def add_licence(self, practice: str, licence: Licence) -> None:
        key = practice, licence.number
        self._world.call("practices.add_licence", lambda: self._data.licences.update({key: licence}))

    def set_due(self, job: JobRecord, slot: datetime, due: datetime) -> bool:
        return self._world.call("practices.set_due", lambda: self._set_due(job, slot, due))

    def go_on(self, practice: str, job: Job, tick: datetime, slot: datetime | None = None) -> None:
        self._world.call("practices.go_on", lambda: self._go_on(practice, job, tick, slot))

    def claim_run(self, run: RunMessage, owner: str, now: datetime) -> bool:
        return self._world.call("practices.claim_run", lambda: self._claim(run, owner, now))

    def release_run(self, run: RunMessage, owner: str) -> None:
        self._world.call("practices.release_run", lambda: self._release(run, owner))

    def finish_run(self, run: RunMessage, owner: str, job_after: Callable[[JobRecord], JobRecord]) -> None:
        self._world.call("practices.finish_run", lambda: self._finish(run, owner, job_after))

    def raise_alert(self, practice: str, cause: str, at: datetime) -> bool:
        return self._world.call("practices.raise_alert", lambda: self._raise(practice, cause))

    def end_alert(self, record: PracticeRecord, cause: str) -> None:
        if cause in record.alerts:
            key = record.practice, cause
            self._world.call("practices.end_alert", lambda: self._data.alerts.discard(key))

    def _record(self, practice: str) -> PracticeRecord | None:
        data = self._data
        if practice not in data.senders:
            return None
        return PracticeRecord(
            practice=practice,
            email_senders=data.senders[practice],
            stopped=data.stops.get(practice),
            jobs={job: record for (owner, job), record in data.jobs.items() if owner == practice},
            licences={number: licence for (owner, number), licence in data.licences.items() if owner == practice},
            alerts=frozenset(cause for owner, cause in data.alerts if owner == practice),
        )

    def _due(self, tick: Tick, now: datetime) -> Due:
        jobs = [job for job in self._data.jobs.values() if TICK_OF[job.job] is tick and job.due <= now]
        again = self._data.look_again if tick is Tick.STATUS else {}
        entries = sorted((at, key) for key, at in again.items() if at <= now)
        in_index = [replace(job, done=None) for job in sorted(jobs, key=lambda job: job.due)]
        return Due(tuple(in_index), tuple(key for _, key in entries))

    def _add(self, practice: str, email_senders: Sequence[str], jobs: Sequence[JobRecord]) -> None:
        self._data.senders[practice] = frozenset(sender.casefold() for sender in email_senders)
        self._data.stops.pop(practice, None)
        self._data.jobs |= {(practice, job.job): job for job in jobs}

    def _set_due(self, job: JobRecord, slot: datetime, due: datetime) -> bool:
        found = self._data.jobs.get((job.practice, job.job))
        if found is None or found.due != job.due:
            return False
        self._data.jobs[job.practice, job.job] = replace(found, slot=slot, due=due)
        return True

    def _go_on(self, practice: str, job: Job, tick: datetime, slot: datetime | None) -> None:
        record = self._data.jobs.get((practice, job))
        if record is None or tick >= record.due:
            return
        zone = zone_named(record.zone)
        if slot is None:
            slot = record.done
            if job is Job.SEND and (slot is None or slot_day(slot, zone) != slot_day(tick, zone)):
                slot = slots_between(job, tick - timedelta(days=1), tick, zone)[-1]
        if slot is None:
            return
        if job is Job.STATUS or slot_day(slot, zone) == slot_day(tick, zone):
            self._set_due(record, slot, tick)

    def _claim(self, run: RunMessage, owner: str, now: datetime) -> bool:
        key = run.practice, run.job, run.slot
        found = self._data.runs.get(key)
        if found is not None and found.done is not None and found.done >= run.tick:
            return False
        if found is not None and found.lease is not None and found.lease >= now and found.owner != owner:
            raise LeaseHeldError(f"{run.job} of {run.practice}: leased until {found.lease}")
        self._data.runs[key] = Run(owner, now + LEASE, found.done if found else None)
        return True

    def _owned(self, run: RunMessage, owner: str) -> Run | None:
        found = self._data.runs.get((run.practice, run.job, run.slot))
        return found if found is not None and found.owner == owner else None

    def _release(self, run: RunMessage, owner: str) -> None:
        claim = self._owned(run, owner)
        if claim is not None:
            claim.lease = None

    def _finish(self, run: RunMessage, owner: str, job_after: Callable[[JobRecord], JobRecord]) -> None:
        claim = self._owned(run, owner)
        if claim is None:
            return
        claim.lease, claim.done = None, run.tick
        job = self._data.jobs.get((run.practice, run.job))
        if job is not None:
            self._data.jobs[run.practice, run.job] = job_after(job)

    def _raise(self, practice: str, cause: str) -> bool:
        if (practice, cause) in self._data.alerts:
            return False
        self._data.alerts.add((practice, cause))
        return True


class FakeStops(Stops):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data

    def entries_and_stop(self, practice: str, keys: Sequence[str]) -> tuple[list[Entry], str | None]:
        return self._world.call("stops.entries_and_stop", lambda: self._read(practice, keys))

    def stop_of(self, practice: str) -> str | None:
        return self._world.call("stops.stop_of", lambda: self._mark(practice))

    def stop(self, practice: str, reason: str) -> bool:
        return self._world.call("stops.stop", lambda: self._stop(practice, reason))

    def _read(self, practice: str, keys: Sequence[str]) -> tuple[list[Entry], str | None]:
        found = (self._data.entry(practice, key) for key in dict.fromkeys(keys))
        return [entry for entry in found if entry is not None], self._mark(practice)

    def _mark(self, practice: str) -> str | None:
        return self._data.stops.get(practice) or self._data.deployment_stop

    def _stop(self, practice: str, reason: str) -> bool:
        if practice not in self._data.senders or practice in self._data.stops:
            return False
        self._data.stops[practice] = reason
        return True
