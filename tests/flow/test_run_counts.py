"""Reads and writes of a run, counted on the fakes; the ten requests of a message are concurrent."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from chalicelib.aws.queues import OutboxMessage
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.jobs.deliver import PARALLEL, DeliveryPorts, deliver
from chalicelib.messages.recipient import Channel
from chalicelib.planning import run_report
from chalicelib.providers.outcome import Accepted
from chalicelib.providers.rate_limit import Pace
from tests.builders.entries import NOW, PRACTICE, entry, minutes
from tests.fakes.wiring import FakeWiring
from tests.fakes.world import World
from tests.flow.fake_build import Day


def test_a_day_asks_a_statement_a_prepare_run_one_a_thousand_entries_and_none_for_status(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A run writes its log lines while it works, each time they fill a call."""
    monkeypatch.setattr(run_report, "LINES_A_CALL", 400)
    day = Day("2026-11-23 09:50")
    desk = day.practice(Schalter__GeburtstagsglueckwuenscheSenden="Nein")
    for _ in range(1001):
        desk.appointment("2026-11-24 09:00")
    day.play("2026-11-23 10:01")
    calls = Counter(day.cloud.world.calls)
    assert calls["history.write_activity"] == 3
    assert len(desk.parts.history.activities(desk.name)) == len(desk.entries) == 1001
    day.play("2026-11-23 12:00")
    calls = Counter(day.cloud.world.calls)
    assert [calls[f"database.{question}"] for question in ("reminders", "birthdays", "recheck")] == [1, 0, 2]
    assert len(desk.sent()) == 1001


def test_the_ten_of_a_message_are_asked_for_in_parallel() -> None:
    together = threading.Barrier(PARALLEL, timeout=300)

    class Carrier:
        """Answers no request until all have arrived."""

        def send(self, entry: Entry) -> Accepted:
            together.wait()
            return Accepted(entry.key)

    parts = FakeWiring(World(NOW), {})
    reserved = [entry(State.RESERVED, identity=f"reminder:T{n}", send_before=NOW + minutes(9)) for n in range(10)]
    for waiting in reserved:
        parts.data.put(waiting)
    paces = {channel: Pace(1e9, lambda seconds: None, lambda: 0.0) for channel in Channel}
    ways = DeliveryPorts(parts.store, parts.stops, parts.jobs, dict.fromkeys(Channel, Carrier()), paces, lambda: NOW)
    done = deliver(OutboxMessage(PRACTICE, tuple(waiting.key for waiting in reserved)), 1, ways)
    assert done.counts() == {"Accepted": 10}
