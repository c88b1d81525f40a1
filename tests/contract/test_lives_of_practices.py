"""Jobs that come and go, pause and resume, removal: the same on the fake and on DynamoDB."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.aws.run_store import LEASE
from chalicelib.aws.stop_marks import REMOVED, by_operator
from chalicelib.aws.table import CancelledError
from chalicelib.entries.credits import TopUp
from chalicelib.entries.stops import Stops
from chalicelib.practice.record import Licence, PracticeRecord
from chalicelib.schedule.job import Job, RunMessage, Tick
from tests.contract.entries import books, entry, now, written
from tests.contract.sides import NOW, Side, job_record, new_practice, registered
from tests.contract.test_jobs import due_of

LATER = NOW + timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
NOT_STATUS = [job for job in Job if job is not Job.STATUS]


def record_of(side: Side, practice: str) -> PracticeRecord:
    record = side.parts.practices.record(practice)
    assert record is not None
    return record


def test_all_practices_are_listed_by_name_however_many(side: Side) -> None:
    known = set(side.parts.practices.ids())
    made = [registered(side) for _ in range(30)]
    found = side.parts.practices.ids()
    assert set(found) - known == set(made)
    assert found == sorted(found)


def test_a_job_that_is_added_is_due_and_one_that_is_there_stays_as_it_is(side: Side) -> None:
    practice = registered(side, job_record(Job.SEND))
    summary = replace(job_record(Job.SUMMARY), practice=practice, done=NOW, schedule="Mo-Fr 10:05")
    for job in (summary, replace(summary, due=LATER, zone="UTC")):
        side.parts.jobs.add(job)
        assert record_of(side, practice).jobs[Job.SUMMARY] == summary
    assert [job.job for job in due_of(side, practice, Tick.STATUS).jobs] == [Job.SUMMARY]


def test_a_job_that_is_dropped_is_never_due_again(side: Side) -> None:
    practice = registered(side, job_record(Job.SEND), job_record(Job.SUMMARY))
    for _ in range(2):
        side.parts.jobs.drop(practice, Job.SUMMARY)
        assert set(record_of(side, practice).jobs) == {Job.SEND}
    assert due_of(side, practice, Tick.STATUS).jobs == ()
    side.parts.jobs.drop(new_practice(), Job.SUMMARY)


@pytest.mark.parametrize(
    ("job", "slot", "at", "running"),
    [
        pytest.param(Job.PREPARE_REMINDERS, NOW, NOW, True, id="while it lasts"),
        pytest.param(Job.PREPARE_REMINDERS, NOW, NOW + LEASE, True, id="to the end of its lease"),
        pytest.param(Job.PREPARE_REMINDERS, NOW, NOW + LEASE + MOMENT, False, id="not after it"),
        pytest.param(Job.PREPARE_BIRTHDAYS, NOW, NOW, False, id="not another job"),
        pytest.param(Job.PREPARE_REMINDERS, LATER, NOW, False, id="not another slot"),
    ],
)
def test_a_run_is_on_from_its_claim_to_the_end_of_its_lease(
    side: Side, job: Job, slot: datetime, at: datetime, running: bool
) -> None:
    practice = registered(side)
    run = RunMessage(practice, Job.PREPARE_REMINDERS, NOW, NOW)
    side.parts.runs.claim(run, "me", NOW)
    written = side.parts.runs.entries_written
    assert (written(practice, [(Job.SEND, NOW), (job, slot)], at) is None) is running
    assert written(new_practice(), [(job, slot)], at) == {}
    assert written(practice, [], at) == {}


def test_a_run_that_was_finished_or_given_back_is_not_on(side: Side) -> None:
    runs, practice = side.parts.runs, registered(side)
    found = [RunMessage(practice, job, NOW, NOW) for job in (Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS)]
    for run in found:
        runs.claim(run, "me", NOW)
    slots = [(run.job, NOW) for run in found]
    runs.finish(found[0], "me", lambda job: job, 7)
    assert runs.entries_written(practice, slots, NOW) is None
    runs.release(found[1], "me", NOW)
    assert runs.entries_written(practice, slots, NOW) == {slots[0]: 7, slots[1]: 0}


def test_a_practice_that_is_resumed_may_be_stopped_again(side: Side) -> None:
    practice, stops = registered(side), side.parts.stops
    assert not stops.resume(practice, NOW)
    assert stops.stop(practice, by_operator("zuerst"))
    assert [stops.resume(practice, NOW) for _ in range(2)] == [True, False]
    assert stops.stop_of(practice) == Stops()
    assert stops.stop(practice, by_operator("danach"))
    assert record_of(side, practice).stopped == by_operator("danach")
    assert not stops.resume(new_practice(), NOW)


def test_a_removed_practice_keeps_its_first_date_and_its_status_job(side: Side) -> None:
    practice = registered(side, *(job_record(job) for job in Job))
    for at in (NOW, LATER):
        side.parts.practices.remove(practice, NOT_STATUS, at)
        record = record_of(side, practice)
        assert (record.removed, set(record.jobs)) == (NOW, {Job.STATUS})
    assert practice in side.parts.practices.ids()
    assert [due_of(side, practice, tick).jobs for tick in (Tick.PREPARE, Tick.SEND)] == [(), ()]
    side.parts.practices.add(practice, [], [])
    assert record_of(side, practice).removed is None


def test_a_removed_practice_is_stopped_for_good(side: Side) -> None:
    practice, stops = registered(side), side.parts.stops
    stops.stop(practice, by_operator("angehalten"))
    side.parts.practices.remove(practice, NOT_STATUS, NOW)
    (made,) = written(side, entry(practice))
    assert stops.entries_and_stop(practice, [made.key]) == ([made], Stops(REMOVED), None)
    stops.stop_all(by_operator("Wartung"))
    assert stops.stop_of(practice) == Stops(REMOVED)
    stops.resume_all(NOW)
    assert (stops.resume(practice, NOW), stops.stop_of(practice)) == (True, Stops(REMOVED))
    side.parts.practices.add(practice, [], [])
    assert stops.stop_of(practice) == Stops()


def test_a_removal_is_taken_back_with_the_jobs_as_they_were(side: Side) -> None:
    practices, jobs = side.parts.practices, side.parts.jobs
    practice = registered(side, *(job_record(job) for job in Job if job is not Job.SUMMARY))
    before = record_of(side, practice)
    practices.remove(practice, NOT_STATUS, NOW)
    removed = record_of(side, practice)
    for job in NOT_STATUS:
        assert not jobs.reopen_slot(practice, job, NOW + timedelta(days=9))
        if job in before.jobs:
            assert not jobs.save(before.jobs[job], before.jobs[job].advanced(NOW))
    new = [replace(job_record(job), practice=practice, slot=LATER, due=LATER) for job in Job]
    assert practices.reinstate(removed, new)
    after = record_of(side, practice)
    assert after.removed is None
    assert after.jobs == {**before.jobs, Job.SUMMARY: new[list(Job).index(Job.SUMMARY)]}
    assert {job.job for job in due_of(side, practice, Tick.SEND, 9).jobs} == {Job.SEND}


def test_a_removal_is_taken_back_only_while_it_is_as_it_was_read(side: Side) -> None:
    practices, practice = side.parts.practices, registered(side, job_record(Job.STATUS))
    practices.remove(practice, NOT_STATUS, NOW)
    removed = record_of(side, practice)
    assert practices.reinstate(removed, [])
    assert not practices.reinstate(removed, [])
    practices.forget(removed)
    assert record_of(side, practice).removed is None, "it was reinstated before it was forgotten"
    practices.remove(practice, NOT_STATUS, LATER)
    assert not practices.reinstate(removed, [])
    practices.forget(record_of(side, practice))
    assert not practices.reinstate(replace(removed, removed=LATER), [])
    assert practices.record(practice) is None


def test_nobody_can_remove_a_practice_that_is_not_there(side: Side) -> None:
    nobody = new_practice()
    with pytest.raises(CancelledError):
        side.parts.practices.remove(nobody, NOT_STATUS, NOW)
    assert side.parts.practices.record(nobody) is None


def test_a_practice_that_is_forgotten_leaves_its_entries_and_its_ledger(side: Side) -> None:
    practices, practice = side.parts.practices, registered(side, *(job_record(job) for job in Job))
    for n in range(70):
        practices.add_licence(practice, Licence(f"L-{n}"))
        side.parts.raised_alerts.add(practice, f"invalid#{n}#0123456789abcdef", NOW)
    side.parts.stops.stop(practice, by_operator("angehalten"))
    practices.remove(practice, NOT_STATUS, NOW)
    (made,) = written(side, entry(practice))
    side.parts.store.top_up(practice, TopUp("M1", "r1", 5, NOW))
    practices.forget(record_of(side, practice))
    assert practices.record(practice) is None
    assert practice not in practices.ids()
    assert [due_of(side, practice, tick, 9).jobs for tick in Tick] == [()] * 3
    assert (now(side, made), books(side, practice)) == (made, 5)
    practices.add(practice, [], [])
    assert record_of(side, practice) == PracticeRecord(practice)
