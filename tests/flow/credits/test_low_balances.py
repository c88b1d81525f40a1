"""A low balance is told at once, once each time that it becomes low, whatever made it low. On the fakes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from chalicelib.entries.credits import Transfer
from chalicelib.jobs.balance_alerts import check_balances
from chalicelib.jobs.run_job import run_job
from chalicelib.schedule.job import Job, RunMessage
from infra.local.platform import LambdaKilled
from tests.fakes.world import AnswerLostError, Moment
from tests.flow.fake_build import DESK, Day, Desk, at

LOW = "Guthaben tief"


def practice(day: Day, credits: int = 100, **parameters: str) -> Desk:
    switches = {"Schalter/MeldungAn": DESK, "Schalter/CreditMindestbestand": "100"} | parameters
    return Desk(day, "praxis", "Europe/Zurich", switches, credits)


def low(desk: Desk) -> list[str]:
    """The minutes (UTC) at which a low balance was told."""
    return [f"{notice.at:%d %H:%M}" for notice in desk.notices if LOW in str(notice.subject)]


def at_call(desk: Desk, moment: Moment, call: str, act: Callable[[], object]) -> None:
    """Have something happen once, before or after the first call of this name."""

    def once(now: Moment, called: str) -> None:
        if (now, called) == (moment, call):
            desk.cloud.world.fault = lambda now, called: None
            act()

    desk.cloud.world.fault = once


def die() -> None:
    raise LambdaKilled


def lose_answer() -> None:
    raise AnswerLostError


def test_a_hundred_credits_a_minimum_of_a_hundred_and_one_sms() -> None:
    day = Day("2026-11-23 09:59")
    desk = practice(day)
    desk.appointment("2026-11-24 09:00")
    day.play("2026-11-23 10:06")
    (notice,) = [one for one in desk.notices if LOW in str(one.subject)]
    assert low(desk) == ["23 09:05"]
    assert "99 Credits" in notice.text
    assert desk.told == ["low-balance"]
    desk.appointment("2026-11-25 09:00")
    day.play("2026-11-25 08:00")
    assert (low(desk), len(desk.sent())) == (["23 09:05"], 2)


def test_a_top_up_has_the_next_fall_told_again() -> None:
    day = Day("2026-11-23 09:59")
    desk = practice(day)
    desk.appointment("2026-11-24 09:00")
    day.play("2026-11-23 12:00")
    desk.top_up("M1", 1, "r")
    check_balances(desk.practice, ["M1"], day.cloud.world.now, desk.parts)
    assert desk.record.alerts == set()
    desk.appointment("2026-11-25 09:00")
    day.play("2026-11-24 10:06")
    assert low(desk) == ["23 09:05", "24 09:05"]


def test_a_rise_that_nobody_noticed_counts() -> None:
    """Such as a refund: the run that charges next reads the balance before it charges."""
    day = Day("2026-11-23 09:59")
    desk = practice(day)
    desk.appointment("2026-11-24 09:00")
    day.play("2026-11-23 12:00")
    desk.top_up("M1", 1, "r")
    desk.appointment("2026-11-25 09:00")
    day.play("2026-11-24 10:06")
    assert low(desk) == ["23 09:05", "24 09:05"]


def test_the_minimum_is_raised_and_lowered() -> None:
    day = Day("2026-11-23 12:00")
    desk = practice(day)
    desk.top_up("M2", 150)
    for hour, least in enumerate(("101", "200", "120", "100", "101"), 13):
        day.cloud.at(at(f"2026-11-23 {hour}:00"), partial(desk.set, "Schalter/CreditMindestbestand", least))
    day.play("2026-11-23 20:00")
    told = [(f"{one.at:%H:%M}", LOW in one.text or one.text.count("Guthaben")) for one in desk.notices]
    assert low(desk) == ["23 12:00", "23 13:00", "23 16:00"]
    assert [("M1" in one.text, "M2" in one.text) for one in desk.notices if LOW in str(one.subject)] == [
        (True, False), (False, True), (True, False)
    ], told  # fmt: skip


def test_nobody_wants_to_know() -> None:
    day = Day("2026-11-23 09:59")
    desk = practice(day, Schalter__CreditBestandPruefen="Nein")
    desk.set("Schalter/CreditBestandPruefen", "Nein")
    desk.appointment("2026-11-24 09:00")
    day.play("2026-11-23 20:00")
    assert low(desk) == []
    desk.set("Schalter/CreditBestandPruefen", "Ja")
    day.play("2026-11-23 20:01")
    assert low(desk) == ["23 19:00"]
    desk.set("Schalter/CreditBestandPruefen", "Nein")
    day.play("2026-11-23 20:02")
    assert desk.record.alerts == set()


def test_a_transfer_is_told_at_once() -> None:
    day = Day("2026-11-23 12:00")
    desk = practice(day)
    desk.top_up("M2", 100)
    desk.parts.store.transfer(desk.name, Transfer("M2", "M1", "r", -1, day.cloud.world.now))
    check_balances(desk.practice, ["M2", "M1"], day.cloud.world.now, desk.parts)
    (notice,) = desk.notices
    assert "M2" in notice.text


def test_a_lost_event_is_made_up_for_by_the_nightly_check() -> None:
    day = Day("2026-11-23 12:00")
    desk = practice(day)
    desk.set("Schalter/CreditMindestbestand", "101")
    day.cloud.forget_changes()
    day.play("2026-11-24 03:00")
    assert low(desk) == ["24 01:35"]


CALLS = (
    "store.balances", "store.reserve", "queues.put_outbox", "raised_alerts.claim", "alerts.tell_operator",
    "alerts.mail",
)  # fmt: skip


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", CALLS)
def test_two_sends_that_make_it_low_at_once_tell_it_once(call: str, moment: Moment) -> None:
    """A run of a later slot starts at any moment of the first one."""
    day = Day("2026-11-23 10:04")
    desk = practice(day, 101)
    for hour in (9, 10):
        desk.appointment(f"2026-11-24 {hour:02}:00")
    prepare = RunMessage(desk.name, Job.PREPARE_REMINDERS, at("2026-11-23 10:00"), at("2026-11-23 10:00"))
    run_job(prepare, "worker", desk.parts)
    later = RunMessage(desk.name, Job.SEND, at("2026-11-23 10:20"), at("2026-11-23 10:20"))
    other = partial(run_job, later, "another worker", desk.parts)
    calls = len(day.cloud.world.calls)
    at_call(desk, moment, call, other)
    day.play("2026-11-23 10:25")
    assert call in day.cloud.world.calls[calls:]
    assert len(low(desk)) == 1
    assert desk.told.count("low-balance") == 1
    assert len(desk.sent()) == 2


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", [*CALLS, "raised_alerts.confirm"])
def test_a_worker_that_dies_leaves_it_to_the_next(call: str, moment: Moment) -> None:
    day = Day("2026-11-23 10:04")
    desk = practice(day)
    desk.appointment("2026-11-24 09:00")
    prepare = RunMessage(desk.name, Job.PREPARE_REMINDERS, at("2026-11-23 10:00"), at("2026-11-23 10:00"))
    run_job(prepare, "worker", desk.parts)
    at_call(desk, moment, call, die)
    day.play("2026-11-23 12:00")
    twice = (moment, call) in {("after", "alerts.mail"), ("before", "raised_alerts.confirm")}
    assert len(low(desk)) == (2 if twice else 1)
    assert len(desk.record.alerts) == 1
    assert desk.record.untold == set()


@pytest.mark.parametrize("call", ["store.reserve", "raised_alerts.claim", "raised_alerts.confirm"])
def test_a_lost_answer_changes_nothing(call: str) -> None:
    day = Day("2026-11-23 09:59")
    desk = practice(day)
    desk.appointment("2026-11-24 09:00")
    at_call(desk, "after", call, lose_answer)
    day.play("2026-11-23 10:30")
    assert (low(desk), len(desk.record.alerts)) == (["23 09:05"], 1)


@pytest.mark.parametrize(("messages", "batches"), [(90, 1), (91, 2)])
def test_the_alert_that_becomes_due_fits_beside_the_entries_of_a_charge(messages: int, batches: int) -> None:
    day = Day("2026-11-23 09:59")
    desk = practice(day, 100)
    for _ in range(messages):
        desk.appointment("2026-11-24 09:00")
    day.play("2026-11-23 10:10")
    assert len(desk.sent()) == messages
    assert day.cloud.world.calls.count("store.reserve") == batches
    assert low(desk) == ["23 09:05"]
