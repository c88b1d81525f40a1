"""A job's record from slot to slot: the slot that a tick runs, further due slots, and continued ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.schedule.job import TICK_OF, Job, next_tick
from chalicelib.schedule.job_state import JobState
from tests.builders.entries import PRACTICE, at

ZONE = "Europe/Zurich"
MONDAY, TUESDAY, SUNDAY = "2026-11-23", "2026-11-24", "2026-11-22"
PLANS = ["", "täglich 16:05", "Mo,Mi 10:20", "täglich alle 45 Minuten 08:05-18:05", "alle 3 Tage 23:50"]


def local(text: str | None) -> datetime | None:
    """`10:05` is on Monday 23 November 2026."""
    if text is None:
        return None
    return at(f"{MONDAY} {text}" if len(text) == 5 else text)


def instant(text: str) -> datetime:
    found = local(text)
    assert found
    return found


def job(job: Job = Job.SEND, *, slot: str, due: str | None = None, done: str | None = None, plan: str = "") -> JobState:
    """A job that is due for its slot, or later if the slot continues."""
    return JobState(PRACTICE, job, instant(slot), instant(due or slot), ZONE, local(done), plan)


OFTEN = "täglich alle 2 Stunden 08:05-18:05"


@pytest.mark.parametrize(
    ("record", "tick", "expected"),
    [
        pytest.param(job(slot="10:05"), "10:05", "10:05", id="its own tick"),
        pytest.param(job(slot="10:05"), "18:50", "10:05", id="ticks were lost, the slot is the same"),
        pytest.param(job(slot="10:05"), f"{TUESDAY} 10:04", "10:05", id="a moment before the next"),
        pytest.param(job(slot="10:05"), "2026-11-27 10:05", "2026-11-27 10:05", id="four days were lost"),
        pytest.param(job(slot="08:05", plan=OFTEN), "15:20", "14:05", id="several slots of a day were lost"),
        pytest.param(job(slot="10:05", due="10:50"), "10:50", "10:05", id="a slot that goes on"),
        pytest.param(job(slot="08:05", due="10:05", plan=OFTEN), "10:05", "10:05", id="due with the next one"),
        pytest.param(job(slot="10:05", plan="Mo 10:05"), "2026-11-29 23:50", "10:05", id="a week later, not yet"),
        pytest.param(
            job(Job.SUMMARY, slot="11:10"), f"{TUESDAY} 11:10", f"{TUESDAY} 11:10", id="the summary of the day before"
        ),
        pytest.param(job(Job.STATUS, slot="10:10"), "10:25", "10:10", id="status"),
    ],
)
def test_a_tick_runs_the_latest_slot_that_has_come(record: JobState, tick: str, expected: str) -> None:
    assert record.slot_for_tick(instant(tick)) == instant(expected)


@pytest.mark.parametrize(
    ("record", "tick", "expected"),
    [
        pytest.param(job(slot="10:05"), "10:05", f"{TUESDAY} 10:05", id="daily"),
        pytest.param(job(slot="10:05", due="10:20"), "10:20", f"{TUESDAY} 10:05", id="after a slot that went on"),
        pytest.param(job(slot="08:05", plan=OFTEN), "15:20", "16:05", id="what was lost is not run one by one"),
        pytest.param(job(slot="18:05", plan=OFTEN), "18:05", f"{TUESDAY} 08:05", id="the last of a day"),
        pytest.param(job(slot="10:05", plan="Mo 10:05"), "10:05", "2026-11-30 10:05", id="weekly"),
        pytest.param(job(Job.SUMMARY, slot="11:10"), "11:10", f"{TUESDAY} 11:10", id="the summary"),
        pytest.param(job(Job.PREPARE_REMINDERS, slot="10:00"), "10:00", f"{TUESDAY} 10:00", id="prepare"),
    ],
)
def test_after_its_tick_a_job_is_due_at_the_first_slot_behind_it(record: JobState, tick: str, expected: str) -> None:
    next_slot = instant(expected)
    assert record.advanced(instant(tick)) == replace(record, slot=next_slot, due=next_slot)


@pytest.mark.parametrize(
    ("record", "tick", "named", "expected"),
    [
        pytest.param(job(slot=f"{TUESDAY} 10:05", done="10:05"), "10:20", None, "10:05", id="the last slot"),
        pytest.param(job(slot=f"{TUESDAY} 10:05", done="10:05"), "23:50", None, "10:05", id="to the end of its day"),
        pytest.param(job(slot=f"{TUESDAY} 10:05", done="10:05"), f"{TUESDAY} 00:05", None, None, id="not overnight"),
        pytest.param(job(slot="18:05", done="08:05", plan=OFTEN), "16:35", None, "16:05", id="one that may be on"),
        pytest.param(
            job(slot=f"{TUESDAY} 10:05", done=f"{SUNDAY} 10:05"), "10:20", None, "10:05", id="its run is still on"
        ),
        pytest.param(job(slot=f"{TUESDAY} 10:05"), "10:20", None, "10:05", id="its first run is still on"),
        pytest.param(job(slot="10:05", done=f"{SUNDAY} 10:05"), "09:05", None, None, id="no slot today so far"),
        pytest.param(job(slot="10:05"), "09:05", None, None, id="none ever, and none today so far"),
        pytest.param(job(slot="10:05", done="08:05"), "10:05", None, None, id="due at that tick anyway"),
        pytest.param(job(slot="10:05", done="08:05"), "10:20", None, "10:05", id="due before: dispatch is at it"),
        pytest.param(
            job(slot="10:05", due="10:35", done="10:05"), "10:20", None, "10:05", id="goes on earlier than it would"
        ),
        pytest.param(job(slot="10:05", due="10:35", done="10:05"), "10:50", None, "10:05", id="went on before"),
        pytest.param(job(slot=f"{TUESDAY} 10:05", done="10:05"), "12:20", "09:05", "10:05", id="a later one"),
        pytest.param(job(slot=f"{TUESDAY} 10:05"), "12:20", f"{SUNDAY} 23:50", None, id="a named one of yesterday"),
        pytest.param(
            job(Job.STATUS, slot=f"{TUESDAY} 10:10", done="10:10"), "10:25", None, "10:10", id="status: the last slot"
        ),
        pytest.param(
            job(Job.STATUS, slot="10:10", done="2026-11-20 10:10"), "09:10", None, "2026-11-20 10:10",
            id="status: days later too",
        ),
        pytest.param(job(Job.STATUS, slot=f"{TUESDAY} 10:10"), "10:25", None, "10:10", id="status: none done yet"),
        pytest.param(
            job(Job.STATUS, slot=f"{TUESDAY} 10:10"), "12:10", f"{SUNDAY} 10:10", f"{SUNDAY} 10:10",
            id="status: a named one of yesterday",
        ),
        pytest.param(job(Job.STATUS, slot="10:10", done="09:10"), "10:10", None, None, id="status: due anyway"),
    ],
)  # fmt: skip
def test_a_slot_goes_on_where_it_may(record: JobState, tick: str, named: str | None, expected: str | None) -> None:
    found = record.with_open_slot(instant(tick), local(named))
    if expected is None:
        assert found is record
    else:
        assert found == replace(record, slot=instant(expected), due=instant(tick))


def test_the_day_on_which_a_send_slot_goes_on_is_the_practices_own() -> None:
    record = replace(job(slot=f"{TUESDAY} 10:05", done="10:05"), zone="America/New_York")  # 04:05 there
    assert record.with_open_slot(at(f"{TUESDAY} 05:50")).slot == at(f"{MONDAY} 16:05")  # 23:50 there, and 10:05
    assert record.with_open_slot(at(f"{TUESDAY} 06:05")) is record


def test_the_slots_between_two_instants_are_those_behind_the_first_and_up_to_the_last() -> None:
    record = job(slot="08:05", plan=OFTEN)
    found = record.slots(instant("10:05"), instant("14:05"))
    assert found == [instant("12:05"), instant("14:05")]
    assert record.slots(instant("10:05"), instant("12:04")) == []


def test_a_summary_tells_of_the_day_of_its_last_send_slot() -> None:
    late = job(Job.SUMMARY, slot=f"{TUESDAY} 00:10", plan="täglich 23:05")
    assert str(late.summary_day(late.slot)) == MONDAY
    assert late.last_slot(late.slot) == late.slot
    assert late.next_slot(late.slot) == late.slot + timedelta(days=1)


moments = st.datetimes(datetime(2026, 3, 20), datetime(2026, 11, 30)).map(  # noqa: DTZ001 - both changes of the clocks
    lambda naive: at(str(naive))
)


@given(st.sampled_from([Job.SEND, Job.SUMMARY]), st.sampled_from(PLANS), moments, st.integers(0, 60 * 24 * 9))
def test_from_tick_to_tick_each_slot_is_run_once_or_caught_up_by_a_later_one(
    kind: Job, text: str, now: datetime, lost: int
) -> None:
    record = replace(job(kind, slot="10:05", plan=text), slot=now, due=now).advanced(now)
    assert now < record.slot == record.due
    tick = next_tick(TICK_OF[kind], record.due + timedelta(minutes=lost))
    run, after = record.slot_for_tick(tick), record.advanced(tick)
    assert record.slot <= run <= tick < after.due == after.slot
    assert after.last_slot(tick) == run
    assert after.next_slot(run) == after.slot
