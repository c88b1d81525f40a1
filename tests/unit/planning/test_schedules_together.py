"""The schedules of several jobs saved at once: their runs of today stay in order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.planning.outlook import upcoming_runs
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.validation import ValidatedParameters, with_saved_schedules
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import new_job, new_jobs
from tests.builders.entries import PRACTICE, ZURICH, at

ALL_AT_NINE = {
    "prepare-reminders/Zeitplan": "täglich 09:00", "prepare-birthdays/Zeitplan": "täglich 09:00",
    "send/Zeitplan": "täglich 09:05", "status/Zeitplan": "täglich 09:10",
}  # fmt: skip


@pytest.mark.parametrize(
    ("now", "hour"), [("08:59", 9), ("09:00", 10), ("09:02", 10), ("09:06", 10), ("09:12", 10), ("09:59", 10)]
)
@pytest.mark.parametrize("one_by_one", [False, True])
def test_jobs_that_follow_each_other_keep_todays_former_slots_together(now: str, hour: int, one_by_one: bool) -> None:
    """Between 09:00 and 09:05 only prepare has none left, and send would run before it."""
    early, at_once = at("2026-11-23 06:00"), at(f"2026-11-23 {now}")
    jobs = {one.job: one for one in new_jobs(PRACTICE, {}, ZURICH.key, early)}
    jobs[Job.SUMMARY] = new_job(PRACTICE, Job.SUMMARY, {}, ZURICH.key, early)
    steps = range(1, 5) if one_by_one else [4]
    for count in steps:
        saved = SavedParameters(jobs=dict(list(ALL_AT_NINE.items())[:count]))
        jobs = with_saved_schedules(jobs, ValidatedParameters(saved), at_once)
    slots = {job: state.slot.astimezone(ZURICH) for job, state in jobs.items()}
    assert [(at.hour, at.minute) for at in slots.values()] == [
        (hour, 0), (hour, 0), (hour, 5), (hour, 10), (11, 10)
    ]  # fmt: skip
    for job, state in jobs.items():
        runs = upcoming_runs(state, at_once)
        first, second = next(runs), next(runs)
        assert (first.slot, first.tick) == (state.slot, state.slot), job
        assert second.slot == state.next_slot(first.slot) > first.slot + timedelta(hours=22), job


def test_a_job_takes_its_new_slot_of_today_if_it_comes_after_the_former_one_of_the_job_before() -> None:
    jobs = {one.job: one for one in new_jobs(PRACTICE, {}, ZURICH.key, at("2026-11-23 06:00"))}
    later = ALL_AT_NINE | {"send/Zeitplan": "täglich alle 2 Stunden 09:05-18:00"}
    jobs = with_saved_schedules(jobs, ValidatedParameters(SavedParameters(jobs=later)), at("2026-11-23 09:02"))
    assert [jobs[job].slot for job in (Job.PREPARE_REMINDERS, Job.SEND)] == [
        at("2026-11-23 10:00"), at("2026-11-23 09:05")
    ]  # fmt: skip


def test_nothing_takes_the_place_of_a_former_slot_that_is_still_ahead() -> None:
    jobs = {one.job: one for one in new_jobs(PRACTICE, {}, ZURICH.key, at("2026-11-23 06:00"))}
    now = at("2026-11-23 09:06")
    send = with_saved_schedules(jobs, ValidatedParameters(SavedParameters(jobs=ALL_AT_NINE)), now)[Job.SEND]
    assert send.with_open_slot(at("2026-11-23 09:20")) is send
    assert send.advanced(at("2026-11-23 10:05")).with_open_slot(at("2026-11-23 10:20"), send.slot).slot == send.slot
