"""A setting that changes leaves no day out: what was searched is stored, and a search makes up for what was not."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.entries.states import State
from chalicelib.explain.explain import explain_appointment
from chalicelib.jobs.apply_parameters import apply_parameters
from chalicelib.planning.search_state import past_runs
from chalicelib.reports.current_call_list import current_call_list
from chalicelib.reports.reconcile_day import entries_for_day, reconcile_day
from chalicelib.reports.reconciliation import Column
from chalicelib.text import Text
from tests.builders.entries import at
from tests.fakes.wiring import STAGE
from tests.flow.fake_build import DESK, Day, Desk
from tests.flow.test_reconciliation import asking

OFFSET, WANTED, PLAN = "Schalter/OffsetStartTage", "Schalter/TerminerinnerungSenden", "prepare-reminders/Zeitplan"
TODAY = date(2026, 11, 24)


def practice(now: str, **parameters: str) -> tuple[Day, Desk]:
    """A Tuesday; yesterday's run has searched today."""
    day = Day("2026-11-23 06:00")
    desk = day.practice(**parameters)
    day.play(f"2026-11-24 {now}")
    return day, desk


def called(desk: Desk) -> list[str | None]:
    return [call.appointment for call in current_call_list(desk.practice, desk.deployment).calls]


def result(desk: Desk, appointment: str, day: date = TODAY) -> tuple[Column, Text | None]:
    """The answer of daily-check."""
    with asking(desk) as view:
        known = entries_for_day(view.context, day, desk.parts.store)
        history = past_runs(desk.parts.history.runs(desk.name))
        found = reconcile_day(day, view.context, known, view.rows, desk.parts.store, Text("unsent"), history)
    assert found.adds_up
    return next((one.column, one.reason) for one in found.results if one.candidate.appointment == appointment)


def searched(desk: Desk) -> list[list[str]]:
    """The days of each reminder run, as the job history has them."""
    return [line["days"] for line in desk.parts.history.runs(desk.name) if line["job"] == "prepare-reminders"]


def headline(desk: Desk, appointment: str) -> str:
    return explain_appointment(appointment, desk.practice, desk.deployment)[0].verdict.headline.code


def test_another_offset_searches_the_days_between() -> None:
    day, desk = practice("08:00")
    for start in ("25 09:00", "26 09:00", "27 09:00"):
        desk.appointment(f"2026-11-{start}")
    desk.set(OFFSET, "2")
    day.play("2026-11-24 09:00")
    assert called(desk) == []
    assert headline(desk, "T1") == "verdict.planned_and_sent"
    day.play("2026-11-24 12:00")
    assert set(desk.entries) == {"T1", "T2"}
    assert [result(desk, name)[0] for name in ("T1", "T2")] == [Column.DELIVERED, Column.DELIVERED]
    day.play("2026-11-25 12:00")
    assert {entry.state for entry in desk.entries.values()} == {State.DELIVERED}
    assert searched(desk) == [["2026-11-24"], ["2026-11-24", "2026-11-25", "2026-11-26"], ["2026-11-27"]]


def test_a_run_of_today_still_takes_place_when_the_new_time_is_over() -> None:
    day, desk = practice("09:30")
    desk.appointment("2026-11-25 08:30")
    desk.set(PLAN, "täglich 09:00")
    desk.set("send/Zeitplan", "täglich 09:05")
    day.play("2026-11-24 12:00")
    assert desk.sent() == [("24T09:05", "+41790000001")]
    assert result(desk, "T1")[0] is Column.DELIVERED


@pytest.mark.parametrize("off", [WANTED, "prepare-reminders/Aktiviert"])
def test_days_of_a_job_that_was_off_are_made_up_for(off: str) -> None:
    day, desk = practice("12:00")
    desk.set(off, "Nein")
    desk.appointment("2026-11-27 09:00")  # for the run of Thursday, which is skipped
    desk.appointment("2026-11-27 16:00")
    day.play("2026-11-26 18:00")
    assert called(desk) == []
    desk.set(off, "Ja")
    day.play("2026-11-26 18:05")
    assert called(desk) == ["T1"]
    assert result(desk, "T1", date(2026, 11, 26)) == (
        Column.TO_PHONE, Text("search.skipped", at=at("2026-11-26 10:00")),
    )  # fmt: skip
    assert headline(desk, "T1") == "verdict.run_ended"
    day.play("2026-11-27 12:00")
    assert {name: entry.state for name, entry in desk.entries.items()} == {"T2": State.DELIVERED}


def test_months_off_bring_only_days_that_are_still_ahead() -> None:
    day, desk = practice("12:00")
    desk.set("prepare-reminders/Aktiviert", "Nein")
    day.play("2026-12-20 12:00")
    desk.set("prepare-reminders/Aktiviert", "Ja")
    day.play("2026-12-21 12:00")
    assert searched(desk)[-1] == ["2026-12-21", "2026-12-22"]


def test_a_corrected_zone_leaves_no_day_out() -> None:
    day, desk = practice("08:00", Schalter__Zeitzone="America/New_York")
    desk.appointment("2026-11-25 09:00")
    desk.set("Schalter/Zeitzone", "Europe/Zurich")
    day.play("2026-11-25 12:00")
    assert desk.entries["T1"].state is State.DELIVERED


