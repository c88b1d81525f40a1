"""Jobs with work are woken, whatever dies, repeats or happens in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.admin.queue_actions import resume_all, stop_all
from chalicelib.entries.states import State
from chalicelib.schedule.job import Tick
from infra.local.event_queue import Turn
from infra.local.networks import delivery_outcomes as fates
from infra.local.networks.networks import AnswerLost
from infra.local.networks.sent_message import SentMessage
from tests.fakes.wiring import CONFIGURATION_SET
from tests.fakes.world import Moment
from tests.flow.fake_build import Day, Desk, at

NO_ANSWER = ReadTimeoutError(endpoint_url="carrier")
ANSWER_LOST = AnswerLost(NO_ANSWER)
BY_MAIL: dict[str, Any] = {"Mobiltelefon": None, "EMail": "leser@patient.example"}
OFTEN = "täglich alle 2 Stunden"


def states(desk: Desk) -> list[State]:
    return sorted(entry.state for entry in desk.entries.values())


def a_monday(**parameters: str) -> tuple[Day, Desk]:
    """A practice that has run since the day before, at 09:00."""
    day = Day("2026-11-22 06:00")
    desk = day.practice(**parameters)
    day.play("2026-11-23 09:00")
    return day, desk


def receipts_come_after(day: Day, hours: float) -> None:
    day.parts.networks._accepted = lambda message: day.cloud.plan_receipt(message, timedelta(hours=hours))


def mail_event(day: Day, message: SentMessage, delivered: bool) -> None:
    end = replace(fates.fate(message, 0, 0.0), delivered=delivered, response="accepted" if delivered else "Bounce")
    day.parts.queues.receipts_queue.send([json.dumps(fates.mail_ended(message, CONFIGURATION_SET, end))])


class Once:
    """Do something at the first call that `when` selects after an instant."""

    def __init__(self, day: Day, moment: Moment, call: str, after: datetime, act: Callable[[], object]) -> None:
        self.done = False
        self._day, self._when, self._after, self._act = day, (moment, call), after, act
        day.cloud.world.fault = self

    def __call__(self, moment: Moment, call: str) -> None:
        if not self.done and (moment, call) == self._when and self._day.cloud.world.now > self._after:
            self.done = True
            self._act()


def dies() -> None:
    raise SystemExit


def test_the_first_messages_of_a_new_practice_are_settled_before_its_first_status_slot() -> None:
    day = Day("2026-11-23 10:30", carrier_failures=1.0)
    desk = day.practice(send__Zeitplan="täglich 11:05", **{"prepare-reminders__Zeitplan": "täglich 11:00"})
    desk.appointment("2026-11-24 08:30")
    day.play("2026-11-23 23:00")
    assert states(desk) == [State.FAILED]


@pytest.mark.parametrize(("moment", "call"), [("before", "jobs.reopen_slot"), ("after", "receipts.park_mail")])
def test_an_unknown_e_mail_is_settled_that_day_though_the_tick_that_parks_its_event_dies(
    moment: Moment, call: str
) -> None:
    day, desk = a_monday()
    desk.appointment("2026-11-24 14:30", **BY_MAIL)
    receipts_come_after(day, 3)
    day.parts.networks.fail_next(ANSWER_LOST)
    once = Once(day, moment, call, at("2026-11-23 12:30"), dies)
    day.play("2026-11-23 23:30")
    assert (states(desk), once.done) == ([State.DELIVERED], True)


def test_an_unknown_sms_is_settled_that_day_though_the_tick_that_finds_its_message_dies() -> None:
    day, desk = a_monday()
    desk.appointment("2026-11-24 14:30")
    receipts_come_after(day, 3)
    day.parts.networks.fail_next(ANSWER_LOST)
    once = Once(day, "before", "jobs.reopen_slot", at("2026-11-23 12:30"), dies)
    day.play("2026-11-23 23:30")
    assert (states(desk), once.done) == ([State.DELIVERED], True)


def test_a_status_tick_that_comes_twice_costs_nobody_his_receipt() -> None:
    """The event of an unknown e-mail comes after the tick's run, and the tick again after the event."""
    day, desk = a_monday()
    desk.appointment("2026-11-24 14:30", **BY_MAIL)
    desk.appointment("2026-11-24 15:30")
    taken: list[SentMessage] = []
    plan = day.cloud.plan_receipt
    day.parts.networks._accepted = lambda message: taken.append(message) if "@" in message.to else plan(message)
    day.parts.networks.on_request = lambda message: ANSWER_LOST if "@" in message.to else None
    agenda, tick = day.cloud._agenda, at("2026-11-23 10:10")
    agenda.add(tick + timedelta(seconds=30), Turn.RECEIPT, lambda: mail_event(day, taken[0], True))
    agenda.add(tick + timedelta(minutes=1), Turn.TICK, partial(day.cloud._fire, Tick.STATUS, tick, ()))
    day.play("2026-11-23 20:00")
    assert states(desk) == [State.DELIVERED, State.DELIVERED]


