"""On the last working day before days off, a balance that will not last until people are back is told once.

On the fakes; 27 November 2026 is a Friday, and the reminders of 1 December leave on the Monday before.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.planning.alerts import AlertKind, subjects_of
from chalicelib.practice.foreseen import Departure
from chalicelib.practice.record import AutomaticTopUp
from chalicelib.preview.balance_warnings import DAYS, check_added, forecasts
from chalicelib.reports.current_call_list import call_list_of_entries
from chalicelib.reports.practice_status import practice_status
from infra.language import said
from tests.flow.credits.test_low_balances import practice
from tests.flow.fake_build import Day, Desk

SUBJECT = "Guthaben reicht nicht bis zum nächsten Arbeitstag"


def short(day: Day, credits: int = 2, switch: tuple[str, str] = ("Sprache", "de")) -> Desk:
    """A practice with five reminders to send on Monday the 30th; its balance of 2 credits is not low."""
    desk = practice(day, credits, **{"Schalter/CreditMindestbestand": "1", f"Schalter/{switch[0]}": switch[1]})
    for hour in range(9, 14):
        desk.appointment(f"2026-12-01 {hour:02}:00")
    return desk


def warned(desk: Desk) -> list[str]:
    """The local minutes at which the practice was told."""
    return [f"{notice.at:%d %H:%M}" for notice in desk.notices if SUBJECT in str(notice.subject)]


def running_out(desk: Desk) -> set[str]:
    return subjects_of(AlertKind.RUNS_OUT, desk.record.alerts)


def test_a_balance_that_ends_on_monday_is_told_on_friday_once() -> None:
    day = Day("2026-11-25 12:00")
    desk = short(day)
    day.play("2026-11-30 02:00")
    assert (warned(desk), desk.told) == (["27 01:35"], ["runs-out"])
    (notice,) = [one for one in desk.notices if SUBJECT in str(one.subject)]
    assert (
        "Das Guthaben des Mandanten M1 (2 Credits) reicht voraussichtlich nur bis Mo 30.11. 10:05. "
        "Bis zum Ende des nächsten Arbeitstags, Mo 30.11.2026, fehlt: 3 Credits." in notice.text
    )
    assert running_out(desk) == {"M1"}
    day.play("2026-11-30 03:00")
    assert running_out(desk) == set()


def test_the_next_weekend_is_told_again() -> None:
    day = Day("2026-11-26 12:00")
    desk = short(day)
    for hour in range(9, 14):
        desk.appointment(f"2026-12-08 {hour:02}:00")
    day.play("2026-12-05 12:00")
    assert warned(desk) == ["27 01:35", "04 01:35"]


@pytest.mark.parametrize(
    ("closed", "at"),
    [
        pytest.param("25.11.2026-30.11.2026", ["24 01:35"], id="the working day before is a Tuesday"),
        pytest.param("30.11.2026", ["27 01:35"], id="a long weekend"),
        pytest.param("27.11.2026", ["26 01:35"], id="from Thursday to Monday"),
        pytest.param("01.12.2026", ["27 01:35", "30 01:35"], id="the Monday is a last working day too"),
    ],
)
def test_closed_days_are_days_off(closed: str, at: list[str]) -> None:
    day = Day("2026-11-23 12:00")
    desk = short(day, switch=("Geschlossen", closed))
    day.play("2026-11-30 09:00")
    assert warned(desk) == at


@pytest.mark.parametrize("credits", [5, 6])
def test_a_balance_that_lasts_is_not_told(credits: int) -> None:
    day = Day("2026-11-26 12:00")
    desk = short(day, credits)
    day.play("2026-11-30 02:00")
    assert (warned(desk), desk.told) == ([], [])


def test_nobody_is_told_without_need() -> None:
    day = Day("2026-11-26 12:00")
    unwanted = short(day, switch=("CreditBestandPruefen", "Nein"))
    day.play("2026-11-28 12:00")
    assert unwanted.told == []


def test_a_balance_that_is_topped_up_automatically_is_not_told() -> None:
    day = Day("2026-11-26 12:00")
    desk = short(day)
    desk.parts.practices.set_automatic(desk.name, AutomaticTopUp("M1", 1, 5))
    day.play("2026-11-28 12:00")
    assert warned(desk) == []


def test_a_mandant_that_may_not_send_is_not_told() -> None:
    day = Day("2026-11-02 09:00")
    desk = short(day, 9)
    for tuesday in ("03", "10", "17", "24"):
        for hour in (9, 10):
            desk.appointment(f"2026-11-{tuesday} {hour:02}:00")
    day.play("2026-11-26 12:00")
    desk.tables["Mandant"][0]["Lizenznummer"] = None
    day.play("2026-11-28 12:00")
    assert (len(desk.sent()), warned(desk)) == (8, [])


def test_without_the_practice_database_the_past_counts() -> None:
    day = Day("2026-11-02 09:00")
    desk = short(day, 6)
    for monday in ("03", "10", "17", "24"):
        for hour in (9, 10):
            desk.appointment(f"2026-11-{monday} {hour:02}:00")
    day.play("2026-11-24 12:00")
    tables = day.databases.pop("mssql://praxis")
    desk.top_up("M1", 1, "r")
    day.play("2026-11-28 12:00")
    day.databases["mssql://praxis"] = tables
    assert warned(desk)[-1:] == ["27 01:35"]


def test_credits_that_suffice_take_it_back_at_once() -> None:
    day = Day("2026-11-26 12:00")
    desk = short(day)
    day.play("2026-11-27 10:00")
    for reference, credits, left in (("a", 2, {"M1"}), ("b", 1, set())):
        desk.top_up("M1", credits, reference)
        check_added(desk.practice, ["M1"], day.cloud.world.now, desk.parts)
        assert running_out(desk) == left
    day.play("2026-11-30 02:00")
    assert warned(desk) == ["27 01:35"]


def test_the_status_and_the_summary_show_it() -> None:
    day = Day("2026-11-26 12:00")
    desk = short(day)
    desk.appointment("2026-11-28 09:00", mandant="M1")
    day.play("2026-11-27 12:00")
    parts = desk.parts
    listed = call_list_of_entries(desk.practice, desk.deployment)
    seen = practice_status(desk.practice, listed, None, [], day.cloud.world.now, parts.store, None)
    assert [said(one) for one in seen.alerts] == [f"{SUBJECT} (Mandant M1)"]
    (summary,) = [one for one in desk.notices if "Tagesübersicht" in str(one.subject)]
    assert "Mandant M1: 1 verbraucht, Guthaben 1 (reicht nicht bis zum nächsten Arbeitstag)" in summary.text


def test_no_run_asks_and_each_night_reads_once() -> None:
    """Forecast and warning share what is read."""
    day = Day("2026-11-24 12:00")
    desk = short(day)
    calls = day.cloud.world.calls
    asked = ("database.reminders", "database.birthdays", "database.mandanten", "store.ledger")
    day.play("2026-11-26 03:00")
    assert desk.record.forecasts["M1"].until is not None
    before = len(calls)
    day.play("2026-11-27 02:00")
    assert "practices.set_forecasts" not in calls[before:]
    before = len(calls)
    day.play("2026-11-27 03:00")
    assert warned(desk) == ["27 01:35"]
    assert [calls[before:].count(name) for name in asked] == [1, 1, 1, 1]
    assert calls[before:].count("practices.set_forecasts") == 1


def test_the_pages_have_the_forecast_of_the_command() -> None:
    """With the name of the Mandant, and what the next send run takes."""
    day = Day("2026-11-26 12:00")
    desk = short(day)
    desk.tables["Mandant"][0]["Name"] = "Dr. Brunner"
    day.play("2026-11-30 02:36")
    now = day.cloud.world.now
    (told,), _ = forecasts(desk.practice, ["M1"], now.date() + timedelta(days=DAYS), now, desk.parts)
    kept = desk.record.forecasts["M1"]
    assert (kept.balance, kept.until, kept.end) == (told.balance, told.until, told.end)
    assert (kept.name, kept.licence) == ("Dr. Brunner", "L-1")
    assert kept.departures == (Departure(datetime(2026, 11, 30, 9, 5, tzinfo=UTC), 5, 5),)


def test_a_night_without_the_database_keeps_name_and_licence() -> None:
    day = Day("2026-11-26 12:00")
    desk = short(day)
    day.play("2026-11-27 03:00")
    before = desk.record.forecasts["M1"]
    tables = day.databases.pop("mssql://praxis")
    day.play("2026-11-28 03:00")
    day.databases["mssql://praxis"] = tables
    after = desk.record.forecasts["M1"]
    assert (after.name, after.licence, after.departures) == (before.name, before.licence, ())
    assert before.departures