def test_a_new_weekly_schedule_loses_nobody_without_a_call() -> None:
    day, desk = practice("12:00")
    desk.appointment("2026-11-26 09:00")
    desk.set(PLAN, "Fr 10:00")
    day.play("2026-11-24 12:05")
    assert called(desk) == ["T1"]
    assert result(desk, "T1", date(2026, 11, 25)) == (Column.TO_PHONE, Text("search.plan_changed"))
    assert headline(desk, "T1") == "verdict.lost"
    desk.set(PLAN, "täglich 10:00")
    day.play("2026-11-24 12:10")
    assert called(desk) == []


def test_what_was_cancelled_while_reminders_were_off_is_searched_again() -> None:
    """Nein at 10:02, `send` at 10:05 cancels, Ja at 10:30."""
    day, desk = practice("09:00", **{"Schalter__OffsetStartTage": "0", "prepare-reminders__Zeitplan": "Mo-Fr 10:00"})
    desk.appointment("2026-11-24 16:00")
    desk.appointment("2026-11-25 09:00")
    day.play("2026-11-24 10:02")
    desk.set(WANTED, "Nein")
    day.play("2026-11-24 10:30")
    assert desk.entries["T1"].state is State.CANCELLED
    assert called(desk) == []
    desk.set(WANTED, "Ja")
    day.play("2026-11-24 10:31")
    assert called(desk) == ["T1"]
    assert result(desk, "T1")[0] is Column.TO_PHONE


def test_a_late_booking_is_said_to_be_one_only_after_a_search() -> None:
    day, desk = practice("18:00")
    desk.appointment("2026-11-25 09:00")
    assert result(desk, "T1") == (Column.EXCLUDED, Text("result.too_late"))
    assert headline(desk, "T1") == "verdict.not_found.reminder"
    desk.appointment("2026-11-24 17:00")
    desk.set(PLAN, "Mo 10:00")
    day.play("2026-11-24 18:05")
    assert headline(desk, "T1") == "verdict.not_found.reminder"


def told_of_changes(desk: Desk) -> list[str]:
    """The sentences of the e-mails about changed searches, without the first."""
    mails = [mail for mail in desk.notices if "Terminerinnerungen geändert" in str(mail.subject)]
    return [mail.text.split("\n\n")[0].partition("geändert. ")[2] for mail in mails]


def test_a_saved_change_is_mailed_once_to_the_practice() -> None:
    day, desk = practice("08:00", Schalter__MeldungAn=DESK)
    desk.set(OFFSET, "2")
    day.play("2026-11-24 08:01")
    first = "Der Lauf vom Di 24.11. 10:00 sucht zusätzlich die Termine vom Do 26.11."
    assert told_of_changes(desk) == [first]
    assert "search" not in desk.told  # the operator has other concerns
    apply_parameters(desk.name, desk.parts)
    desk.set("Schalter/OffsetSuchTage", "2")
    day.play("2026-11-24 09:00")
    second = "Der Lauf vom Di 24.11. 10:00 sucht zusätzlich die Termine vom Do 26.11. bis Fr 27.11."
    day.play("2026-11-28 12:00")  # several nightly checks
    assert told_of_changes(desk) == [first, second]
    assert not [cause for cause in desk.record.alerts if cause.startswith("search")]


def test_a_change_that_fails_to_search_is_not_mailed_again_at_night() -> None:
    day, desk = practice("08:00", Schalter__MeldungAn=DESK)
    desk.set(OFFSET, "2")
    desk.parts.parameters.put(f"/vitosms-secrets/{STAGE}/{desk.name}/Datenbank", "mssql://nowhere")  # no such server
    day.play("2026-11-27 08:00")
    assert len(told_of_changes(desk)) == 1


def test_an_interruption_is_mailed_when_it_begins_and_when_it_ends() -> None:
    day, desk = practice("12:00", Schalter__MeldungAn=DESK)
    desk.set(WANTED, "Nein")
    day.play("2026-11-26 18:00")
    off = "Es werden keine Termine mehr gesucht."
    assert told_of_changes(desk) == [off]
    desk.set(WANTED, "Ja")
    day.play("2026-11-28 12:00")
    assert told_of_changes(desk) == [
        off,
        "Gesucht wird ab Fr 27.11. 10:00, zuerst die Termine vom Fr 27.11. bis Sa 28.11. Termine vom Do 26.11. "
        "bis Fr 27.11., die kein Lauf mehr vor ihrem Beginn sucht, kommen auf die Anrufliste.",
    ]


def test_a_change_that_is_undone_before_the_next_run_leaves_nothing_behind() -> None:
    day, desk = practice("08:00", Schalter__MeldungAn=DESK)
    for minute, value in enumerate(("2", "1", "2"), 1):
        desk.set(OFFSET, value)
        day.play(f"2026-11-24 08:0{minute}")
        assert bool([cause for cause in desk.record.alerts if cause.startswith("search")]) is (value == "2")
    assert len(told_of_changes(desk)) == 2
