"""The days that a run searches, and what is stored of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.schedule.search import Search, SearchPlan, days_to_search
from tests.builders.entries import at, search_of

DAILY, MONDAYS = "", "Mo 10:00"
TUESDAY = at("2026-11-24 10:00")


def plan(schedule: str = DAILY, offset: int = 1, days: int = 1, zone: str = "Europe/Zurich") -> SearchPlan:
    return SearchPlan(schedule, zone, offset, days)


def on(*days: int) -> set[date]:
    return {date(2026, 11, 1) + timedelta(days=day - 1) for day in days}


@pytest.mark.parametrize(
    ("now", "latest", "days"),
    [
        pytest.param(plan(), search_of(at("2026-11-23 10:00")), {25}, id="nothing is missing"),
        pytest.param(plan(), search_of(at("2026-11-22 10:00")), {24, 25}, id="yesterday's failed"),
        pytest.param(plan(), search_of(at("2026-11-24 09:30")), {25}, id="by hand before"),
        pytest.param(plan(days=2), search_of(at("2026-11-22 10:00"), days=2), {24, 25, 26}, id="days that overlap"),
        pytest.param(plan(), search_of(at("2026-06-01 10:00")), {24, 25}, id="months off"),
        pytest.param(plan(offset=5), search_of(at("2026-06-01 10:00"), offset=5), {24, 25, 26, 27, 28, 29},
            id="months off, five days ahead"),
        pytest.param(plan("Mo,Di 10:00"), search_of(at("2026-11-23 10:00"), schedule="Mo,Di 10:00"), {25},
            id="a plan with gaps is not widened"),
        pytest.param(plan(offset=2), search_of(at("2026-11-23 10:00")), {24, 25, 26}, id="another offset"),
        pytest.param(plan(offset=0), search_of(at("2026-11-23 10:00")), {24}, id="a smaller offset"),
        pytest.param(plan(days=3), search_of(at("2026-11-23 10:00")), {24, 25, 26, 27}, id="more days"),
        pytest.param(plan("Di 10:00"), search_of(at("2026-11-23 10:00")), {24, 25}, id="another schedule"),
        pytest.param(plan(zone="UTC"), search_of(at("2026-11-23 10:00")), {24, 25}, id="another zone"),
        pytest.param(plan(), None, {25}, id="the first search"),
    ],
)  # fmt: skip
def test_the_days_of_a_run_on_tuesday(now: SearchPlan, latest: Search | None, days: set[int]) -> None:
    assert days_to_search(now, TUESDAY, latest, done=None) == on(*days)


def test_before_the_first_search_failed_slots_count_since_the_job_was_made() -> None:
    assert days_to_search(plan(), TUESDAY, None, done=at("2026-11-22 10:00")) == on(24, 25)
    assert days_to_search(plan(), TUESDAY, None, done=at("2026-11-23 10:00")) == on(25)


def test_a_search_remembers_the_first_slot_of_each_day_that_is_not_over() -> None:
    monday, tuesday = at("2026-11-23 10:00"), at("2026-11-24 10:00")
    found = search_of(monday, days=2).after(tuesday, plan(days=2), frozenset(on(25, 26)))
    assert found.covered == dict(zip(sorted(on(24, 25, 26)), (monday, monday, tuesday), strict=True))
    thursday = at("2026-11-26 10:00")
    later = found.after(thursday, plan(days=2), frozenset(on(26, 27, 28)))
    assert later.covered == dict(zip(sorted(on(26, 27, 28)), (tuesday, thursday, thursday), strict=True))


def test_a_search_remembers_the_days_that_a_former_plan_would_have_searched_and_the_first_slot() -> None:
    monday, wednesday = at("2026-11-23 10:00"), at("2026-11-25 10:00")
    first = Search(monday, plan(), since=monday).after(monday, plan(), frozenset(on(24)))
    changed = first.after(wednesday, plan(offset=0), days_to_search(plan(offset=0), wednesday, first, None))
    assert (changed.dropped, changed.since) == ({date(2026, 11, 26): wednesday}, monday)
    thursday = changed.after(at("2026-11-26 10:00"), plan(offset=0), frozenset(on(26)))
    assert (thursday.dropped, thursday.since) == (changed.dropped, monday)
    assert thursday.after(at("2026-11-27 10:00"), plan(offset=0), frozenset(on(27))).dropped == {}


def test_what_was_undone_is_searched_again() -> None:
    found = search_of(at("2026-11-23 10:00")).after(TUESDAY, plan(), frozenset(on(25)))
    undone = found.before(at("2026-11-24 14:00"))
    assert undone.covered == {date(2026, 11, 24): at("2026-11-23 10:00")}
    assert undone.dropped == {date(2026, 11, 25): TUESDAY}
    assert days_to_search(plan(), at("2026-11-25 10:00"), undone, None) == on(25, 26)
    assert found.before(at("2026-11-25 10:00")) == found
    dropped = found.before(TUESDAY, frozenset(on(24)))
    assert (dropped.covered, dropped.dropped) == ({}, dict.fromkeys(sorted(on(24, 25)), TUESDAY))


SCHEDULES = ("", "Mo-Fr 10:00", "Di 10:00", "alle 2 Tage 10:00", "täglich alle 2 Stunden 08:00-16:00")
PLANS = st.builds(plan, st.sampled_from(SCHEDULES), st.integers(0, 5), st.integers(1, 4))
DAYS = st.integers(0, 20)


@given(PLANS, PLANS, DAYS, DAYS)
def test_a_search_after_a_change_or_a_gap_leaves_no_day_out_that_either_plan_had(
    old: SearchPlan, new: SearchPlan, first: int, gap: int
) -> None:
    """An independent count: the former plan goes on until the run, without searching."""
    latest = search_of(at("2026-11-01 12:00") + timedelta(days=first), **vars(old))
    slot: datetime = latest.slot + timedelta(days=gap)
    today, days = slot.astimezone(new.tz).date(), days_to_search(new, slot, latest, None)
    due = {day for missing in old.slots(latest.slot, slot) for day in old.own_days(missing) if day >= today}
    reach = today + timedelta(days=new.offset + new.days)
    assert {day for day in due if old == new or day < reach} <= days
    assert new.own_days(slot) <= days
    assert min(days) >= today


def test_the_days_of_a_search_by_another_plan_are_dropped_unless_it_ends() -> None:
    wide, days = plan(days=3), frozenset(on(25, 26, 27))
    begun = search_of(at("2026-11-23 10:00")).begun(TUESDAY, days)
    assert begun.dropped == dict.fromkeys(sorted(days), TUESDAY)
    assert begun.after(TUESDAY, wide, days).dropped == {}
    taken_back = begun.after(TUESDAY, plan(), frozenset(on(25)))
    assert (set(taken_back.covered), set(taken_back.dropped)) == (on(24, 25), on(26, 27))
