"""A changed schedule, and a new job: due or open slots remain, and the new times apply from now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.schedule.job import SCHEDULED, Job
from chalicelib.schedule.job_state import JobState, new_job, new_jobs, with_schedule
from chalicelib.schedule.schedule import default_schedule, parse_schedule
from tests.builders.entries import PRACTICE, at
from tests.unit.schedule.test_job_state import MONDAY, OFTEN, PLANS, SUNDAY, TUESDAY, ZONE, instant, job, local, moments

MORE_PLANS = [text or "täglich 10:05" for text in PLANS]


def changed(record: JobState, text: str, now: str, zone: str = ZONE) -> JobState:
    follows = Job.SEND if record.job is Job.SUMMARY else record.job
    return with_schedule(record, parse_schedule(text, follows), zone, instant(now))


@pytest.mark.parametrize("kind", Job)
def test_nothing_changed_is_the_same_record(kind: Job) -> None:
    record = job(kind, slot="10:05", due="10:20", done=f"{SUNDAY} 10:05")
    default = default_schedule(Job.SEND if kind is Job.SUMMARY else kind)
    assert with_schedule(record, default, ZONE, instant("12:00")) is record


DUE = job(slot="10:05", done=f"{SUNDAY} 10:05")
GOES_ON = job(slot="10:05", due="10:35", done="10:05")
MOVED = "16:05"


@pytest.mark.parametrize(
    ("record", "to", "now", "slot", "due", "done"),
    [
        pytest.param(DUE, "täglich 16:05", "09:00", MOVED, MOVED, f"{SUNDAY} 16:05", id="later than it was"),
        pytest.param(DUE, "täglich 09:20", "09:00", "09:20", "09:20", f"{SUNDAY} 10:05", id="earlier than it was"),
        pytest.param(DUE, "täglich 08:05", "09:00", "10:05", "10:05", "08:05", id="past today: today's still runs"),
        pytest.param(
            DUE, "Di 08:05", "09:00", f"{TUESDAY} 08:05", f"{TUESDAY} 08:05", f"{SUNDAY} 10:05",
            id="it does not run today at all",
        ),
        pytest.param(DUE, "täglich 16:05", "10:04", MOVED, MOVED, f"{SUNDAY} 16:05", id="a minute before it was due"),
        pytest.param(DUE, "täglich 16:05", "10:05", "10:05", "10:05", f"{SUNDAY} 16:05", id="due: it still runs"),
        pytest.param(DUE, "täglich 16:05", "17:00", "10:05", "10:05", f"{SUNDAY} 16:05", id="long due: it still runs"),
        pytest.param(GOES_ON, "täglich 16:05", "10:30", "10:05", "10:35", "10:05", id="an open slot goes on"),
        pytest.param(GOES_ON, "täglich 16:05", "10:35", "10:05", "10:35", "10:05", id="it is due now"),
        pytest.param(GOES_ON, "täglich 10:35", "10:30", "10:35", "10:35", "10:05", id="the first slot takes it over"),
        pytest.param(
            replace(GOES_ON, due=at("2026-11-23 10:50")), "täglich 10:35", "10:30", "10:35", "10:35", "10:05",
            id="the first slot comes before it would go on",
        ),
        pytest.param(
            job(slot=f"{TUESDAY} 10:05", done=f"{SUNDAY} 10:05"), "täglich 16:05", "10:30", MOVED, MOVED,
            f"{SUNDAY} 16:05", id="Monday's run is missing, perhaps still on: it is not done",
        ),
        pytest.param(
            job(slot=f"{TUESDAY} 10:05", done=f"{SUNDAY} 10:05"), "täglich 16:05", "10:05", MOVED, MOVED,
            f"{SUNDAY} 16:05", id="Monday's run has just come and is missing",
        ),
        pytest.param(job(slot="10:05"), "täglich 16:05", "09:00", MOVED, MOVED, None, id="nothing was ever done"),
        pytest.param(
            job(Job.STATUS, slot="10:10", done=f"{SUNDAY} 10:10"), "täglich 16:10", "09:00", "16:10", "16:10",
            f"{SUNDAY} 10:10", id="status: its last slot stays the one that may go on",
        ),
        pytest.param(
            job(Job.PREPARE_REMINDERS, slot="10:00", done=f"{SUNDAY} 10:00"), "Mo-Fr 08:00", "09:00",
            "10:00", "10:00", "08:00", id="prepare: only what lies behind now counts",
        ),
        pytest.param(
            job(Job.PREPARE_REMINDERS, slot="10:00", done="2026-11-21 10:00"), "Mo-Fr 08:00", "09:00",
            "10:00", "10:00", "2026-11-21 10:00", id="prepare: Sunday's days are still missing",
        ),
        pytest.param(
            job(slot=f"{TUESDAY} 10:05", done="10:05"), OFTEN, "15:00", MOVED, MOVED, "14:05",
            id="slots that only the new one would have had are not missed",
        ),
        pytest.param(
            job(Job.SUMMARY, slot="11:10", done=f"{SUNDAY} 11:10"), "täglich 16:05", "09:00", "17:10", "17:10",
            f"{SUNDAY} 17:10", id="the summary follows send",
        ),
        pytest.param(
            job(Job.SUMMARY, slot="11:10", done=f"{SUNDAY} 11:10"), "täglich 08:35", "09:00", "11:10", "11:10",
            f"{SUNDAY} 11:10", id="the summary waits for today's former send slot",
        ),
    ],
)  # fmt: skip
def test_a_changed_schedule_counts_from_now(
    record: JobState, to: str, now: str, slot: str, due: str, done: str | None
) -> None:
    text = "" if (record.job, to) == (Job.SEND, "täglich 10:05") else to
    expected = replace(record, slot=instant(slot), due=instant(due), done=local(done), schedule=text)
    assert changed(record, to, now) == expected


def test_another_zone_is_another_schedule() -> None:
    found = changed(job(slot="16:05", done=f"{SUNDAY} 16:05", plan="täglich 16:05"), "täglich 16:05", "09:00", "UTC")
    assert (found.zone, found.schedule, found.due, found.done) == (
        "UTC", "täglich 16:05", at(f"{MONDAY} 17:05"), at(f"{SUNDAY} 17:05")
    )  # fmt: skip


def test_the_default_times_are_not_written_down() -> None:
    assert changed(replace(DUE, schedule="täglich 16:05"), "täglich 10:05", "09:00").schedule == ""
    assert changed(job(Job.PREPARE_REMINDERS, slot="10:00"), "täglich 10.00", "09:00").schedule == ""


def test_no_slot_of_today_stays_open_if_neither_schedule_had_one_before() -> None:
    before = job(slot="16:05", done=f"{SUNDAY} 16:05", plan="täglich 16:05")
    assert before.with_open_slot(instant("11:05")) is before
    after = changed(before, "täglich 17:05", "09:00")
    assert after.with_open_slot(instant("11:05")) == after


def test_no_slot_of_today_goes_on_where_a_new_job_had_none_so_far() -> None:
    new = new_job(PRACTICE, Job.SEND, {}, ZONE, instant("09:00"))
    assert new.with_open_slot(instant("09:20")) == new


def test_an_open_slot_goes_on_as_itself_and_not_as_one_that_never_was() -> None:
    after = changed(GOES_ON, "täglich 10:20", "10:30")
    assert after.due == instant("10:35")
    assert after.slot_for_tick(instant("10:35")) == instant("10:05")


@given(st.sampled_from(MORE_PLANS), st.sampled_from(MORE_PLANS), moments, st.integers(0, 3 * 96), st.booleans())
def test_after_a_change_a_job_is_due_no_later_than_the_first_new_slot_and_done_never_goes_back(
    first: str, second: str, now: datetime, quarters: int, fresh: bool
) -> None:
    record = new_job(PRACTICE, Job.SEND, {Job.SEND: parse_schedule(first, Job.SEND)}, ZONE, now)
    later = now + timedelta(minutes=15 * quarters + 7)
    record = record.advanced(later - timedelta(minutes=15)) if fresh else record
    schedule = parse_schedule(second, Job.SEND)
    found = with_schedule(record, schedule, ZONE, later)
    assert found.due <= found.next_slot(later)
    assert found.due == record.due or found.due > later
    assert found.done
    assert record.done
    assert record.done <= found.done <= later
    missing = record.slots(record.done, later)
    assert not missing or found.done < missing[0]
    assert missing or not found.slots(found.done, later)
    assert with_schedule(found, schedule, ZONE, later) == found


@pytest.mark.parametrize(
    ("kind", "text", "due", "done"),
    [
        (Job.PREPARE_REMINDERS, "Mo-Fr 08:30", f"{TUESDAY} 08:30", "08:30"),
        (Job.PREPARE_BIRTHDAYS, "täglich 09:00", f"{TUESDAY} 09:00", "09:00"),
        (Job.SEND, "täglich 09:05", "09:05", f"{SUNDAY} 09:05"),
        (Job.STATUS, "täglich 09:10", "09:10", None),
        (Job.SUMMARY, "täglich 09:05", "10:10", f"{SUNDAY} 10:10"),
    ],
)
def test_a_new_job_is_due_from_now_on(kind: Job, text: str, due: str, done: str | None) -> None:
    follows = Job.SEND if kind is Job.SUMMARY else kind
    schedules = {job: parse_schedule("alle 2 Wochen Mo alle 30 Minuten 12:00-13:00", job) for job in SCHEDULED}
    schedules |= {follows: parse_schedule(text, follows)}
    found = new_job(PRACTICE, kind, schedules, ZONE, instant("09:00"))
    assert found == JobState(PRACTICE, kind, instant(due), instant(due), ZONE, local(done), text)


def test_a_new_practice_has_the_four_jobs_at_the_manuals_own_times() -> None:
    found = new_jobs(PRACTICE, {}, ZONE, instant("09:00"))
    assert [(state.job, state.slot, state.schedule) for state in found] == [
        (Job.PREPARE_REMINDERS, instant("10:00"), ""), (Job.PREPARE_BIRTHDAYS, instant("10:00"), ""),
        (Job.SEND, instant("10:05"), ""), (Job.STATUS, instant("10:10"), ""),
    ]  # fmt: skip
