"""When runs come, and which of them search a day, by the saved parameters, in the practice's zone."""

from datetime import UTC, date, datetime
from itertools import islice

import pytest

from chalicelib.planning.outlook import rules_of_run, slots_that_search, upcoming_runs
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import new_jobs

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday; 11:00 in Zurich


def practice(**switches: str) -> Practice:
    jobs = new_jobs("praxis", {}, "Europe/Zurich", NOW)
    return Practice(
        PracticeRecord("praxis", jobs={one.job: one for one in jobs}),
        ValidatedParameters(SavedParameters(switches, {}, {})),
    )


@pytest.mark.parametrize(
    ("switches", "day", "slots"),
    [
        ({}, date(2026, 11, 25), ["2026-11-24"]),
        ({"OffsetSuchTage": "3"}, date(2026, 11, 27), ["2026-11-24", "2026-11-25", "2026-11-26"]),
        ({"OffsetStartTage": "0"}, date(2026, 11, 25), ["2026-11-25"]),
        ({"OffsetStartTage": "5", "OffsetSuchTage": "2"}, date(2026, 11, 30), ["2026-11-24", "2026-11-25"]),
    ],
)
def test_a_day_is_searched_by_the_slots_that_lie_its_offset_before(
    switches: dict[str, str], day: date, slots: list[str]
) -> None:
    found = slots_that_search(day, Job.PREPARE_REMINDERS, practice(**switches), NOW)
    assert [slot.isoformat() for slot in found] == [f"{slot}T09:00:00+00:00" for slot in slots]


def test_a_run_to_come_searches_the_days_of_its_own_slot_not_those_of_the_runs_before_it() -> None:
    registered = practice(OffsetSuchTage="2")
    job = registered.record.jobs[Job.PREPARE_REMINDERS]
    runs = list(islice(upcoming_runs(job, NOW), 3))
    assert [run.slot.day for run in runs] == [24, 25, 26]
    rules = [rules_of_run(run, registered, NOW, OptOuts()) for run in runs]
    assert [sorted(day.day for day in one.days) for one in rules] == [[25, 26], [26, 27], [27, 28]]
    assert [one.now for one in rules] == [run.tick for run in runs]
