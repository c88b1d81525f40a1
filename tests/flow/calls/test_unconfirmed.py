"""UnbestaetigtAnrufen: who was sent a reminder and has not confirmed it hours before its start. On the fakes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.entries.states import State
from chalicelib.reports.call_list import UNCONFIRMED
from chalicelib.reports.current_call_list import current_call_list
from tests.flow.calls.test_double_rows import names, note
from tests.flow.fake_build import DESK, Day, Desk


def silent_day(hours: str, late: timedelta = timedelta(days=1), **parameters: str) -> tuple[Day, Desk]:
    """An SMS for tomorrow at 09:00, of which the delivery log tells late, and an e-mail, which arrives."""
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__UnbestaetigtAnrufen=hours, Schalter__MeldungAn=DESK, **parameters)
    desk.appointment("2026-11-24 09:00")
    desk.appointment("2026-11-24 10:00", Mobiltelefon=None, EMail="vorname2@patient.example")
    day.cloud.world.weather.logs_late = late
    return day, desk


@pytest.mark.parametrize(
    ("hours", "until", "listed"),
    [
        ("0", "2026-11-24 08:59", []),
        ("4", "2026-11-24 04:59", []),
        ("4", "2026-11-24 05:00", ["T1"]),
        ("4", "2026-11-24 09:00", []),  # it has begun
        ("24", "2026-11-23 10:20", ["T1"]),
    ],
)
def test_an_unconfirmed_reminder_is_on_the_call_list_so_many_hours_before(
    hours: str, until: str, listed: list[str]
) -> None:
    day, desk = silent_day(hours)
    day.play(until)
    assert desk.entries["T1"].state is State.SENT
    assert names(desk) == listed
    assert [call.reason for call in current_call_list(desk.practice, desk.deployment).calls] == [UNCONFIRMED] * len(
        listed
    )


def test_a_receipt_takes_it_off_the_list() -> None:
    day, desk = silent_day("24", timedelta(minutes=8))
    day.play("2026-11-23 10:12")
    assert names(desk) == ["T1"]
    day.play("2026-11-23 11:00")
    assert (desk.entries["T1"].state, names(desk)) == (State.DELIVERED, [])


def test_a_call_takes_it_off_the_list_and_a_late_failure_does_not_bring_it_back() -> None:
    day, desk = silent_day("24", timedelta(minutes=8))
    day.cloud.world.weather.sms_account = "Phone is currently unreachable/unavailable"
    day.play("2026-11-23 10:12")
    assert len(note(desk, "T1").done) == 1
    assert names(desk) == []
    day.play("2026-11-23 11:00")
    assert (desk.entries["T1"].state, names(desk)) == (State.FAILED, [])


def test_the_daily_summary_names_it() -> None:
    day, desk = silent_day("24")
    day.play("2026-11-23 11:20")
    (summary,) = desk.notices
    assert "Gesendet, aber noch nicht bestätigt" in summary.text


def test_a_search_far_ahead_finds_those_that_ended_unconfirmed() -> None:
    day, desk = silent_day("48", timedelta(days=30), Schalter__OffsetStartTage="10")
    desk.appointment("2026-12-03 09:00")
    day.play("2026-12-01 12:00")
    assert (desk.entries["T3"].state, names(desk)) == (State.UNCONFIRMED, ["T3"])


@pytest.mark.parametrize("hours", ["0", "24"])
def test_it_costs_no_call_of_a_day(hours: str) -> None:
    day, _ = silent_day(hours)
    day.play("2026-11-24 12:00")
    other, _ = silent_day("0")
    other.play("2026-11-24 12:00")
    assert len(day.cloud.world.calls) == len(other.cloud.world.calls)
