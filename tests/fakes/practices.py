"""Practices, their jobs and run claims, licences, alerts raised and stop marks in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import datetime

from chalicelib.aws.practice_store import LEASE, Due, LeaseHeldError, PracticeStore
from chalicelib.aws.stop_marks import REMOVED, StopMarks
from chalicelib.aws.table import CancelledError, Reason
from chalicelib.entries.entry import Entry
from chalicelib.practice.licence import Licence
from chalicelib.practice.opt_out import OptOut, Source
from chalicelib.practice.record import PracticeRecord
from chalicelib.schedule.job import Job, Tick
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.run import RunMessage
from tests.fakes.world import Data, Run, World

_FIELDS = tuple(field.name for field in fields(JobState))


class FakePracticeStore(PracticeStore):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data

    def record(self, practice: str) -> PracticeRecord | None:
        return self._world.call("practices.record", lambda: self._record(practice))

    def due(self, tick: Tick, now: datetime) -> Due:
        return self._world.call("practices.due", lambda: self._due(tick, now))

    def add(self, practice: str, email_senders: Sequence[str], jobs: Sequence[JobState]) -> None:
        self._world.call("practices.add", lambda: self._add(practice, email_senders, jobs))

    def add_licence(self, practice: str, licence: Licence) -> None:
        licences = self._data.licences
        self._world.call(
            "practices.add_licence", lambda: licences.setdefault(practice, {}).update({licence.number: licence})
        )

    def add_opt_out(self, practice: str, opt_out: OptOut) -> bool:
        return self._world.call("practices.add_opt_out", lambda: self._opt_out(practice, opt_out))

    def drop_opt_out(self, practice: str, hash: str) -> None:
        opt_outs = self._data.opt_outs
        self._world.call("practices.drop_opt_out", lambda: opt_outs.get(practice, {}).pop(hash, None))

    def ids(self) -> list[str]:
        return self._world.call("practices.all", lambda: sorted(self._data.senders))

    def remove(self, practice: str, jobs: Sequence[Job], at: datetime) -> None:
        self._world.call("practices.remove", lambda: self._remove(practice, jobs, at))

    def forget(self, record: PracticeRecord) -> None:
        self._world.call("practices.forget", lambda: self._forget(record.practice))

    def is_running(self, practice: str, runs: Sequence[tuple[Job, datetime]], now: datetime) -> bool:
        return self._world.call("practices.is_running", lambda: self._is_running(practice, runs, now))

    def add_job(self, job: JobState) -> None:
        self._world.call("practices.add_job", lambda: self._add_job(job))

    def drop_job(self, practice: str, job: Job) -> None:
        self._world.call("practices.drop_job", lambda: self._data.drop_job(practice, job))

    def save_job(self, before: JobState, after: JobState) -> bool:
        return self._world.call("practices.move_job", lambda: self._move_job(before, after))

    def reopen_slot(self, practice: str, job: Job, tick: datetime, slot: datetime | None = None) -> bool:
        return self._world.call("practices.go_on", lambda: self._go_on(practice, job, tick, slot))

    def claim_run(self, run: RunMessage, owner: str, now: datetime) -> bool:
        return self._world.call("practices.claim_run", lambda: self._claim(run, owner, now))

    def release_run(self, run: RunMessage, owner: str) -> None:
        self._world.call("practices.release_run", lambda: self._release(run, owner))

    def finish_run(self, run: RunMessage, owner: str, job_after: Callable[[JobState], JobState]) -> None:
        self._world.call("practices.finish_run", lambda: self._finish(run, owner, job_after))

    def raise_alert(self, practice: str, cause: str, at: datetime) -> bool:
        return self._world.call("practices.raise_alert", lambda: self._raise(practice, cause))

    def end_alert(self, record: PracticeRecord, cause: str) -> None:
        if cause in record.alerts:
            alerts = self._data.alerts
            self._world.call("practices.end_alert", lambda: alerts.get(record.practice, set()).discard(cause))

    def _record(self, practice: str) -> PracticeRecord | None:
        data = self._data
        if practice not in data.senders:
            return None
        return PracticeRecord(
            practice=practice,
            email_senders=data.senders[practice],
            stopped=data.stops.get(practice),
            removed=data.removed.get(practice),
            jobs={job: data.jobs[practice, job] for job in Job if (practice, job) in data.jobs},
            licences=dict(data.licences.get(practice, {})),
            alerts=frozenset(data.alerts.get(practice, ())),
            opt_outs=dict(data.opt_outs.get(practice, {})),
        )

    def _due(self, tick: Tick, now: datetime) -> Due:
        in_index = [replace(job, done=None) for job in self._data.jobs_due(tick, now)]
        if tick is not Tick.STATUS:
            return Due(tuple(in_index))
        return Due(tuple(in_index), tuple(self._data.entries_due(now)), tuple(self._data.charges_due(now)))

    def _add(self, practice: str, email_senders: Sequence[str], jobs: Sequence[JobState]) -> None:
        self._data.senders[practice] = frozenset(sender.casefold() for sender in email_senders)
        self._data.stops.pop(practice, None)
        self._data.removed.pop(practice, None)
        for job in jobs:
            self._data.put_job(job)

    def _opt_out(self, practice: str, opt_out: OptOut) -> bool:
        noted = self._data.opt_outs.setdefault(practice, {})
        before = noted.get(opt_out.hash)
        stays = before is not None and (before.source is not Source.BOUNCE or opt_out.source is Source.BOUNCE)
        if not stays:
            noted[opt_out.hash] = opt_out
        return not stays

    def _add_job(self, job: JobState) -> None:
        if (job.practice, job.job) not in self._data.jobs:
            self._data.put_job(job)

    def _move_job(self, before: JobState, after: JobState) -> bool:
        found = self._data.jobs.get((before.practice, before.job))
        if found is None or (found.due, found.zone, found.schedule) != (before.due, before.zone, before.schedule):
            return False
        changed = {name: value for name in _FIELDS if (value := getattr(after, name)) != getattr(before, name)}
        self._data.put_job(replace(found, **changed))
        return True

    def _go_on(self, practice: str, job: Job, tick: datetime, slot: datetime | None) -> bool:
        record = self._data.jobs.get((practice, job))
        if record is None:
            return False
        after = record.with_open_slot(tick, slot)
        self._data.put_job(after)
        return after.due <= tick

    def _is_running(self, practice: str, runs: Sequence[tuple[Job, datetime]], now: datetime) -> bool:
        found = [self._data.runs.get((practice, job, slot)) for job, slot in runs]
        return any(run is not None and run.lease is not None and run.lease >= now for run in found)

    def _remove(self, practice: str, jobs: Sequence[Job], at: datetime) -> None:
        if practice not in self._data.senders:
            raise CancelledError([Reason("ConditionalCheckFailed", None)])
        self._data.removed.setdefault(practice, at)
        for job in jobs:
            self._data.drop_job(practice, job)

    def _forget(self, practice: str) -> None:
        data = self._data
        for job in Job:
            data.drop_job(practice, job)
        for kept in (data.senders, data.removed, data.stops, data.licences, data.alerts, data.opt_outs):
            kept.pop(practice, None)

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

    def _finish(self, run: RunMessage, owner: str, job_after: Callable[[JobState], JobState]) -> None:
        claim = self._owned(run, owner)
        if claim is None:
            return
        claim.lease, claim.done = None, run.tick
        job = self._data.jobs.get((run.practice, run.job))
        if job is not None:
            self._data.put_job(job_after(job))

    def _raise(self, practice: str, cause: str) -> bool:
        raised = self._data.alerts.setdefault(practice, set())
        if cause in raised:
            return False
        raised.add(cause)
        return True


class FakeStops(StopMarks):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data

    def entries_and_stop(self, practice: str, keys: Sequence[str]) -> tuple[list[Entry], str | None]:
        return self._world.call("stops.entries_and_stop", lambda: self._read(practice, keys))

    def stop_of(self, practice: str) -> str | None:
        return self._world.call("stops.stop_of", lambda: self._mark(practice))

    def stop(self, practice: str, reason: str) -> bool:
        return self._world.call("stops.stop", lambda: self._stop(practice, reason))

    def resume(self, practice: str) -> bool:
        return self._world.call("stops.resume", lambda: self._data.stops.pop(practice, None) is not None)

    def deployment_stop(self) -> str | None:
        return self._world.call("stops.deployment_stop", lambda: self._data.deployment_stop)

    def stop_all(self, reason: str) -> bool:
        return self._world.call("stops.stop_all", lambda: self._change_all(reason))

    def resume_all(self) -> bool:
        return self._world.call("stops.resume_all", lambda: self._change_all(None))

    def _change_all(self, reason: str | None) -> bool:
        changed = (self._data.deployment_stop is None) != (reason is None)
        self._data.deployment_stop = reason if changed else self._data.deployment_stop
        return changed

    def _read(self, practice: str, keys: Sequence[str]) -> tuple[list[Entry], str | None]:
        found = (self._data.entry(practice, key) for key in dict.fromkeys(keys))
        return [entry for entry in found if entry is not None], self._mark(practice)

    def _mark(self, practice: str) -> str | None:
        removed = REMOVED if practice in self._data.removed else None
        return removed or self._data.stops.get(practice) or self._data.deployment_stop

    def _stop(self, practice: str, reason: str) -> bool:
        if practice not in self._data.senders or practice in self._data.stops:
            return False
        self._data.stops[practice] = reason
        return True
