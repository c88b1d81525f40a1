"""A person redrives dead letters days later: nothing is sent twice, nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from chalicelib.entries.credits import totals_of
from chalicelib.entries.states import State
from tests.fakes.queues import FakeQueue
from tests.fakes.world import Moment
from tests.flow.fake_build import Day, Desk, at

Fault = Callable[[Moment, str], None]
DAYS = (24, 25, 26, 27)  # Tuesday to Friday have appointments; each is prepared and sent the day before


class Letters:
    """Every message that was ever put into a queue, dead or not."""

    def __init__(self, queue: FakeQueue) -> None:
        self.bodies: list[str] = []
        self._queue, self._send = queue, queue.send
        queue.send = self._keep  # type: ignore[method-assign]

    def _keep(self, bodies: Sequence[str]) -> list[str]:
        self.bodies += bodies
        return self._send(bodies)

    def redrive(self) -> None:
        self._send(list(dict.fromkeys(self.bodies)))


def failing(call: str, since: str, until: str, day: Day) -> Fault:
    """Have the call fail in a span of local time, so that messages become dead letters."""

    def fault(moment: Moment, name: str) -> None:
        if (moment, name) == ("before", call) and at(since) <= day.cloud.world.now < at(until):
            raise OSError("no")

    return fault


def week(call: str) -> tuple[Day, Desk, list[Letters]]:
    """`call` always fails on Monday from 10:00 to 17:00; the rest of the week works."""
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    for day_of_month in DAYS:
        for hour in (11, 18):  # before the next prepare run, which catches up on a dead one
            desk.appointment(f"2026-11-{day_of_month} {hour:02}:00")
    letters = [Letters(queue) for queue in (day.parts.queues.runs_queue, day.parts.queues.outbox_queue)]
    day.cloud.world.fault = failing(call, "2026-11-23 10:00", "2026-11-23 17:00", day)
    return day, desk, letters


def check(desk: Desk) -> None:
    """Every patient got one message or is on a list for people; every sent message is paid once."""
    texts = Counter((message.to, message.text) for message in desk.parts.networks.messages)
    assert set(texts.values()) <= {1}
    assert set(desk.entries) == {f"T{n}" for n in range(1, 2 * len(DAYS) + 1)}
    assert {entry.state for entry in desk.entries.values()} <= {State.DELIVERED, State.FAILED, State.EXPIRED}
    totals = totals_of(desk.parts.store.ledger(desk.name, "M1"))
    assert totals.charged - totals.refunded == len(desk.sent())
    assert totals.balance == desk.parts.store.balances(desk.name, ["M1"])["M1"]


CALLS = ["runs.claim", "database.open", "store.reserve", "queues.put_outbox", "stops.entries_and_stop"]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("when", ["2026-11-23 17:30", "2026-11-24 09:50", "2026-11-26 10:06", "2026-12-03 12:00"])
def test_redriving_every_message_of_a_week_sends_nothing_twice_and_loses_nothing(call: str, when: str) -> None:
    day, desk, letters = week(call)

    def redrive() -> None:
        for letter in letters:
            letter.redrive()

    day.cloud.at(at(when), redrive)
    day.play("2026-12-04 12:00")
    check(desk)


def test_messages_did_die_of_it() -> None:
    for call, kind in {"runs.claim": "dead-letter", "stops.entries_and_stop": "delayed"}.items():
        day, desk, _ = week(call)
        day.play("2026-12-04 12:00")
        assert kind in desk.told
        check(desk)
