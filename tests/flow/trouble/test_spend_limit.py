"""The spend limit of SMS is near: the operator hears of it once, two days of sending before."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.jobs.spend_limit import warn_of_spend_limit
from chalicelib.planning.alerts import ALL
from chalicelib.providers.sms_spending import LIMIT
from chalicelib.wiring import wiring
from infra.local.clients import client
from tests.flow.build import TOMORROW_9, Database, opened
from tests.flow.build import at as november
from tests.flow.fake_build import Day

TEN_A_DAY = 0.6  # USD


def fortnight(limit: float) -> Day:
    """Ten SMS on each working day from Monday 16 November on; the nightly check is at 02:35 local time."""
    day = Day("2026-11-16 06:00")
    desk = day.practice()
    for date in ("17", "18", "19", "20", "24", "25", "26", "27"):
        for _ in range(10):
            desk.appointment(f"2026-11-{date} 09:00")
    day.parts.sms_spending.limit = limit
    return day


def warned(day: Day) -> list[str]:
    return [alert.kind for practice, alert in day.parts.alerts.told if practice == ALL]


@pytest.mark.parametrize(
    ("limit", "night"),
    [(5 * TEN_A_DAY, "19"), (6 * TEN_A_DAY, "20"), (7 * TEN_A_DAY, "24"), (9 * TEN_A_DAY, "26")],
)
def test_the_operator_hears_of_it_two_working_days_before(limit: float, night: str) -> None:
    """The first messages leave on the 16th, none from the 20th to the 22nd, and the limit is met on one day more."""
    day = fortnight(limit + 0.01)
    day.play(f"2026-11-{night} 02:30")
    assert warned(day) == []
    day.play(f"2026-11-{night} 03:00")
    assert warned(day) == ["spend-limit"]
    day.play("2026-11-28 03:00")
    assert warned(day) == ["spend-limit"]


def test_a_higher_limit_ends_it_and_the_next_one_is_told_again() -> None:
    day = fortnight(2 * TEN_A_DAY)
    day.play("2026-11-18 03:00")
    day.parts.sms_spending.limit = 100.0
    day.play("2026-11-19 03:00")
    day.parts.sms_spending.limit = 4 * TEN_A_DAY
    day.play("2026-11-20 03:00")
    assert warned(day) == ["spend-limit", "spend-limit"]


def test_what_sns_does_not_take_is_told_the_next_night() -> None:
    day = fortnight(2 * TEN_A_DAY)
    day.parts.alerts.operator_refuses = "ConnectTimeoutError"
    day.play("2026-11-18 03:00")
    assert (warned(day), day.cloud.errors) == ([], [])
    day.parts.alerts.operator_refuses = None
    day.play("2026-11-19 03:00")
    assert warned(day) == ["spend-limit"]


def test_the_local_cloud_counts_what_sms_cost(tmp_path: Path) -> None:
    database = Database(tmp_path / "p.db")
    for _ in range(3):
        database.patient(TOMORROW_9)
    with opened(database, until=november("12:00")) as rehearsal:
        rehearsal.cloud.play(november("12:00"))
        spending = wiring().sms_spending.of_month(rehearsal.cloud.clock.now())
        assert (spending.limit, round(spending.spent, 2), round(spending.pace, 2)) == (1000.0, 0.18, 0.18)
        warn_of_spend_limit(wiring())
        assert rehearsal.cloud.notifications() == []
        client("sns").set_sms_attributes(attributes={LIMIT: "0.5"})
        for _ in range(2):
            warn_of_spend_limit(wiring())
        assert len(rehearsal.cloud.notifications()) == 1
