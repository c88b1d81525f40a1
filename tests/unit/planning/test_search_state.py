"""Which days the reminder runs of a day search, and whether one has looked at an appointment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.planning.search_state import ReminderSearches, SearchStatus
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from chalicelib.text import Text
from chalicelib.words.words import words_of
from tests.builders.entries import ZURICH, at, job_record


def november(local: str) -> datetime:
    """A local time such as `23 10:00`, a Monday."""
    return at(f"2026-11-{local}")


MON, TUE, WED, THU = (date(2026, 11, day) for day in (23, 24, 25, 26))
MON_10, WED_10 = (november(f"{day} 10:00") for day in (23, 25))
NEXT_TICK, BEFORE = timedelta(minutes=15), MON_10 - timedelta(days=1)


def searches(now: str, done: datetime, **changes: Any) -> ReminderSearches:
    """Täglich 10:00, a day ahead; the next run is due at its next slot."""
    job = replace(job_record(), job=Job.PREPARE_REMINDERS, schedule=changes.pop("schedule", ""), done=done)
    slot = job.next_slot(november(now))
    job = replace(job, slot=changes.pop("slot", slot), due=changes.pop("due", slot))
    usual: dict[str, Any] = {"offset": 1, "days": 1, "zone": ZURICH, "failed": False}
    return ReminderSearches(job, now=november(now), **{**usual, **changes})


@pytest.mark.parametrize(
    ("found", "day", "days"),
    [
        pytest.param(searches("23 18:00", MON_10), MON, {TUE}, id="tomorrow"),
        pytest.param(searches("23 18:00", MON_10, offset=0), MON, {MON}, id="the same day"),
        pytest.param(searches("23 18:00", MON_10, days=3), MON, {TUE, WED, THU}, id="three days"),
        pytest.param(searches("23 18:00", MON_10, schedule="Di 10:00"), MON, set(), id="no slot on that day"),
        pytest.param(searches("24 09:00", BEFORE), TUE, {TUE, WED}, id="one to catch up"),
        pytest.param(searches("25 09:00", BEFORE), WED, {WED, THU}, id="of two the one ahead"),
        pytest.param(searches("23 09:00", BEFORE), WED, {THU}, id="what is to come is not missed"),
        pytest.param(searches("25 18:00", WED_10), MON, {TUE}, id="in the past"),
    ],
)  # fmt: skip
def test_the_days_that_the_runs_of_a_day_search(found: ReminderSearches, day: date, days: set[date]) -> None:
    assert found.days_searched_on(day) == days


FAILED = {"failed": True}


@pytest.mark.parametrize(
    ("found", "starts_at", "look"),
    [
        pytest.param(searches("23 09:00", BEFORE), "24 14:00", SearchStatus.COMING, id="its run comes"),
        pytest.param(searches("23 18:00", MON_10), "24 14:00", SearchStatus.DONE, id="its run was"),
        pytest.param(searches("23 18:00", BEFORE), "24 14:00", SearchStatus.LOST, id="it was missed"),
        pytest.param(searches("23 18:00", BEFORE, **FAILED), "24 14:00", SearchStatus.LOST, id="it failed"),
        pytest.param(searches("23 10:02", BEFORE), "24 14:00", SearchStatus.COMING, id="it is at work"),
        pytest.param(searches("23 10:02", BEFORE, **FAILED), "24 14:00", SearchStatus.LOST, id="has failed just now"),
        pytest.param(
            searches("23 10:02", BEFORE, **FAILED, slot=MON_10, due=MON_10 + NEXT_TICK),
            "24 14:00", SearchStatus.COMING, id="failed, and tries again today",
        ),
        pytest.param(
            searches("23 10:10", BEFORE, slot=MON_10, due=MON_10),
            "24 14:00", SearchStatus.COMING, id="its tick is late",
        ),
        pytest.param(
            searches("23 12:00", BEFORE, slot=MON_10, due=MON_10),
            "24 14:00", SearchStatus.LOST, id="no tick came for hours",
        ),
        pytest.param(searches("23 18:00", BEFORE, days=3), "25 14:00", SearchStatus.COMING, id="tomorrow's does"),
        pytest.param(searches("23 18:00", BEFORE, days=2), "24 14:00", SearchStatus.LOST, id="a later one does not"),
        pytest.param(
            searches("23 12:00", BEFORE, offset=0), "23 14:00", SearchStatus.LOST, id="of the same day",
        ),
        pytest.param(
            searches("23 12:00", BEFORE, offset=0), "23 09:30", SearchStatus.DONE, id="none was before it",
        ),
        pytest.param(
            searches("23 12:00", MON_10, offset=0, schedule="täglich alle 2 Stunden 08:00-16:00"),
            "23 15:00", SearchStatus.COMING, id="another one today",
        ),
        pytest.param(
            searches("23 14:30", november("23 14:00"), offset=0, schedule="täglich alle 2 Stunden 08:00-16:00"),
            "23 15:00", SearchStatus.DONE, id="the other one is too late",
        ),
        pytest.param(searches("25 18:00", WED_10), "24 14:00", SearchStatus.DONE, id="caught up"),
    ],
)  # fmt: skip
def test_whether_a_run_has_looked_at_an_appointment(
    found: ReminderSearches, starts_at: str, look: SearchStatus
) -> None:
    assert found.status(november(starts_at)) is look


def test_why_it_is_lost_names_the_run() -> None:
    starts_at = november("24 14:00")
    missed = searches("23 18:00", BEFORE).lost_reason(starts_at)
    failed = searches("23 18:00", BEFORE, failed=True).lost_reason(starts_at)
    assert (missed, failed) == (Text("search.missed", at=MON_10), Text("search.failed", at=MON_10))
    assert [words_of("de").of(one) for one in (missed, failed)] == [
        "Nicht aufbereitet: Der Lauf vom Mo 23.11. 10:00 ist ausgeblieben",
        "Nicht aufbereitet: Der Lauf vom Mo 23.11. 10:00 ist fehlgeschlagen",
    ]


@pytest.mark.parametrize(
    ("now", "starts_at", "asked"),
    [
        ("23 18:00", "24 14:00", MON_10),
        ("23 09:00", "24 14:00", november("23 09:00")),
    ],
)
def test_the_rules_are_asked_as_of_the_run_that_was(now: str, starts_at: str, asked: datetime) -> None:
    assert searches(now, BEFORE).evaluated_at(november(starts_at)) == asked


def test_a_job_that_never_ran_has_missed_nothing() -> None:
    found = searches("23 18:00", MON_10)
    never: JobState = replace(found.job, done=None)
    assert replace(found, job=never).lost_days == frozenset()
