"""The due time of the daily summary: a table of days, and properties for every schedule of `send`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import last_summary_until, next_summary, summarised_day
from chalicelib.schedule.schedule import Schedule, parse_schedule
from tests.builders.entries import ZURICH, at

MOMENT = timedelta(microseconds=1)
A_DAY = timedelta(days=1)


def plan(text: str) -> Schedule:
    return parse_schedule(text, Job.SEND)


@pytest.mark.parametrize(
    ("text", "after", "summary", "day"),
    [  # 23 November 2026 is a Monday; the clocks change on 29 March and 25 October 2026
        ("täglich 10:05", "2026-11-23 00:00", "2026-11-23 11:10", "2026-11-23"),
        ("täglich 10:05", "2026-11-23 10:05", "2026-11-23 11:10", "2026-11-23"),
        ("täglich 10:05", "2026-11-23 11:09:59.999999", "2026-11-23 11:10", "2026-11-23"),
        ("täglich 10:05", "2026-11-23 11:10", "2026-11-24 11:10", "2026-11-24"),
        ("täglich 22:50", "2026-11-23 12:00", "2026-11-23 23:55", "2026-11-23"),
        ("täglich 23:05", "2026-11-23 12:00", "2026-11-24 00:10", "2026-11-23"),
        ("täglich 23:05", "2026-11-24 00:09", "2026-11-24 00:10", "2026-11-23"),
        ("täglich 23:05", "2026-11-24 00:10", "2026-11-25 00:10", "2026-11-24"),
        ("täglich 23:50", "2026-11-23 23:50", "2026-11-24 00:55", "2026-11-23"),
        ("täglich 00:05", "2026-11-23 00:00", "2026-11-23 01:10", "2026-11-23"),
        ("täglich alle 2 Stunden 08:05-18:05", "2026-11-23 09:10", "2026-11-23 19:10", "2026-11-23"),
        ("täglich alle 2 Stunden 08:05-18:05", "2026-11-23 18:30", "2026-11-23 19:10", "2026-11-23"),
        ("täglich alle 2 Stunden 08:05-18:05", "2026-11-23 19:10", "2026-11-24 19:10", "2026-11-24"),
        ("täglich alle 15 Minuten 00:05-23:50", "2026-11-23 00:54", "2026-11-23 00:55", "2026-11-22"),
        ("täglich alle 15 Minuten 00:05-23:50", "2026-11-23 00:55", "2026-11-24 00:55", "2026-11-23"),
        ("Mo-Fr 10:05", "2026-11-27 11:10", "2026-11-30 11:10", "2026-11-30"),
        ("Fr 23:05", "2026-11-28 00:09", "2026-11-28 00:10", "2026-11-27"),
        ("Fr 23:05", "2026-11-28 00:10", "2026-12-05 00:10", "2026-12-04"),
        ("Mo,Mi 16:35", "2026-11-23 18:00", "2026-11-25 17:40", "2026-11-25"),
        ("alle 2 Wochen Mo 10:05", "2026-11-23 12:00", "2026-11-30 11:10", "2026-11-30"),
        ("monatlich letzter 23:20", "2026-11-23 12:00", "2026-12-01 00:25", "2026-11-30"),
        (
            "täglich 01:05",
            "2026-03-29 00:00",
            "2026-03-29 03:10",
            "2026-03-29",
        ),  # 01:05 and 65 minutes, an hour being skipped
        ("täglich 02:20", "2026-03-29 00:00", "2026-03-29 04:10", "2026-03-29"),  # its slot is skipped: runs at 03:05
        ("täglich 10:05", "2026-03-28 12:00", "2026-03-29 11:10", "2026-03-29"),
        ("täglich 01:35", "2026-10-25 00:00", "2026-10-25 02:40", "2026-10-25"),
        ("täglich 10:05", "2026-10-24 12:00", "2026-10-25 11:10", "2026-10-25"),
    ],
)
def test_the_summary_comes_an_hour_after_the_last_slot_of_a_day(text: str, after: str, summary: str, day: str) -> None:
    found = next_summary(plan(text), at(after), ZURICH)
    assert found == at(summary)
    assert str(summarised_day(plan(text), found, ZURICH)) == day
    assert last_summary_until(plan(text), found, ZURICH) == found
    assert last_summary_until(plan(text), found - MOMENT, ZURICH) <= at(after)


@pytest.mark.parametrize("text", ["täglich 02:35", "täglich alle 30 Minuten 00:05-02:35"])
def test_an_hour_that_is_repeated_counts_the_first_time_only(text: str) -> None:
    found = next_summary(plan(text), at("2026-10-25 00:00"), ZURICH)
    assert found == datetime(2026, 10, 25, 1, 40, tzinfo=UTC)  # 02:40, the second time
    assert next_summary(plan(text), found, ZURICH) == at("2026-10-26 03:40")


@pytest.mark.parametrize(
    ("text", "until", "summary"),
    [
        ("täglich 10:05", "2026-11-23 11:10", "2026-11-23 11:10"),
        ("täglich 10:05", "2026-11-23 11:09:59.999999", "2026-11-22 11:10"),
        ("täglich 10:05", "2026-11-23 10:05", "2026-11-22 11:10"),
        ("täglich 10:05", "2026-11-23 00:00", "2026-11-22 11:10"),
        ("täglich 23:05", "2026-11-24 00:10", "2026-11-24 00:10"),
        ("täglich 23:05", "2026-11-23 23:59", "2026-11-23 00:10"),
        ("täglich alle 2 Stunden 08:05-18:05", "2026-11-23 19:09", "2026-11-22 19:10"),
        ("täglich alle 15 Minuten 00:05-23:50", "2026-11-23 00:54", "2026-11-22 00:55"),
        ("Mo-Fr 10:05", "2026-11-30 11:09", "2026-11-27 11:10"),
    ],
)
def test_the_latest_summary(text: str, until: str, summary: str) -> None:
    assert last_summary_until(plan(text), at(until), ZURICH) == at(summary)


days = st.sampled_from(["täglich", "Mo-Fr", "Sa,So", "Mi", "alle 3 Tage", "alle 2 Wochen Mo,Di", "monatlich letzter"])
slots = st.integers(0, 95).map(lambda n: 15 * n + 5)
times = slots.map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
spans = st.tuples(times, times, st.sampled_from(["15 Minuten", "45 Minuten", "2 Stunden"]))
late = st.just("alle 45 Minuten 20:05-23:50")
plans = st.tuples(
    days, times | late | spans.map(lambda span: f"alle {span[2]} {min(span[:2])}-{max(span[:2])}")
).map(lambda parts: plan(" ".join(parts)))  # fmt: skip
zones = st.sampled_from(["Europe/Zurich", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"]).map(ZoneInfo)
changes = st.sampled_from(["2026-03-28 12:00", "2026-10-24 12:00", "2026-04-04 12:00", "2026-09-05 12:00"])
instants = st.builds(
    lambda start, passed: at(start) + timedelta(minutes=passed, seconds=7), changes, st.integers(0, 3 * 24 * 60)
)


@given(plans, instants, zones)
def test_a_summary_is_strictly_later_on_the_status_grid_and_the_one_before_is_not(
    send: Schedule, after: datetime, zone: ZoneInfo
) -> None:
    found = next_summary(send, after, zone)
    assert found > after
    assert (found.tzinfo, found.minute % 15, found.second, found.microsecond) == (UTC, 10, 0, 0)
    assert last_summary_until(send, found, zone) == found
    before = last_summary_until(send, found - MOMENT, zone)
    assert before <= after
    assert next_summary(send, before, zone) == found


@given(plans, instants, zones)
def test_every_day_with_a_send_slot_has_one_summary_after_all_of_them(
    send: Schedule, after: datetime, zone: ZoneInfo
) -> None:
    summaries, last = [next_summary(send, after, zone)], after + 4 * A_DAY
    while summaries[-1] < last:
        summaries.append(next_summary(send, summaries[-1], zone))
    summarised = [summarised_day(send, summary, zone) for summary in summaries]
    days = [summarised[0] + n * A_DAY for n in range((summarised[-1] - summarised[0]).days + 1)]
    assert summarised == [day for day in days if send.runs_on(day)]
    for day, summary in zip(summarised, summaries, strict=True):
        assert timedelta(hours=1) <= summary - send.on(day, zone)[-1] < timedelta(hours=1, minutes=15)


def test_a_day_that_the_clocks_skip_has_no_summary() -> None:
    """In Apia there was no 30 December 2011."""
    send, apia = plan("täglich 10:05"), ZoneInfo("Pacific/Apia")
    found = next_summary(send, at("2011-12-29 12:00", apia), apia)
    assert found == at("2011-12-31 11:10", apia)
    assert str(summarised_day(send, found - MOMENT, apia)) == "2011-12-29"


def test_a_slot_that_the_clocks_skip_before_midnight_is_summarised_once() -> None:
    """In Nuuk the clocks go from 23:00 on Saturday, 28 March 2026, to midnight: a time between is due at 22:50."""
    send, nuuk = plan("Sa,So alle 45 Minuten 20:05-23:50"), ZoneInfo("America/Nuuk")
    first = next_summary(send, at("2026-03-28 12:00", nuuk), nuuk)
    assert first == at("2026-03-29 00:55", nuuk)
    for minutes in range(0, 13 * 60, 5):
        days = at("2026-03-28 12:00", nuuk) + timedelta(minutes=minutes)
        if days < first:
            assert next_summary(send, days, nuuk) == first
