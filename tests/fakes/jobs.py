"""Jobs, their due times and the claims of their runs in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date, datetime

from chalicelib.aws.job_store import Due, JobStore
from chalicelib.aws.run_store import LEASE, JobSlot, LeaseHeldError, RunStore
from chalicelib.planning.run_report import RunOutcome
from chalicelib.schedule.job import Job, RunMessage, Tick
from chalicelib.schedule.job_state import JobState
from tests.fakes.due_index import FakeDueIndex
from tests.fakes.world import Data, Run, World

_FIELDS = tuple(field.name for field in fields(JobState))


class FakeJobStore(JobStore):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data
        self._index = FakeDueIndex(world, data)

    def due(self, tick: Tick, now: datetime) -> Due:
        return self._world.call("jobs.due", lambda: self._due(tick, now))

    def add(self, job: JobState) -> None:
        self._world.call("jobs.add", lambda: self._add(job))

    def drop(self, practice: str, job: Job) -> None:
        self._world.call("jobs.drop", lambda: self._data.drop_job(practice, job))

    def save(self, before: JobState, after: JobState) -> bool:
        return self._world.call("jobs.save", lambda: self._save(before, after))

    def reopen_slot(self, practice: str, job: Job, tick: datetime, slot: datetime | None = None) -> bool:
        return self._world.call("jobs.reopen_slot", lambda: self._reopen(practice, job, tick, slot))

    def note_failed(self, practice: str, job: Job, started: datetime) -> None:
        self._world.call("jobs.note_failed", lambda: note_failed(self._data, practice, job, started))

    def search_again(self, practice: str, slot: datetime, days: frozenset[date] = frozenset()) -> None:
        self._world.call(
            "jobs.search_again", lambda: self._search(practice, lambda job: job.searching_again(slot, days))
        )

    def begin_search(self, practice: str, slot: datetime, days: frozenset[date]) -> None:
        self._world.call("jobs.begin_search", lambda: self._search(practice, lambda job: job.searching(slot, days)))

    def _due(self, tick: Tick, now: datetime) -> Due:
        data, lag = self._data, self._world.weather.next_index_lag()
        as_of = self._world.now - lag
        jobs = self._index.jobs(tick, now, as_of) if lag else data.jobs_due(tick, now)
        in_index = tuple(replace(job, done=None, search=None, started=None, outcome="") for job in jobs)
        if tick is not Tick.STATUS:
            return Due(in_index)
        if lag:
            return Due(in_index, tuple(self._index.entries(now, as_of)), tuple(self._index.charges(now, as_of)))
        return Due(in_index, tuple(data.entries_due(now)), tuple(data.charges_due(now)))

    def _add(self, job: JobState) -> None:
        if (job.practice, job.job) not in self._data.jobs:
            self._data.put_job(job)

    def _save(self, before: JobState, after: JobState) -> bool:
        found = self._data.jobs.get((before.practice, before.job))
        if found is None or (found.due, found.zone, found.schedule) != (before.due, before.zone, before.schedule):
            return False
        if before.search != after.search and found.search != before.search:
            return False
        changed = {name: value for name in _FIELDS if (value := getattr(after, name)) != getattr(before, name)}
        self._data.put_job(replace(found, **changed))
        return True

    def _reopen(self, practice: str, job: Job, tick: datetime, slot: datetime | None) -> bool:
        record = self._data.jobs.get((practice, job))
        if record is None:
            return False
        after = record.with_open_slot(tick, slot)
        self._data.put_job(after)
        return after.due <= tick

    def _search(self, practice: str, change: Callable[[JobState], JobState]) -> None:
        record = self._data.jobs.get((practice, Job.PREPARE_REMINDERS))
        if record is not None:
            self._data.put_job(change(record))


class FakeRunStore(RunStore):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data

    def entries_written(self, practice: str, runs: Sequence[JobSlot], now: datetime) -> dict[JobSlot, int] | None:
        return self._world.call("runs.entries_written", lambda: self._entries_written(practice, runs, now))

    def claim(self, run: RunMessage, owner: str, now: datetime) -> bool:
        return self._world.call("runs.claim", lambda: self._claim(run, owner, now))

    def release(self, run: RunMessage, owner: str, started: datetime) -> None:
        self._world.call("runs.release", lambda: self._release(run, owner, started))

    def finish(
        self,
        run: RunMessage,
        owner: str,
        job_after: Callable[[JobState], JobState],
        wrote: int = 0,
        seen: JobState | None = None,
    ) -> None:
        self._world.call("runs.finish", lambda: self._finish(run, owner, job_after, wrote))

    def _entries_written(self, practice: str, runs: Sequence[JobSlot], now: datetime) -> dict[JobSlot, int] | None:
        found = {one: run for one in runs if (run := self._data.runs.get((practice, *one)))}
        if any(run.lease is not None and run.lease >= now for run in found.values()):
            return None
        return {one: run.wrote for one, run in found.items()}

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

    def _release(self, run: RunMessage, owner: str, started: datetime) -> None:
        claim = self._owned(run, owner)
        if claim is not None:
            claim.lease = None
            note_failed(self._data, run.practice, run.job, started)

    def _finish(self, run: RunMessage, owner: str, job_after: Callable[[JobState], JobState], wrote: int) -> None:
        claim = self._owned(run, owner)
        if claim is None:
            return
        claim.lease, claim.done, claim.wrote = None, run.tick, wrote
        job = self._data.jobs.get((run.practice, run.job))
        if job is not None:
            self._data.put_job(job_after(job))


def note_failed(data: Data, practice: str, job: Job, started: datetime) -> None:
    """Note a run that failed with its job, if there is one."""
    found = data.jobs.get((practice, job))
    if found is not None:
        data.put_job(replace(found, started=started, outcome=RunOutcome.FAILED.value))
