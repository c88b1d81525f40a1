"""The fakes themselves: they copy their data, faults strike as declared, calls are serialised."""

from __future__ import annotations

import inspect
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.aws.alert_sender import AlertSender
from chalicelib.aws.entry_store import EntryStore, ShortOfCreditsError
from chalicelib.aws.job_store import JobStore
from chalicelib.aws.log_store import LogStore
from chalicelib.aws.parameter_store import ParameterStore
from chalicelib.aws.people_store import PeopleStore
from chalicelib.aws.practice_store import PracticeStore, RaisedAlerts
from chalicelib.aws.queues import QueueError, Queues
from chalicelib.aws.receipt_store import ReceiptStore
from chalicelib.aws.run_store import LeaseHeldError, RunStore
from chalicelib.aws.stop_marks import StopMarks
from chalicelib.aws.user_pool import UserPool
from chalicelib.entries.credits import TopUp, balance_of
from chalicelib.entries.entry import transition, with_reason
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.practice_db.database import PracticeDatabase
from chalicelib.providers.sms_spending import SmsSpending
from chalicelib.providers.sns_delivery_log import DeliveryLog
from chalicelib.schedule.job import Job, RunMessage
from chalicelib.text import Text
from tests.contract.entries import SOON, entry, reserved, written
from tests.contract.sides import NOW, FakeSide
from tests.fakes.alerts import FakeAlertSender
from tests.fakes.delivery_log import FakeDeliveryLog
from tests.fakes.history import FakeLogStore
from tests.fakes.jobs import FakeJobStore, FakeRunStore
from tests.fakes.parameters import FakeParameterStore
from tests.fakes.people import FakePeopleStore, FakeUserPool
from tests.fakes.practice_database import FakePracticeDatabase
from tests.fakes.practices import FakePracticeStore
from tests.fakes.queues import FakeQueues
from tests.fakes.raised_alerts import FakeRaisedAlerts
from tests.fakes.receipts import FakeReceiptStore
from tests.fakes.spending import FakeSmsSpending
from tests.fakes.stops import FakeStops
from tests.fakes.store import FakeEntryStore
from tests.fakes.world import AnswerLostError, Moment

PAIRS: list[tuple[type, type]] = [
    (FakeEntryStore, EntryStore), (FakePracticeStore, PracticeStore), (FakeStops, StopMarks),
    (FakeJobStore, JobStore), (FakeRunStore, RunStore), (FakeRaisedAlerts, RaisedAlerts),
    (FakeReceiptStore, ReceiptStore), (FakeQueues, Queues),
    (FakeParameterStore, ParameterStore), (FakeLogStore, LogStore), (FakeAlertSender, AlertSender),
    (FakeDeliveryLog, DeliveryLog), (FakeSmsSpending, SmsSpending),
    (FakePracticeDatabase, PracticeDatabase), (FakePeopleStore, PeopleStore), (FakeUserPool, UserPool),
]  # fmt: skip
PRACTICE = "praxis"
WORKERS = 8


class CrashError(Exception):
    """A worker that dies."""


def public_methods(kind: type) -> set[str]:
    return {name for name, value in vars(kind).items() if inspect.isfunction(value) and not name.startswith("_")}


@pytest.mark.parametrize(("fake", "real"), PAIRS, ids=lambda kind: kind.__name__)
def test_every_public_method_of_the_real_part_is_overridden(fake: type, real: type) -> None:
    public = public_methods(real)
    assert public
    assert public <= vars(fake).keys()
    assert issubclass(fake, real)
    for name in public:
        assert inspect.signature(getattr(fake, name)) == inspect.signature(getattr(real, name))


@pytest.mark.parametrize("real", [real for _, real in PAIRS], ids=lambda kind: kind.__name__)
def test_every_public_method_is_named_in_a_contract(real: type) -> None:
    contracts = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert not {name for name in public_methods(real) if not re.search(rf"[.\"]{name}[(\"]", contracts)}


def crash(moment: Moment, call: str) -> Callable[[Moment, str], None]:
    def fault(at: Moment, called: str) -> None:
        if (at, called) == (moment, call):
            raise CrashError

    return fault


