"""SES and SNS that do not take the alerts of a run: the run is done, and the alerts are sent later, once."""

from __future__ import annotations

import pytest

from chalicelib.practice.record import AutomaticTopUp
from chalicelib.schedule.job import Job
from tests.flow.fake_build import DESK, Day, Desk

AWAY = "ConnectTimeoutError"
LATE = "Versandfenster"


def practice_with_a_low_balance(day: Day) -> Desk:
    """Its balance is low from the first run on, and nobody has time to do something about it."""
    desk = day.practice(Schalter__MeldungAn=DESK, Schalter__CreditMindestbestand="20000")
    desk.appointment("2026-11-24 09:00")
    return desk


def low(desk: Desk) -> int:
    return sum("Guthaben tief" in (notice.subject or "") for notice in desk.notices)


def outcomes(desk: Desk) -> set[str]:
    return {outcome for job in Job for _, outcome, _ in desk.runs(job)}


@pytest.mark.parametrize("error", [AWAY, "ReadTimeoutError", "MessageRejected"])
def test_an_alert_that_ses_does_not_take_fails_no_run_and_is_mailed_once_later(error: str) -> None:
    day = Day("2026-11-23 06:00")
    desk = practice_with_a_low_balance(day)
    day.parts.alerts.refuses = error
    day.play("2026-11-23 11:00")
    assert (outcomes(desk), day.cloud.errors, low(desk)) == ({"done"}, [], 0)
    assert desk.told == ["low-balance", "alert-mail"]  # the operator hears of both, once
    day.parts.alerts.refuses = None
    day.play("2026-11-24 12:00")
    assert (low(desk), desk.told, desk.record.missed) == (1, ["low-balance", "alert-mail"], {})


def test_an_alert_that_sns_does_not_take_is_sent_to_the_operator_once_later() -> None:
    day = Day("2026-11-23 06:00")
    desk = practice_with_a_low_balance(day)
    day.parts.alerts.operator_refuses = AWAY
    day.play("2026-11-23 11:00")
    assert (outcomes(desk), day.cloud.errors, desk.told, low(desk)) == ({"done"}, [], [], 1)
    day.parts.alerts.operator_refuses = None
    day.play("2026-11-24 12:00")
    assert (desk.told, low(desk)) == (["low-balance"], 1)


def test_an_alert_that_nobody_could_be_told_and_whose_cause_is_over_is_not_sent() -> None:
    day = Day("2026-11-23 06:00")
    desk = practice_with_a_low_balance(day)
    day.parts.alerts.refuses = day.parts.alerts.operator_refuses = AWAY
    day.play("2026-11-23 11:00")
    desk.set("Schalter/CreditMindestbestand", "0")
    day.play("2026-11-23 12:00")
    day.parts.alerts.refuses = day.parts.alerts.operator_refuses = None
    day.play("2026-11-24 12:00")
    assert (low(desk), desk.told) == (0, ["alert-mail"])


def test_a_top_up_that_could_not_be_told_is_told_by_a_later_run_and_forgotten() -> None:
    """It is about an event, not about a cause that lasts."""
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    desk.parts.practices.set_automatic(desk.name, AutomaticTopUp("M1", 20_000, 500))
    desk.appointment("2026-11-24 09:00")
    day.parts.alerts.refuses = day.parts.alerts.operator_refuses = AWAY
    day.play("2026-11-23 10:02")
    assert (topped_up(desk), desk.told, outcomes(desk)) == (0, [], {"done"})
    desk.parts.practices.drop_automatic(desk.name, "M1")
    day.parts.alerts.refuses = day.parts.alerts.operator_refuses = None
    day.play("2026-11-24 12:00")
    assert (topped_up(desk), desk.told.count("topped-up")) == (1, 1)
    assert [cause for cause in desk.record.alerts if cause.startswith("topped-up")] == []


def topped_up(desk: Desk) -> int:
    return sum("automatisch aufgeladen" in notice.text for notice in desk.notices)
