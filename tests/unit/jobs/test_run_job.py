"""A job's record after its run."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.jobs.run_job import _job_after
from chalicelib.planning.run_report import RunOutcome
from chalicelib.schedule.job import Job, RunMessage
from chalicelib.schedule.job_state import JobState
from tests.builders.entries import PRACTICE, at, job_record

MON, TUE, SUN = (at(f"2026-11-{day} 10:00") for day in (23, 24, 22))
MON_SEND, TUE_SEND = at("2026-11-23 10:05"), at("2026-11-24 10:05")
GO_ON = at("2026-11-23 10:20")
DONE, FAILED, SKIPPED = RunOutcome.DONE, RunOutcome.FAILED, RunOutcome.SKIPPED
WAITING, ADVANCED = job_record(slot=MON_SEND, due=MON_SEND), job_record(slot=TUE_SEND, due=TUE_SEND)
REMINDERS = job_record(Job.PREPARE_REMINDERS, slot=TUE, due=TUE, done=SUN)


def after(job: JobState, outcome: RunOutcome, go_on: datetime | None = None, **run: Any) -> JobState:
    slot = MON if job.job in (Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS) else MON_SEND
    message = RunMessage(PRACTICE, job.job, slot, slot)
    return _job_after(job, replace(message, **run), outcome, go_on)


@pytest.mark.parametrize(
    ("job", "outcome", "go_on", "expected"),
    [
        pytest.param(ADVANCED, DONE, None, replace(ADVANCED, done=MON_SEND), id="done: due at the next slot"),
        pytest.param(
            WAITING, DONE, None, replace(ADVANCED, done=MON_SEND), id="faster than dispatch: the next slot all the same"
        ),
        pytest.param(
            ADVANCED, DONE, GO_ON, replace(ADVANCED, slot=MON_SEND, due=GO_ON, done=MON_SEND), id="the slot goes on"
        ),
        pytest.param(
            ADVANCED, FAILED, GO_ON, replace(ADVANCED, slot=MON_SEND, due=GO_ON, done=MON_SEND),
            id="a failed send is tried again today",
        ),
        pytest.param(
            ADVANCED, DONE, at("2026-11-24 10:20"), replace(ADVANCED, done=MON_SEND), id="the next slot comes first"
        ),
        pytest.param(
            replace(ADVANCED, slot=MON_SEND, due=GO_ON), DONE, None,
            replace(ADVANCED, slot=MON_SEND, due=GO_ON, done=MON_SEND), id="somebody wants it to go on earlier",
        ),
        pytest.param(REMINDERS, DONE, None, replace(REMINDERS, done=MON), id="prepare done"),
        pytest.param(REMINDERS, SKIPPED, None, replace(REMINDERS, done=MON), id="switched off: not made up for"),
        pytest.param(REMINDERS, FAILED, None, REMINDERS, id="prepare failed: its days are not done"),
    ],
)  # fmt: skip
def test_job_after(job: JobState, outcome: RunOutcome, go_on: datetime | None, expected: JobState) -> None:
    assert after(job, outcome, go_on) == expected


def test_a_run_that_comes_late_does_not_undo_a_later_one() -> None:
    assert after(replace(ADVANCED, done=TUE_SEND), DONE).done == TUE_SEND


ticks = st.integers(0, 200).map(lambda n: datetime.fromtimestamp(MON_SEND.timestamp() + n * 900, MON_SEND.tzinfo))


@given(st.sampled_from(Job), st.sampled_from(RunOutcome), ticks, st.none() | ticks, ticks, ticks)
def test_after_a_run_the_job_is_due_later_and_done_never_goes_back(
    job: Job, outcome: RunOutcome, tick: datetime, go_on: datetime | None, due: datetime, done: datetime
) -> None:
    before = job_record(job, slot=due, due=due, done=done)
    go_on = go_on if go_on and go_on > tick else None
    found = after(before, outcome, go_on, tick=tick)
    assert found.due > tick
    assert found.due <= (go_on or found.due)
    assert found.done
    assert found.done >= done
