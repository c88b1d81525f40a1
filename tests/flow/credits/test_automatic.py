"""A balance is topped up automatically below the operator's limit, once each time that it falls. On the fakes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from chalicelib.entries.credits import AUTOMATIC, TopUp, balance_of
from chalicelib.jobs.balance_alerts import check_balances
from chalicelib.jobs.run_job import run_job
from chalicelib.practice.record import AutomaticTopUp
from chalicelib.schedule.job import Job, RunMessage
from tests.fakes.world import Moment
from tests.flow.credits.test_low_balances import at_call, die, lose_answer, practice
from tests.flow.fake_build import Day, Desk, at


def filled(day: Day, credits: int, below: int, amount: int) -> Desk:
    """A practice whose M1 is topped up automatically, with three reminders to send."""
    desk = practice(day, credits)
    desk.set("Schalter/CreditMindestbestand", "0")
    day.cloud.forget_changes()
    desk.parts.practices.set_automatic(desk.name, AutomaticTopUp("M1", below, amount))
    for hour in (9, 10, 11):
        desk.appointment(f"2026-11-24 {hour:02}:00")
    return desk


def added(desk: Desk) -> list[int]:
    """The automatic top-ups of M1, after checking its books."""
    ledger = desk.parts.store.ledger(desk.name, "M1")
    assert balance_of(ledger) == desk.parts.store.balances(desk.name, ["M1"])["M1"]
    return [item.credits for item in ledger if isinstance(item, TopUp) and item.source == AUTOMATIC]


def test_it_is_topped_up_once_for_each_fall_and_both_are_told() -> None:
    day = Day("2026-11-23 09:59")
    desk = filled(day, 102, 100, 500)
    day.play("2026-11-23 10:06")
    assert (added(desk), desk.told) == ([500], ["topped-up"])
    (notice,) = desk.notices
    assert "lag unter 100 und wurde automatisch aufgeladen: 500 Credits" in notice.text
    day.play("2026-11-24 12:00")
    assert added(desk) == [500]


def test_nothing_waits_for_credits_that_are_added_automatically() -> None:
    day = Day("2026-11-23 10:04")
    desk = filled(day, 1, 2, 2)
    prepare = RunMessage(desk.name, Job.PREPARE_REMINDERS, at("2026-11-23 10:00"), at("2026-11-23 10:00"))
    run_job(prepare, "worker", desk.parts)
    day.play("2026-11-23 10:06")
    assert len(desk.sent()) == 3
    assert added(desk) == [2, 2]
    assert "no-credits" not in desk.told


CALLS = ("store.reserve", "store.top_up_automatically", "store.balances", "queues.put_outbox")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("what", ["another run", "death", "lost answer"])
def test_nothing_doubles_it(call: str, moment: Moment, what: str) -> None:
    day = Day("2026-11-23 10:04")
    desk = filled(day, 102, 100, 500)
    prepare = RunMessage(desk.name, Job.PREPARE_REMINDERS, at("2026-11-23 10:00"), at("2026-11-23 10:00"))
    run_job(prepare, "worker", desk.parts)
    later = RunMessage(desk.name, Job.SEND, at("2026-11-23 10:20"), at("2026-11-23 10:20"))
    other = partial(run_job, later, "another worker", desk.parts)
    strikes: dict[str, Callable[[], object]] = {"another run": other, "death": die, "lost answer": lose_answer}
    at_call(desk, moment, call, strikes[what])
    day.play("2026-11-24 04:00")  # the nightly check makes up for what a death has left
    assert added(desk) == [500]


def test_a_new_rule_holds_at_once_and_may_be_dropped() -> None:
    day = Day("2026-11-23 12:00")
    desk = practice(day, 7)
    desk.parts.practices.set_automatic(desk.name, AutomaticTopUp("M1", 100, 500))
    for _ in range(2):
        check_balances(desk.practice, ["M1"], day.cloud.world.now, desk.parts)
    assert added(desk) == [500]
    desk.parts.practices.drop_automatic(desk.name, "M1")
    assert desk.record.automatic == {}
