"""A small full day on the fakes, played once for each call of it: a worker dies right before it, and right after.

The platform does what it does: SQS brings messages back, EventBridge tries again, the next ticks come. At the end of
the following day nobody got anything twice, nothing is lost, and the books are right.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from infra.local.platform import LambdaKilled
from infra.local.wire import CarrierMessage, ErrorAnswer
from tests.fakes.world import Moment
from tests.flow.fake_build import DESK, Day, Desk
from tests.simulation.invariants import violations

BORN = "1980-11-23"
REFUSED = "+41790000005"
EXPECTED = {f"reminder:T{n}" for n in (1, 2, 5, 6, 7, 8, 9, 10)} | {"birthday:P3:2026", "birthday:P4:2026"}


class Killer:
    """Kills the worker at its n-th call, before or after the effect; a dead worker makes no more calls."""

    def __init__(self, day: Day, moment: Moment | None = None, nth: int = 0) -> None:
        self.calls: list[str] = []
        self._moment, self._nth, self._dead = moment, nth, False
        self._lock, self._mine = threading.Lock(), threading.local()
        day.cloud.world.fault = self._fault
        self._invoke = day.cloud.invoke
        day.cloud.invoke = self._one_life  # type: ignore[method-assign]

    def _one_life(self, handler: str, act: Callable[[], object]) -> bool:
        self._dead = False
        ended = self._invoke(handler, act) and not self._dead
        self._dead = False
        return ended

    def _fault(self, moment: Moment, call: str) -> None:
        with self._lock:
            if self._dead:
                raise LambdaKilled
            if moment == "before":
                self.calls.append(call)
                self._mine.number = len(self.calls)
            if moment == self._moment and self._mine.number == self._nth:
                self._dead = True
                raise LambdaKilled


def small_day() -> tuple[Day, Desk, Counter[str]]:
    """Both kinds, both channels, a refusal, failures, low credits, an appointment called off, nobody's address."""
    day = Day("2026-11-23 09:55", carrier_failures=0.3, seed=4)
    desk = day.practice(Schalter__MeldungAn=DESK)
    mail: dict[str, Any] = {"Mobiltelefon": None, "EMail": "leser@patient.example"}
    desk.mandant("M2")
    desk.top_up("M2", 1)
    desk.appointment("2026-11-24 09:00")
    desk.appointment("2026-11-24 09:30", **mail)
    desk.patient(Geburtsdatum=BORN)
    desk.patient(Geburtsdatum=BORN, **mail | {"EMail": "leserin@patient.example"})
    desk.appointment("2026-11-24 10:00")  # refused by the network
    desk.appointment("2026-11-24 10:30", Mobiltelefon=None)
    desk.appointment("2026-11-24 11:00", "M2")
    desk.appointment("2026-11-24 11:30", "M2")
    desk.appointment("2026-11-24 12:00")
    desk.appointment("2026-11-24 12:30")
    requests: Counter[str] = Counter()

    def on_request(message: CarrierMessage) -> ErrorAnswer | None:
        requests[message.to] += 1
        wrong = ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber")
        return wrong if message.to == REFUSED else None

    day.parts.carriers.on_request = on_request
    return day, desk, requests


def calls_of_the_day() -> list[str]:
    day, _, _ = small_day()
    killer = Killer(day)
    day.play("2026-11-23 12:00")
    return killer.calls


CALLS = calls_of_the_day()
QUIET = "practices.due"


def worth_it(number: int) -> bool:
    """Each call of the day, but of the many quiet ticks one of each rule."""
    return CALLS[number - 1] != QUIET or CALLS[max(0, number - 4) : number].count(QUIET) < 3 or number < 20


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("nth", [n for n in range(1, len(CALLS) + 1) if worth_it(n)])
def test_a_worker_that_dies_at_any_call_costs_no_second_message_and_loses_none(nth: int, moment: Moment) -> None:
    day, desk, requests = small_day()
    Killer(day, moment, nth)
    day.play("2026-11-25 00:00")
    assert violations(desk, requests, EXPECTED, day.cloud.world.now) == [], CALLS[nth - 1]
