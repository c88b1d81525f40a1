"""A separate process that delivers a number of SMS in memory through a provider that takes 200 ms, by wall clock.

    python -m tests.bench.delivery_process vitosms 500
    python -m tests.bench.delivery_process huey 500

vitosms: as many concurrent invocations of deliver as in a deployment, ten requests each; the account's sending rate is
not applied. huey: a consumer with as many threads and its broker in memory; each task reads, sends and stores one
message. Prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from typing import Any

from chalicelib.aws.queues import OutboxMessage
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.jobs.deliver import PARALLEL, deliver
from chalicelib.messages.recipient import Channel
from chalicelib.settings import DELIVER_CONCURRENCY
from tests.builders.entries import NOW, PRACTICE, entry
from tests.fakes.wiring import FakeWiring
from tests.fakes.world import World

PROVIDER_SECONDS = 0.2
WORKERS = DELIVER_CONCURRENCY * PARALLEL


def main(how: str, messages: int) -> None:
    parts = _parts(messages)
    deliveries: dict[str, Callable[[FakeWiring], float]] = {"vitosms": by_deliver, "huey": by_huey}
    seconds = deliveries[how](parts)
    states = {entry.state for entry in parts.data.entries[PRACTICE].values()}
    assert states == {State.SENT}, states
    assert len(parts.networks.messages) == messages
    print(json.dumps({"seconds": seconds, "ideal": ideal(messages)}))


def ideal(messages: int) -> float:
    """Return the seconds that the provider alone takes with the same parallelism."""
    return -(-messages // WORKERS) * PROVIDER_SECONDS


def by_deliver(parts: FakeWiring) -> float:
    """Each outbox message is an invocation; returns seconds."""
    keys = list(parts.data.entries[PRACTICE])
    outbox = [OutboxMessage(PRACTICE, tuple(keys[start : start + PARALLEL])) for start in range(0, len(keys), PARALLEL)]
    start = time.monotonic()
    with ThreadPoolExecutor(DELIVER_CONCURRENCY) as lambdas:
        for done in lambdas.map(lambda message: deliver(message, 1, parts.delivery_ports()), outbox):
            assert done.retry_in is None
    return time.monotonic() - start


def by_huey(parts: FakeWiring) -> float:
    """One task a message, all queued before the consumer starts; returns seconds until the last is stored."""
    from huey import MemoryHuey
    from huey.consumer import Consumer

    huey, keys = MemoryHuey(results=False), list(parts.data.entries[PRACTICE])
    left, all_done = count(len(keys) - 1, -1), threading.Event()
    provider = parts.delivery_ports().providers[Channel.SMS]

    @huey.task()  # type: ignore[untyped-decorator]
    def send(key: str) -> None:
        found = parts.store.entries(PRACTICE, [key])[key]
        outcome: Any = provider.send(found)
        parts.data.put(replace(found, state=State.SENT, message_id=outcome.message_id))
        if next(left) == 0:
            all_done.set()

    for key in keys:
        send(key)
    consumer = Consumer(huey, workers=WORKERS, periodic=False, check_worker_health=False)
    start = time.monotonic()
    consumer.start()
    assert all_done.wait(600)
    seconds = time.monotonic() - start
    consumer.stop(graceful=True)
    return seconds


def _parts(messages: int) -> FakeWiring:
    """A cloud in memory with this number of reserved entries; the provider sleeps outside the lock of the fakes."""
    world = World(NOW)
    world.fault = lambda moment, call: _take_time() if (moment, call) == ("before", "sms.send") else None
    parts = FakeWiring(world, {})
    for number in range(messages):
        parts.data.put(_reserved(number))
    return parts


def _take_time() -> None:
    time.sleep(PROVIDER_SECONDS)


def _reserved(number: int) -> Entry:
    return entry(State.RESERVED, identity=f"reminder:T{number}", recipient=f"+4179{number:07}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
