"""A run is done once: its claim, its lease, its end together with its job."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from chalicelib.aws.run_store import LEASE, LeaseHeldError
from chalicelib.schedule.job import Job, RunMessage
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.search import Search, SearchPlan
from tests.contract.sides import NOW, Side, job_record, new_practice, registered
from tests.contract.test_jobs import job_now

LATER = NOW + timedelta(minutes=15)
MOMENT = timedelta(microseconds=1)


def run_of(practice: str, tick: datetime = NOW) -> RunMessage:
    return RunMessage(practice, Job.SEND, NOW, tick)


def done(job: JobState) -> JobState:
    return replace(job, done=job.slot, slot=LATER, due=LATER)


def test_a_live_lease_holds_everybody_off_and_a_dead_one_nobody(side: Side) -> None:
    run = run_of(registered(side, job_record()))
    claim = side.parts.runs.claim
    assert claim(run, "first", NOW)
    for at in (NOW, NOW + LEASE):
        with pytest.raises(LeaseHeldError):
            claim(run, "second", at)
    assert claim(run, "second", NOW + LEASE + MOMENT)


def test_claims_of_other_runs_do_not_matter(side: Side) -> None:
    practice = registered(side, job_record())
    run = run_of(practice)
    others = [replace(run, job=Job.STATUS), replace(run, slot=LATER), replace(run, practice=new_practice())]
    assert [side.parts.runs.claim(one, "me", NOW) for one in (run, *others)] == [True] * 4


def test_a_run_that_is_done_is_not_claimed_again_but_a_later_tick_of_its_slot_is(side: Side) -> None:
    practice = registered(side, job_record())
    run, later = run_of(practice), run_of(practice, LATER)
    runs = side.parts.runs
    runs.claim(run, "first", NOW)
    runs.finish(run, "first", done)
    assert not runs.claim(run, "second", NOW)
    assert runs.claim(later, "second", NOW)
    assert not runs.claim(run, "third", NOW)  # done, although the lease of the later tick is alive
    with pytest.raises(LeaseHeldError):
        runs.claim(later, "third", NOW)


def test_a_lease_given_back_is_free_at_once_but_only_by_its_owner(side: Side) -> None:
    run = run_of(registered(side, job_record()))
    runs = side.parts.runs
    runs.release(run, "nobody", NOW)
    runs.claim(run, "first", NOW)
    runs.release(run, "second", NOW)
    with pytest.raises(LeaseHeldError):
        runs.claim(run, "second", NOW)
    runs.release(run, "first", NOW)
    assert runs.claim(run, "second", NOW)


def test_the_end_of_a_run_moves_its_job_with_it(side: Side) -> None:
    practice = registered(side, job_record())
    run = run_of(practice)
    side.parts.runs.claim(run, "me", NOW)
    side.parts.runs.finish(run, "me", done)
    assert job_now(side, practice, Job.SEND) == JobState(practice, Job.SEND, LATER, LATER, "Europe/Zurich", NOW)


def test_a_worker_that_lost_the_lease_ends_nothing(side: Side) -> None:
    practice = registered(side, job_record())
    run = run_of(practice)
    before = job_now(side, practice, Job.SEND)
    runs = side.parts.runs
    runs.finish(run, "nobody", done)
    runs.claim(run, "first", NOW)
    runs.claim(run, "second", NOW + LEASE + MOMENT)
    runs.finish(run, "first", done)
    assert job_now(side, practice, Job.SEND) == before
    with pytest.raises(LeaseHeldError):
        runs.claim(run, "third", NOW + LEASE + MOMENT)


def test_a_job_that_dispatch_moves_meanwhile_is_read_again(side: Side) -> None:
    practice = registered(side, job_record())
    run = run_of(practice)
    side.parts.runs.claim(run, "me", NOW)
    read = job_now(side, practice, Job.SEND)
    tomorrow = NOW + timedelta(days=1)
    side.parts.jobs.save(read, replace(read, slot=tomorrow, due=tomorrow))
    side.parts.runs.finish(run, "me", lambda job: replace(job, done=NOW))
    assert job_now(side, practice, Job.SEND) == replace(read, slot=tomorrow, due=tomorrow, done=NOW)


def test_the_end_of_a_run_whose_answer_is_lost_has_happened(side: Side) -> None:
    practice = registered(side, job_record())
    run = run_of(practice)
    side.parts.runs.claim(run, "me", NOW)
    side.lose_answer()
    side.parts.runs.finish(run, "me", lambda job: replace(job, done=NOW, due=LATER))
    assert job_now(side, practice, Job.SEND).done == NOW
    assert not side.parts.runs.claim(run, "other", NOW)


def test_the_end_of_a_run_takes_the_job_as_it_was_read_unless_it_has_changed(side: Side) -> None:
    practice = registered(side, job_record())
    read, runs = job_now(side, practice, Job.SEND), side.parts.runs
    for tick, slot in ((NOW, NOW), (LATER, LATER)):  # the second one has read the job before the first has ended
        run = run_of(practice, tick)
        runs.claim(run, "me", NOW)
        runs.finish(run, "me", partial(later_done, slot), seen=read)
    assert job_now(side, practice, Job.SEND) == replace(read, done=LATER)
    runs.claim(replace(run, slot=LATER), "me", NOW)
    runs.finish(replace(run, slot=LATER), "me", partial(later_done, NOW), seen=read)
    assert job_now(side, practice, Job.SEND) == replace(read, done=LATER)


def later_done(slot: datetime, job: JobState) -> JobState:
    return replace(job, done=max(slot, job.done or slot))


def test_a_run_that_failed_is_noted_with_its_job(side: Side) -> None:
    practice = registered(side, job_record())
    run, read = run_of(practice), job_now(side, practice, Job.SEND)
    side.parts.runs.claim(run, "me", NOW)
    side.parts.runs.release(run, "me", NOW)
    assert job_now(side, practice, Job.SEND) == replace(read, started=NOW, outcome="failed")
    side.parts.jobs.note_failed(practice, Job.SEND, LATER)
    assert job_now(side, practice, Job.SEND) == replace(read, started=LATER, outcome="failed")
    side.parts.jobs.note_failed(new_practice(), Job.SEND, LATER)
    gone = run_of(new_practice())
    side.parts.runs.claim(gone, "me", NOW)
    side.parts.runs.release(gone, "me", NOW)
    assert side.parts.practices.record(gone.practice) is None
    assert side.parts.runs.claim(gone, "other", NOW)


def test_a_run_of_a_job_that_is_not_there_ends_too(side: Side) -> None:
    run = run_of(new_practice())
    side.parts.runs.claim(run, "me", NOW)
    side.parts.runs.finish(run, "me", done)
    assert not side.parts.runs.claim(run, "other", NOW)
    assert side.parts.practices.record(run.practice) is None


def test_a_claim_whose_answer_is_lost_knows_its_own_lease(side: Side) -> None:
    run = run_of(registered(side, job_record()))
    side.lose_answer()
    assert side.parts.runs.claim(run, "me", NOW)


TOMORROW = NOW.date() + timedelta(days=1)
SEARCH = Search(NOW, SearchPlan("Mo-Fr 10:00", "Europe/Zurich", 1, 2), {TOMORROW: NOW}, {NOW.date(): NOW}, NOW)


def test_the_search_of_a_run_is_stored_with_its_job(side: Side) -> None:
    practice = registered(side, job_record(Job.PREPARE_REMINDERS))
    run = replace(run_of(practice), job=Job.PREPARE_REMINDERS)
    side.parts.runs.claim(run, "me", NOW)
    side.parts.runs.finish(run, "me", lambda job: replace(job, search=SEARCH))
    assert job_now(side, practice, Job.PREPARE_REMINDERS).search == SEARCH


def test_what_was_searched_may_be_undone_and_a_search_from_before_does_not_count(side: Side) -> None:
    practice = registered(side, job_record(Job.PREPARE_REMINDERS))
    jobs = side.parts.jobs
    jobs.search_again(practice, NOW)
    jobs.search_again(new_practice(), NOW)
    read = job_now(side, practice, Job.PREPARE_REMINDERS)
    assert read.search is None
    assert jobs.save(read, replace(read, search=SEARCH))
    searched = job_now(side, practice, Job.PREPARE_REMINDERS)
    jobs.search_again(practice, NOW + timedelta(days=1))
    assert job_now(side, practice, Job.PREPARE_REMINDERS).search == SEARCH
    jobs.search_again(practice, NOW, frozenset({TOMORROW}))
    assert job_now(side, practice, Job.PREPARE_REMINDERS).search == SEARCH.before(NOW, frozenset({TOMORROW}))
    assert not jobs.save(searched, replace(searched, search=SEARCH.after(LATER, SEARCH.plan, frozenset())))
    assert jobs.save(searched, replace(searched, slot=LATER))


def test_the_days_of_a_search_by_another_plan_are_noted_when_it_begins(side: Side) -> None:
    practice = registered(side, job_record(Job.PREPARE_REMINDERS))
    days = frozenset({TOMORROW, TOMORROW + timedelta(days=2)})
    side.parts.jobs.begin_search(practice, LATER, days)
    read = job_now(side, practice, Job.PREPARE_REMINDERS)
    assert side.parts.jobs.save(read, replace(read, search=SEARCH))
    side.parts.jobs.begin_search(practice, LATER, days)
    assert job_now(side, practice, Job.PREPARE_REMINDERS).search == SEARCH.begun(LATER, days)