@pytest.mark.parametrize(("moment", "happened"), [("before", False), ("after", True)])
def test_a_fault_strikes_before_the_effect_or_after_it(moment: Moment, happened: bool) -> None:
    side = FakeSide()
    (made,) = written(side, entry(PRACTICE))
    side.world.fault = crash(moment, "store.commit")
    with pytest.raises(CrashError):
        side.parts.store.commit([Transition(made, with_reason(made, Text("new")))])
    side.world.fault = lambda moment, call: None
    assert (side.parts.store.entries(PRACTICE, [made.key])[made.key].reason == Text("new")) is happened
    assert side.world.calls == ["store.commit", "store.commit", "store.entries"]


def test_a_commit_of_many_can_die_between_its_transactions() -> None:
    side = FakeSide()
    side.world.fault = lambda moment, call: crash(moment, call)(moment, call) if len(side.world.calls) == 2 else None
    with pytest.raises(CrashError):
        written(side, *(entry(PRACTICE, n) for n in range(250)))
    assert len(side.parts.data.entries[PRACTICE]) == 100


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_connection_that_stays_broken_is_tried_four_times(moment: Moment) -> None:
    side = FakeSide()

    def broken(at: Moment, call: str) -> None:
        if at == moment:
            raise AnswerLostError

    side.world.fault = broken
    with pytest.raises(AnswerLostError):
        side.parts.store.top_up(PRACTICE, TopUp("M1", "r", 5, NOW))
    assert side.world.calls == ["store.top_up"] * 4
    assert side.parts.data.balances == ({(PRACTICE, "M1"): 5} if moment == "after" else {})


def test_a_request_to_a_carrier_is_never_repeated() -> None:
    side = FakeSide()
    side.lose_answer()
    sending = entry(PRACTICE, 1, State.SENDING, recipient="+41790000001", text="Grüezi")
    outcome = side.parts.delivery_ports().providers[next(iter(side.parts.delivery_ports().providers))].send(sending)
    assert (type(outcome).__name__, len(side.parts.networks.messages)) == ("Unknown", 1)


def test_a_batch_that_sqs_takes_in_part_is_sent_once_more() -> None:
    side = FakeSide()
    queue = side.parts.queues.outbox_queue
    queue.refuses = 2
    side.parts.queues.put_outbox(PRACTICE, [f"{n:032}" for n in range(50)])
    assert (len(queue.messages), side.world.calls) == (5, ["queues.put_outbox"] * 2)
    queue.refuses = 9
    with pytest.raises(QueueError):
        side.parts.queues.put_outbox(PRACTICE, [f"{n:032}" for n in range(50)])


def at_once(act: Callable[[int], None]) -> None:
    """Let all workers start together."""
    barrier = threading.Barrier(WORKERS)

    def started(worker: int) -> None:
        barrier.wait()
        act(worker)

    with ThreadPoolExecutor(WORKERS) as threads:
        list(threads.map(started, range(WORKERS)))


def test_workers_that_reserve_at_once_neither_charge_twice_nor_overdraw() -> None:
    side = FakeSide()
    store = side.parts.store
    store.top_up(PRACTICE, TopUp("M1", "r", 30, NOW))
    made = written(side, *(entry(PRACTICE, n) for n in range(40)))
    done: list[Transition] = []

    def reserve(worker: int) -> None:
        for start in range(0, 40, 4):
            block = [reserved(entry) for entry in made[start : start + 4]]
            try:
                done.extend(store.reserve("M1", block[worker % 3 :], SOON))
            except ShortOfCreditsError:
                continue

    at_once(reserve)
    keys = [paid.after.key for paid in done]
    assert len(keys) == len(set(keys)) > 20
    assert store.balances(PRACTICE, ["M1"]) == {"M1": 30 - len(keys)}
    assert balance_of(store.ledger(PRACTICE, "M1")) == 30 - len(keys)


def test_workers_that_claim_at_once_share_the_entries_and_one_has_the_run() -> None:
    side = FakeSide()
    made = written(side, *(entry(PRACTICE, n, State.RESERVED, send_before=SOON) for n in range(120)))
    claimed: list[str] = []
    runs: list[bool] = []
    run = RunMessage(PRACTICE, Job.SEND, NOW, NOW)

    def claim(worker: int) -> None:
        transitions = [Transition(entry, transition(entry, State.SENDING, SOON)) for entry in made[worker * 10 :]]
        claimed.extend(moved.after.key for moved in side.parts.store.commit(transitions))
        try:
            runs.append(side.parts.runs.claim(run, str(worker), NOW + timedelta(seconds=worker)))
        except LeaseHeldError:
            return

    at_once(claim)
    assert sorted(claimed) == sorted(entry.key for entry in made)
    assert runs == [True]
