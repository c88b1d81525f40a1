"""After a change, those whom the former plan would have searched are not forgotten, and nobody else is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date

import pytest

from chalicelib.entries.states import State
from chalicelib.explain.explain import explain_appointment
from chalicelib.planning.search_state import searches_of
from chalicelib.reports.reconciliation import Column
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from infra.local.platform import LambdaKilled
from tests.builders.entries import at
from tests.fakes.world import Moment
from tests.flow.fake_build import Day
from tests.flow.test_changed_settings import OFFSET, PLAN, WANTED, called, headline, practice, result, searched

CHANGED = Text("search.plan_changed")


def test_whom_the_former_plan_would_have_searched_at_the_next_run_is_called_until_the_beginn() -> None:
    day, desk = practice("12:00")
    desk.appointment("2026-11-26 09:00")
    desk.appointment("2026-11-26 14:00")  # for the run of its own day
    desk.set(OFFSET, "0")
    for until in ("2026-11-24 12:01", "2026-11-25 10:01", "2026-11-25 18:00", "2026-11-26 08:59"):
        day.play(until)
        assert called(desk) == ["T1"]
        assert headline(desk, "T1") == "verdict.lost"
    day.play("2026-11-26 18:00")
    assert result(desk, "T1", date(2026, 11, 26)) == (Column.TO_PHONE, CHANGED)
    assert result(desk, "T2", date(2026, 11, 26)) == (Column.DELIVERED, None)


def test_a_late_booking_for_a_dropped_day_is_called_until_a_run_has_searched_it() -> None:
    day, desk = practice("12:00")
    desk.set(OFFSET, "0")
    day.play("2026-11-25 18:00")
    desk.appointment("2026-11-26 09:30")
    assert called(desk) == ["T1"]
    day.play("2026-11-26 12:00")
    desk.appointment("2026-11-26 16:00")
    assert called(desk) == []
    assert result(desk, "T2", date(2026, 11, 26)) == (Column.EXCLUDED, Text("result.too_late"))


@pytest.mark.parametrize(("path", "value"), [(OFFSET, "2"), (PLAN, "täglich 16:15")])
def test_a_change_on_the_first_day_of_a_practice_calls_nobody_of_before(path: str, value: str) -> None:
    day = Day("2026-11-24 08:00")
    desk = day.practice()
    desk.appointment("2026-11-24 14:00")
    day.play("2026-11-24 12:00")
    assert called(desk) == []
    desk.set(path, value)
    day.play("2026-11-24 12:01")
    assert called(desk) == []
    [explained] = explain_appointment("T1", desk.practice, desk.deployment)
    searches = searches_of(desk.practice, desk.deployment.now)
    assert searches
    previewed = searches.searched_by(at("2026-11-24 14:00").astimezone(UTC))  # what `preview` says of a lost message
    assert previewed.code == "search.other_days"
    assert (explained.verdict.headline.code, explained.verdict.reason) == ("verdict.never", previewed)


def test_what_was_cancelled_while_off_is_called_though_its_day_was_searched_before() -> None:
    """A late booking, found by a run that another plan had; Nein at 10:01, Ja at 10:30 with the first plan again."""
    day, desk = practice("08:00", Schalter__OffsetSuchTage="2")
    desk.appointment("2026-11-25 09:00")
    desk.set(OFFSET, "2")
    day.play("2026-11-24 10:01")
    assert list(desk.entries) == ["T1"]
    desk.set(OFFSET, "1")
    desk.set(WANTED, "Nein")
    day.play("2026-11-24 10:30")
    assert desk.entries["T1"].state is State.CANCELLED
    desk.set(WANTED, "Ja")
    day.play("2026-11-24 10:31")
    assert called(desk) == ["T1"]


def test_a_slot_that_a_change_has_dropped_is_no_run_at_work() -> None:
    """Neither of a plan that runs on other days, nor of one that runs later today."""
    for path, value in ((PLAN, "Fr 10:00"), (PLAN, "alle 2 Tage 11:00")):
        day, desk = practice("12:00")
        desk.set(path, value)
        desk.appointment("2026-11-26 10:15")
        for until in ("2026-11-25 10:05", "2026-11-26 10:05"):
            day.play(until)
            assert called(desk) == ["T1"], (value, until)


def test_a_late_booking_that_the_former_plan_would_have_found_is_called() -> None:
    """Its day was searched before, and by the new plan it is not searched again."""
    day, desk = practice("12:00", Schalter__OffsetSuchTage="3")
    desk.appointment("2026-11-26 09:00")
    desk.set("Schalter/OffsetSuchTage", "1")
    desk.set(OFFSET, "0")
    day.play("2026-11-25 12:00")
    assert called(desk) == ["T1"]


def test_a_message_cancelled_while_off_is_called_whatever_plan_had_found_it() -> None:
    day, desk = practice("09:00")
    desk.appointment("2026-11-25 16:00")
    day.play("2026-11-24 10:02")
    desk.set(PLAN, "Mo 10:00")
    desk.set(WANTED, "Nein")
    day.play("2026-11-24 10:30")
    assert desk.entries["T1"].state is State.CANCELLED
    desk.set(WANTED, "Ja")
    day.play("2026-11-24 10:31")
    assert called(desk) == ["T1"]


def test_a_late_run_that_finds_nothing_has_a_line_in_the_history() -> None:
    day, desk = practice("09:00")
    before = len(searched(desk))
    fire = day.cloud._fire
    day.cloud._fire = lambda *tick: None  # type: ignore[method-assign]
    day.play("2026-11-24 10:10")
    day.cloud._fire = fire  # type: ignore[method-assign]
    day.play("2026-11-24 10:30")
    assert searched(desk)[before:] == [["2026-11-25"]]


def test_a_late_run_drops_what_the_former_plan_would_have_searched_up_to_then() -> None:
    """No tick comes for days; then a run of Tuesday, by a plan of yesterday."""
    day, desk = practice("08:00")
    day.play("2026-11-24 12:00")
    desk.appointment("2026-11-28 13:00")
    job = desk.record.jobs[Job.PREPARE_REMINDERS]
    assert desk.parts.jobs.save(job, replace(job, due=at("2026-11-28 08:00")))
    day.play("2026-11-27 14:00")
    desk.set(PLAN, "Di 10:00")
    day.play("2026-11-28 09:00")
    assert (desk.entries, called(desk)) == ({}, ["T1"])


def test_whom_an_interrupted_run_of_a_plan_that_was_taken_back_has_told_is_told_once() -> None:
    """The worker dies at the end of its run; by the next one the plan is as before, and a row is entered again."""
    day, desk = practice("08:00")
    desk.appointment("2026-11-27 09:00")
    desk.appointment("2026-11-27 14:00")
    desk.set("Schalter/OffsetSuchTage", "3")

    dead: list[str] = []

    def dies(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "runs.finish") and not dead:
            dead.append(call)
            raise LambdaKilled

    day.cloud.world.fault = dies
    day.play("2026-11-24 10:26")
    assert len(desk.sent()) == 2
    desk.set("Schalter/OffsetSuchTage", "1")
    desk.tables["Termin"][0]["TerminId"] = "X1"
    day.play("2026-11-27 08:00")
    assert {name: entry.state for name, entry in desk.entries.items()} == {
        "T1": State.DELIVERED, "T2": State.DELIVERED, "X1": State.COVERED,
    }  # fmt: skip
