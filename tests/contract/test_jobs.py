"""Jobs and what is due: the same on the fake and on DynamoDB."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.job_store import Due
from chalicelib.entries.entry import transition, with_reason
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.schedule.job import Job, Tick
from chalicelib.schedule.job_state import JobState
from chalicelib.text import Text
from tests.contract.entries import SOON, entry, written
from tests.contract.sides import NOW, Side, job_record, new_practice, registered

HOUR = timedelta(hours=1)


def job_now(side: Side, practice: str, job: Job) -> JobState:
    record = side.parts.practices.record(practice)
    assert record is not None
    return record.jobs[job]


def due_of(side: Side, practice: str, tick: Tick, minutes: float = 0) -> Due:
    """Returns the due jobs of one practice."""
    found = side.parts.jobs.due(tick, NOW + timedelta(minutes=minutes))
    jobs = tuple(job for job in found.jobs if job.practice == practice)
    return Due(jobs, tuple(one for one in found.entries if one[0] == practice))


def test_jobs_are_due_at_their_own_rule_from_their_time_on(side: Side) -> None:
    practice = registered(side, *(job_record(job, done=NOW - HOUR) for job in Job))
    for tick, jobs in [
        (Tick.PREPARE, {Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS}), (Tick.SEND, {Job.SEND}),
        (Tick.STATUS, {Job.STATUS, Job.SUMMARY}),
    ]:  # fmt: skip
        assert due_of(side, practice, tick, -0.001).jobs == ()
        found = due_of(side, practice, tick)
        assert {job.job for job in found.jobs} == jobs
        assert {(job.slot, job.due, job.zone, job.done) for job in found.jobs} == {(NOW, NOW, "Europe/Zurich", None)}


def test_due_jobs_come_the_oldest_first(side: Side) -> None:
    practices = [registered(side, job_record(Job.SEND, NOW - minutes * HOUR)) for minutes in (2, 5, 3)]
    found = [job.practice for job in side.parts.jobs.due(Tick.SEND, NOW).jobs if job.practice in practices]
    assert found == [practices[1], practices[2], practices[0]]


def test_entries_are_due_for_the_sweep_until_they_move_on(side: Side) -> None:
    practice = new_practice()
    early = entry(practice, 1, expires_at=NOW + timedelta(minutes=3), starts_at=NOW + timedelta(minutes=3))
    states = {State.RESERVED: NOW - HOUR, State.UNKNOWN: None}
    others = [entry(practice, n, state, reserved_at=at) for n, (state, at) in enumerate(states.items(), 2)]
    made = written(side, early, *others, entry(practice, 9))
    assert due_of(side, practice, Tick.SEND, 60).entries == ()
    keys = [(practice, one.key) for one in made]
    assert due_of(side, practice, Tick.STATUS, 2.9).entries == (keys[1], keys[2])
    assert due_of(side, practice, Tick.STATUS, 3).entries == (keys[1], keys[2], keys[0])
    side.parts.store.commit(
        [Transition(made[0], with_reason(made[0], Text("waits"))), Transition(made[2], replace(made[2], settled=True))]
    )
    side.parts.store.commit([Transition(made[1], transition(made[1], State.PREPARED, SOON))])
    assert due_of(side, practice, Tick.STATUS, 60).entries == (keys[0],)


def test_a_due_time_moves_only_from_what_was_read(side: Side) -> None:
    practice = registered(side, job_record(Job.SEND, done=NOW - HOUR))
    read = job_now(side, practice, Job.SEND)
    moved = replace(read, slot=NOW + HOUR, due=NOW + 2 * HOUR, schedule="Mo-Fr 10:05", zone="UTC")
    assert side.parts.jobs.save(read, moved)
    assert not side.parts.jobs.save(read, replace(read, due=NOW + 9 * HOUR))
    assert job_now(side, practice, Job.SEND) == moved
    assert side.parts.jobs.save(moved, replace(moved, schedule=""))
    assert job_now(side, practice, Job.SEND) == replace(moved, schedule="")
    nobody = replace(read, practice=new_practice())
    assert not side.parts.jobs.save(nobody, replace(nobody, due=NOW))
    assert due_of(side, nobody.practice, Tick.SEND, 900).jobs == ()


@pytest.mark.parametrize(
    ("as_read", "change"),
    [
        pytest.param("", {"schedule": "täglich 16:05"}, id="the default replaced"),
        pytest.param("Mo-Fr 10:05", {"schedule": "täglich 16:05"}, id="another Zeitplan"),
        pytest.param("Mo-Fr 10:05", {"schedule": ""}, id="back to the default"),
        pytest.param("", {"zone": "UTC"}, id="another zone"),
    ],
)
def test_a_job_whose_schedule_or_zone_changed_meanwhile_does_not_move_by_the_old_one(
    side: Side, as_read: str, change: dict[str, Any]
) -> None:
    practice = registered(side, job_record(Job.SEND))
    added = job_now(side, practice, Job.SEND)
    side.parts.jobs.save(added, replace(added, schedule=as_read))
    (read,) = due_of(side, practice, Tick.SEND).jobs
    changed = replace(read, **change)
    assert side.parts.jobs.save(read, changed)
    assert not side.parts.jobs.save(read, replace(read, slot=NOW + 24 * HOUR, due=NOW + 24 * HOUR))
    assert job_now(side, practice, Job.SEND) == changed
    assert side.parts.jobs.save(changed, replace(changed, due=NOW + 6 * HOUR))


@pytest.mark.parametrize(
    ("job", "done", "due", "tick", "moves"),
    [
        pytest.param(Job.SEND, -1, 23, 1, True, id="before it is due"),
        pytest.param(Job.SEND, -1, 1, 1, False, id="due then anyway"),
        pytest.param(Job.SEND, -1, 1, 2, True, id="due before: dispatch may be at it"),
        pytest.param(Job.STATUS, -24, 23, 1, True, id="a status slot of yesterday"),
        pytest.param(Job.SEND, -1, 23, 14, False, id="after midnight in Zurich"),
    ],
)
def test_a_slot_goes_on_on_its_day_unless_it_is_due_then(
    side: Side, job: Job, done: int | None, due: int, tick: int, moves: bool
) -> None:
    last = None if done is None else NOW + done * HOUR
    practice = registered(side, job_record(job, NOW + due * HOUR, last))
    before = job_now(side, practice, job)
    goes_on = side.parts.jobs.reopen_slot(practice, job, NOW + tick * HOUR)
    slot = SOON if job is Job.SEND else last or NOW  # the last of the schedule until then
    after = replace(before, slot=slot, due=NOW + tick * HOUR) if moves else before
    assert job_now(side, practice, job) == after
    assert goes_on == (moves or due <= tick)
    assert not side.parts.jobs.reopen_slot(new_practice(), job, NOW + tick * HOUR)


def test_a_slot_goes_on_although_its_job_moves_at_the_same_time(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs, practice = side.parts.jobs, registered(side, job_record(Job.SEND, NOW + 23 * HOUR, NOW - HOUR))
    save, overtaken = jobs.save, iter([True])
    monkeypatch.setattr(jobs, "save", lambda *states: not next(overtaken, False) and save(*states))
    assert jobs.reopen_slot(practice, Job.SEND, NOW + HOUR)
    assert job_now(side, practice, Job.SEND).due == NOW + HOUR


@pytest.mark.parametrize("done", [None, -24], ids=["never done", "done yesterday"])
def test_a_send_slot_whose_run_is_still_on_goes_on(side: Side, done: int | None) -> None:
    practice = registered(side, job_record(Job.SEND, NOW + 23 * HOUR, None if done is None else NOW + done * HOUR))
    side.parts.jobs.reopen_slot(practice, Job.SEND, NOW + HOUR)
    now = job_now(side, practice, Job.SEND)
    assert (now.slot, now.due) == (SOON, NOW + HOUR)


@pytest.mark.parametrize(("slot", "moves"), [(0, True), (-1, True), (-24, False)])
def test_a_slot_that_is_named_goes_on_although_none_was_done(side: Side, slot: int, moves: bool) -> None:
    practice = registered(side, job_record(Job.SEND, NOW + 23 * HOUR))
    before = job_now(side, practice, Job.SEND)
    side.parts.jobs.reopen_slot(practice, Job.SEND, NOW + HOUR, NOW + slot * HOUR)
    after = replace(before, slot=SOON, due=NOW + HOUR) if moves else before  # the last that has come by then
    assert job_now(side, practice, Job.SEND) == after
