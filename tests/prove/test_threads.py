"""Workers and people that act at the same instant, in threads, on the local cloud: no message twice, no credit lost.

Each write takes some milliseconds, in which another one to the same item meets it: DynamoDB cancels that one.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from chalicelib.admin.queue_actions import cancel_entries
from chalicelib.aws.queues import message_of, outbox_of
from chalicelib.aws.run_store import LeaseHeldError
from chalicelib.aws.table import CancelledError
from chalicelib.entries.credits import TopUp, Transfer, balance_of
from chalicelib.entries.manual_decision import ManualNote, UnresolvableError
from chalicelib.entries.states import State
from chalicelib.jobs.deliver import deliver
from chalicelib.jobs.run_job import run_job
from chalicelib.jobs.status_tick import status_tick
from chalicelib.jobs.tick import job_tick
from chalicelib.schedule.job import RunMessage, Tick
from chalicelib.wiring import wiring
from infra.local.clients import client
from infra.local.rehearsal import Rehearsal
from tests.flow.build import PRACTICE, TOMORROW_9, Database, at, opened

PATIENTS, CREDITS, THREADS = 25, 100, 12
LAMBDA_TRIES = 5  # a message is received as often, and a command is repeated, if its transactions met others


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """Do all of them in threads. A conflict or a held lease is tried again, as by Lambda or by a person."""
    with ThreadPoolExecutor(THREADS) as threads:
        return [done.result(timeout=60) for done in [threads.submit(_insist, act) for act in acts]]


def _insist(act: Callable[[], object]) -> object:
    for _ in range(LAMBDA_TRIES - 1):
        with suppress(CancelledError, LeaseHeldError):
            return act()
    with suppress(LeaseHeldError):
        return act()
    return None


def received(name: str) -> list[str]:
    """The bodies of all messages of a queue, each once."""
    queue, found = os.environ[f"VITOSMS_{name}_QUEUE_URL"], list[str]()
    while messages := client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(message["Body"])
            client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return found


def a_send_tick(day: Rehearsal) -> None:
    """Three runs of the same send slot, and two operators who cancel the same entries."""
    parts = wiring()
    day.cloud.clock.move_to(at("10:05"))
    job_tick(Tick.SEND, at("10:05"), parts.queues, parts.jobs)
    (run,) = map(message_of, received("RUNS"))
    assert isinstance(run, RunMessage)
    keys = [entry.key for entry in day.entries() if entry.state is State.PREPARED][:5]

    def cancel(by: str) -> None:
        with suppress(UnresolvableError):
            cancel_entries(PRACTICE, keys, ManualNote("x", by), "de", parts.clock(), parts)

    runs = [partial(run_job, run, owner, parts) for owner in ("a", "b", "c")]
    at_once([*runs, partial(cancel, "user/anna"), partial(cancel, "user/ben")])


def the_deliveries() -> None:
    """Each message of the outbox is delivered three times, at once."""
    messages = [outbox_of(body) for body in received("OUTBOX")]
    assert messages
    at_once([partial(deliver, one, 1, wiring().delivery_ports()) for one in messages * 3])


def a_status_tick(day: Rehearsal) -> None:
    """Two ticks, and their runs twice, while people top up and transfer by one reference."""
    parts = wiring()
    day.cloud.clock.move_to(at("10:10"))
    now, store = parts.clock(), parts.store
    top_up, moved = TopUp("M1", "R-1", 50, now), Transfer("M1", "M2", "R-2", -7, now)

    money = [partial(store.top_up, PRACTICE, top_up)] * 3 + [partial(store.transfer, PRACTICE, moved)] * 3
    done = at_once([*[partial(status_tick, at("10:10"), parts)] * 2, *money])
    assert Counter(done[2:]) == {True: 2, False: 4}
    runs = [run for body in received("RUNS") if isinstance(run := message_of(body), RunMessage)]
    at_once([partial(run_job, run, f"run {n}", parts) for n, run in enumerate(runs * 2)])


@pytest.mark.parametrize("seconds", [0.002, 0.02])
def test_whoever_acts_at_the_same_time_no_message_is_sent_twice_and_no_credit_lost(
    tmp_path: Path, seconds: float
) -> None:
    database = Database(tmp_path / "p.db")
    for _ in range(PATIENTS):
        database.patient(TOMORROW_9)
    with opened(database, until=at("12:00", 24), topups={"M1": CREDITS}) as day:
        day.cloud.play(at("10:05"))
        day.cloud.weather.write_takes = seconds
        a_send_tick(day)
        the_deliveries()
        a_status_tick(day)
        day.cloud.weather.write_takes = 0.0
        met = day.cloud.gateway.rough.met
        day.cloud.play(at("12:00", 24))
        states = Counter(entry.state for entry in day.entries())
        requests = Counter(message.to for message in day.cloud.networks.messages)
        store = wiring().store
        ledger, balances = store.ledger(PRACTICE, "M1"), store.balances(PRACTICE, ["M1", "M2"])
        paid = sum(entry.credits for entry in day.entries())
    assert met > 0
    assert set(states) <= {State.DELIVERED, State.CANCELLED}
    assert states.total() == PATIENTS
    assert max(requests.values()) == 1
    assert len(requests) == states[State.DELIVERED] == paid
    assert balances == {"M1": CREDITS + 50 - 7 - paid, "M2": 7}
    assert balance_of(ledger) == balances["M1"]