def test_a_bounce_after_the_delivery_is_on_the_call_list_the_same_day() -> None:
    day, desk = a_monday()
    other = day.practice("andere")
    desk.appointment("2026-11-24 09:30", **BY_MAIL)
    other.appointment("2026-11-24 09:30")
    taken: list[SentMessage] = []
    plan = day.cloud.plan_receipt

    def accepted(message: SentMessage) -> None:
        taken.extend([message] if "@" in message.to else [])
        plan(message)

    day.parts.networks._accepted = accepted
    day.play("2026-11-23 11:00")
    assert states(desk) == [State.DELIVERED]
    mail_event(day, taken[0], False)
    other.set("status/Zeitplan", "täglich 12:10")  # no receipts are collected while no status job is due
    day.play("2026-11-23 13:00")
    assert states(desk) == [State.FAILED]


def test_an_unknown_sms_does_not_take_the_message_of_another_to_the_same_number() -> None:
    """The first request was never made; the second was accepted, and its worker died before it could store that."""
    day, desk = a_monday()
    other = day.practice("andere")
    for practice in (desk, other):
        practice.appointment("2026-11-24 14:30", Mobiltelefon="+41790009999")
    requests: list[SentMessage] = []

    def first_has_no_answer(message: SentMessage) -> ReadTimeoutError | None:
        requests.append(message)
        return NO_ANSWER if len(requests) == 1 else None

    def dies_with_the_second(moment: Moment, call: str) -> None:
        if len(requests) == 2 and (moment, call) == ("before", "store.commit") and not day.cloud.errors:
            dies()

    day.parts.networks.on_request = first_has_no_answer
    day.cloud.world.fault = dies_with_the_second
    day.play("2026-11-23 23:00")
    assert len(day.cloud.errors) == 1
    assert states(desk) + states(other) == [State.UNKNOWN, State.UNKNOWN]  # it could belong to either


@pytest.mark.parametrize("hours", [2, 15, 70])
@pytest.mark.parametrize("columns", [{}, BY_MAIL], ids=["SMS", "e-mail"])
def test_a_receipt_that_no_status_job_applied_for_a_week_wins_over_silence(hours: int, columns: dict[str, Any]) -> None:
    """The status job runs on Mondays only, and its slot continues to the end of the day."""
    day = Day("2026-11-16 06:00", carrier_failures=1.0)
    desk = day.practice(status__Zeitplan="Mo 10:10")
    day.play("2026-11-23 09:00")
    desk.appointment("2026-11-24 08:30", **columns)
    receipts_come_after(day, hours)
    day.play("2026-11-30 10:30")
    assert states(desk) == [State.FAILED]


def deliver_meets_a_pause(day: Day) -> None:
    """Everything is stopped, deliver returns its entries, everything is resumed."""
    parts = day.parts
    stop_all("Wartung", parts.stops, parts.alerts)
    day.cloud._handle_one("deliver", *day.cloud.consumers["deliver"])
    resume_all(day.cloud.world.now, parts)


def after_reserve(day: Day, since: datetime) -> None:
    """Have deliver meet a pause while the send run that queued its messages is still running."""
    then: Sequence[tuple[Moment, str]] = [("after", "store.reserve"), ("before", "history.write_run")]
    seen: list[str] = []

    def fault(moment: Moment, call: str) -> None:
        if day.cloud.world.now >= since and len(seen) < 2 and (moment, call) == then[len(seen)]:
            seen.append(call)
            if len(seen) == 2:
                deliver_meets_a_pause(day)

    day.cloud.world.fault = fault


def test_what_comes_back_while_the_last_send_run_is_on_leaves_the_same_day() -> None:
    times = {"send__Zeitplan": f"{OFTEN} 08:05-18:05", "prepare-reminders__Zeitplan": f"{OFTEN} 08:00-18:00"}
    day, desk = a_monday(**times)
    day.play("2026-11-23 17:59")
    desk.appointment("2026-11-24 08:30")
    after_reserve(day, at("2026-11-23 18:05"))
    day.play("2026-11-23 20:00")
    assert [when for when, _ in desk.sent()] == ["23T17:20"]


def test_what_comes_back_before_dispatch_has_moved_the_job_leaves_the_same_day() -> None:
    day, desk = a_monday()
    desk.appointment("2026-11-24 14:30")

    def run_at_once(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "jobs.save") and day.cloud.world.now == at("2026-11-23 10:05"):
            after_reserve(day, at("2026-11-23 10:05"))
            day.cloud._handle_one("run", *day.cloud.consumers["run"])

    day.cloud.world.fault = run_at_once
    day.play("2026-11-23 20:00")
    assert [when for when, _ in desk.sent()] == ["23T09:20"]
