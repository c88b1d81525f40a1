"""Which days the reminder runs of a day search, and whether one has looked at an appointment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.planning.run_report import RunOutcome
from chalicelib.planning.search_state import PastRun, ReminderSearches, SearchStatus
from chalicelib.schedule.job import Job
from chalicelib.schedule.search import Search, SearchPlan, days_to_search
from chalicelib.text import Text
from chalicelib.words.words import words_of
from tests.builders.entries import at, job_record


def november(local: str) -> datetime:
    """A local time such as `23 10:00`, a Monday."""
    return at(f"2026-11-{local}")


def on(*days: int) -> set[date]:
    return {date(2026, 11, day) for day in days}


MON_10, TUE_10, WED_10 = (november(f"{day} 10:00") for day in (23, 24, 25))
MON, TUE, WED = (date(2026, 11, day) for day in (23, 24, 25))
NEXT_TICK, BEFORE = timedelta(minutes=15), MON_10 - timedelta(days=1)
FAILED = {"failed": True}
OFTEN = "täglich alle 2 Stunden 08:00-16:00"
COMING, DONE, LOST, NEVER = SearchStatus


def plan(schedule: str = "", offset: int = 1, days: int = 1, zone: str = "Europe/Zurich") -> SearchPlan:
    return SearchPlan(schedule, zone, offset, days)


def searches(now: str, searched: datetime | None, **changes: Any) -> ReminderSearches:
    """Täglich 10:00, a day ahead, by default; `searched` is the slot of the latest search, `was` its plan if another.

    The next run is due at its next slot.
    """
    current = plan(**{name: changes.pop(name) for name in ("schedule", "offset", "days") if name in changes})
    was, done = changes.pop("was", current), changes.pop("done", searched)
    latest = Search(searched, was).after(searched, was, days_to_search(was, searched, None, None)) if searched else None
    job = replace(job_record(), job=Job.PREPARE_REMINDERS, schedule=current.schedule, done=done, search=latest)
    slot = job.next_slot(november(now))
    job = replace(job, slot=changes.pop("slot", slot), due=changes.pop("due", slot))
    return ReminderSearches(job, current, now=november(now), **{"failed": False, **changes})


@pytest.mark.parametrize(
    ("found", "day", "days"),
    [
        pytest.param(searches("23 18:00", MON_10), MON, {24}, id="tomorrow"),
        pytest.param(searches("23 18:00", MON_10, offset=0), MON, {23}, id="the same day"),
        pytest.param(searches("23 18:00", MON_10, days=3), MON, {24, 25, 26}, id="three days"),
        pytest.param(searches("23 18:00", november("17 10:00"), schedule="Di 10:00"), MON, set(), id="no slot"),
        pytest.param(searches("24 09:00", BEFORE), TUE, {24, 25}, id="one to make up for"),
        pytest.param(searches("25 09:00", BEFORE), WED, {25, 26}, id="of two the one ahead"),
        pytest.param(searches("23 09:00", BEFORE), WED, set(), id="no run has been or is the next"),
        pytest.param(searches("24 09:00", MON_10, offset=2, was=plan()), TUE, {24, 25, 26}, id="a change to fill"),
    ],
)  # fmt: skip
def test_the_days_that_the_runs_of_a_day_search(found: ReminderSearches, day: date, days: set[int]) -> None:
    assert found.days_searched_on(day) == on(*days)


@pytest.mark.parametrize(
    ("found", "starts_at", "expected"),
    [
        pytest.param(
            searches("23 09:00", BEFORE), "24 14:00", "Diesen Tag sucht der Lauf vom Mo 23.11. 10:00", id="next",
        ),
        pytest.param(
            searches("23 09:00", BEFORE), "26 14:00", "Diesen Tag sucht der Lauf vom Mi 25.11. 10:00", id="a later run",
        ),
        pytest.param(
            searches("23 18:00", MON_10), "24 14:00", "Diesen Tag hat der Lauf vom Mo 23.11. 10:00 gesucht", id="past",
        ),
        pytest.param(
            searches("23 18:00", BEFORE), "24 09:00",
            "Nicht aufbereitet: Der Lauf vom Mo 23.11. 10:00 ist ausgeblieben", id="none in time",
        ),
        pytest.param(
            searches("24 09:00", MON_10, schedule="Mo 10:00"), "26 14:00",
            "Kein Lauf sucht diesen Tag vor dem Beginn: Der Lauf vom Mo 30.11. 10:00 sucht die Termine vom Di 01.12.",
            id="none ever",
        ),
    ],
)  # fmt: skip
def test_who_searches_an_appointment_is_said(found: ReminderSearches, starts_at: str, expected: str) -> None:
    assert words_of("de").of(found.searched_by(november(starts_at))) == expected


def test_past_days_are_told_from_the_job_history() -> None:
    history = [PastRun(november("12 10:00"), RunOutcome.DONE, frozenset(on(13, 14)))]
    found = searches("25 18:00", WED_10, history=history)
    assert found.days_searched_on(date(2026, 11, 12)) == on(13, 14)
    assert [found.status(november(start)) for start in ("13 14:00", "15 14:00")] == [DONE, NEVER]


@pytest.mark.parametrize(
    ("found", "starts_at", "look"),
    [
        pytest.param(searches("23 09:00", BEFORE), "24 14:00", COMING, id="its run comes"),
        pytest.param(searches("23 18:00", MON_10), "24 14:00", DONE, id="its run was"),
        pytest.param(searches("23 18:00", BEFORE), "24 14:00", COMING, id="it was missed, and tomorrow's makes up"),
        pytest.param(searches("23 18:00", BEFORE), "24 09:00", LOST, id="tomorrow's is too late"),
        pytest.param(searches("23 18:00", BEFORE, **FAILED), "24 09:00", LOST, id="it failed"),
        pytest.param(searches("23 10:02", BEFORE), "24 09:00", COMING, id="it is at work"),
        pytest.param(
            searches("23 10:10", BEFORE, offset=0), "23 10:30", COMING, id="at work, in time to send",
        ),
        pytest.param(searches("23 10:10", BEFORE, offset=0), "23 10:20", LOST, id="at work, too late to send"),
        pytest.param(searches("23 10:02", BEFORE, **FAILED), "24 09:00", LOST, id="has failed just now"),
        pytest.param(
            searches("23 10:02", BEFORE, **FAILED, slot=MON_10, due=MON_10 + NEXT_TICK),
            "24 09:00", COMING, id="failed, and tries again today",
        ),
        pytest.param(
            searches("23 10:10", BEFORE, slot=MON_10, due=MON_10), "24 09:00", COMING, id="its tick is late",
        ),
        pytest.param(
            searches("23 12:00", BEFORE, slot=MON_10, due=MON_10), "24 09:00", LOST, id="no tick came for hours",
        ),
        pytest.param(searches("23 18:00", BEFORE, days=3), "25 14:00", COMING, id="tomorrow's does"),
        pytest.param(searches("23 18:00", BEFORE, offset=2, days=2), "25 09:00", COMING, id="two days later"),
        pytest.param(searches("23 12:00", BEFORE, offset=0), "23 14:00", LOST, id="of the same day"),
        pytest.param(searches("23 12:00", MON_10, offset=0), "23 09:30", NEVER, id="none was before it"),
        pytest.param(searches("23 12:00", MON_10, offset=0, schedule=OFTEN), "23 15:00", COMING, id="another today"),
        pytest.param(
            searches("23 14:30", november("23 14:00"), offset=0, schedule=OFTEN), "23 15:00", DONE,
            id="the other one is too late",
        ),
        pytest.param(searches("24 09:00", MON_10, schedule="Mo 10:00"), "26 14:00", NEVER, id="no plan searches it"),
        pytest.param(searches("24 09:00", MON_10, offset=2, was=plan()), "25 09:00", COMING, id="a change is filled"),
        pytest.param(searches("24 09:00", MON_10, offset=2, was=plan()), "24 09:30", DONE, id="told before a change"),
        pytest.param(
            searches("24 09:00", MON_10, schedule="monatlich 1 10:00", was=plan()), "26 14:00", LOST,
            id="the former plan would have searched it",
        ),
        pytest.param(
            searches("24 12:00", TUE_10, was=plan(offset=0)), "25 09:00", LOST, id="the current plan would have",
        ),
        pytest.param(searches("24 09:00", None, done=MON_10), "24 14:00", NEVER, id="a new practice"),
        pytest.param(searches("24 09:00", None, done=BEFORE, **FAILED), "24 09:30", LOST, id="the first run failed"),
    ],
)  # fmt: skip
def test_whether_a_run_has_looked_at_an_appointment(
    found: ReminderSearches, starts_at: str, look: SearchStatus
) -> None:
    assert found.status(november(starts_at)) is look


def reason(found: ReminderSearches, starts_at: str) -> str:
    return words_of("de").of(found.reason(november(starts_at)))


def test_the_reason_names_the_run_or_the_change() -> None:
    failed = [PastRun(MON_10, RunOutcome.FAILED, frozenset({TUE}))]
    assert [
        reason(searches("23 18:00", BEFORE), "24 09:00"),
        reason(searches("23 18:00", BEFORE, failed=True), "24 09:00"),
        reason(searches("23 18:00", BEFORE, done=MON_10), "24 09:00"),
        reason(searches("24 09:00", MON_10, schedule="monatlich 1 10:00", was=plan()), "26 14:00"),
        reason(searches("24 12:00", TUE_10, was=plan(offset=0)), "25 09:00"),
        reason(searches("24 18:00", TUE_10, history=failed), "24 09:00"),
        reason(searches("24 18:00", TUE_10, schedule="Mo,Di 10:00"), "26 09:00"),
    ] == [
        "Nicht aufbereitet: Der Lauf vom Mo 23.11. 10:00 ist ausgeblieben",
        "Nicht aufbereitet: Der Lauf vom Mo 23.11. 10:00 ist fehlgeschlagen",
        "Nicht aufbereitet: Der Lauf vom Mo 23.11. 10:00 wurde übersprungen",
        "Nicht aufbereitet: Seit der Änderung von Zeitplan oder Suchtagen sucht kein Lauf vor dem Beginn",
        "Nicht aufbereitet: Seit der Änderung von Zeitplan oder Suchtagen sucht kein Lauf vor dem Beginn",
        "Nicht aufbereitet: Der Lauf vom Mo 23.11. 10:00 ist fehlgeschlagen",
        "Kein Lauf sucht diesen Tag vor dem Beginn",
    ]


def test_the_reason_names_a_search_that_came_too_late() -> None:
    found = searches("24 18:00", TUE_10)
    found = replace(found, job=replace(found.job, search=Search(TUE_10, found.plan, {TUE: TUE_10})))
    assert found.status(november("24 09:00")) is LOST
    assert found.reason(november("24 09:00")) == Text("search.late", at=TUE_10)


@pytest.mark.parametrize(
    ("now", "starts_at", "asked"),
    [("23 18:00", "24 14:00", MON_10), ("23 09:00", "24 14:00", november("23 09:00"))],
)
def test_the_rules_are_asked_as_of_the_run_that_was(now: str, starts_at: str, asked: datetime) -> None:
    assert searches(now, BEFORE).evaluated_at(november(starts_at)) == asked


def test_a_job_that_never_ran_has_missed_nothing() -> None:
    assert searches("23 18:00", None, done=None).lost_days == frozenset()
