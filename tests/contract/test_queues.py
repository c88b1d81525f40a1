"""The queues: a received message comes back unless it is deleted, a limited number of times."""

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws import queues
from chalicelib.aws.queues import CheckMessage, OutboxMessage, message_of, outbox_of, run_of
from chalicelib.schedule.job import Job, RunMessage
from tests.contract.sides import NOW, Side, new_practice

FUTURE = 1801  # seconds: longer than any visibility timeout


@pytest.fixture(autouse=True)
def _emptied(side: Side) -> None:
    """Leave nothing of an earlier case: what is received five times goes to the dead letters."""
    for _ in range(7):
        for queue in ("runs", "outbox", "receipts"):
            while side.receive(queue):
                pass
        side.wait(FUTURE)


def outbox(side: Side) -> list[OutboxMessage]:
    return [outbox_of(body) for body, _, _ in side.receive("outbox")]


def test_runs_arrive_whole_more_than_a_batch_of_them(side: Side) -> None:
    runs = [RunMessage(new_practice(), job, NOW, NOW) for job in Job for _ in range(6)]
    side.parts.queues.put_runs(runs)
    side.parts.queues.put_runs([])
    found = [run_of(body) for _ in range(3) for body, _, _ in side.receive("runs")]
    assert sorted(found, key=str) == sorted(runs, key=str)
    assert side.receive("runs") == []


def test_checks_of_practices_are_distinguished_from_runs(side: Side) -> None:
    practices, run = [new_practice() for _ in range(23)], RunMessage(new_practice(), Job.SEND, NOW, NOW)
    side.parts.queues.put_checks(practices)
    side.parts.queues.put_checks([])
    side.parts.queues.put_runs([run])
    found = [message_of(body) for _ in range(3) for body, _, _ in side.receive("runs")]
    assert sorted(found, key=str) == sorted([*map(CheckMessage, practices), run], key=str)


def test_entries_leave_in_tens(side: Side) -> None:
    practice, keys = new_practice(), [f"{n:032}" for n in range(123)]
    side.parts.queues.put_outbox(practice, keys)
    side.parts.queues.put_outbox(practice, [])
    found = [message for _ in range(3) for message in outbox(side)]
    assert [len(message.keys) for message in sorted(found, key=lambda message: message.keys)] == [10] * 12 + [3]
    assert sorted(key for message in found for key in message.keys) == keys


@pytest.mark.parametrize(("queue", "seconds"), [("runs", 1800), ("outbox", 360), ("receipts", 600)])
def test_a_message_is_invisible_for_its_time_and_dies_after_five_receives(side: Side, queue: str, seconds: int) -> None:
    if queue == "runs":
        side.parts.queues.put_runs([RunMessage(new_practice(), Job.SEND, NOW, NOW)])
    elif queue == "outbox":
        side.parts.queues.put_outbox(new_practice(), ["a"])
    else:
        side.put_receipts(["event"])
    handles = set()
    for receives in range(1, 6):
        ((_, handle, count),) = side.receive(queue)
        handles.add(handle)
        assert count == receives
        side.wait(seconds - 1)
        assert side.receive(queue) == []
        side.wait(1)
    assert side.receive(queue) == []
    assert len(handles) == 5


def test_a_message_can_be_put_off(side: Side) -> None:
    side.parts.queues.put_outbox(new_practice(), ["a"])
    ((_, handle, _),) = side.receive("outbox")
    side.parts.queues.put_off(handle, 60)
    side.wait(59)
    assert side.receive("outbox") == []
    side.wait(1)
    ((_, handle, count),) = side.receive("outbox")
    assert count == 2
    side.parts.queues.put_off(handle, 480)  # also beyond its own six minutes
    side.wait(400)
    assert side.receive("outbox") == []
    side.wait(80)
    assert len(side.receive("outbox")) == 1


def test_nobody_can_put_off_what_is_not_there(side: Side) -> None:
    with pytest.raises(ClientError):
        side.parts.queues.put_off("no-such-handle", 60)


def test_receipts_come_in_batches_that_are_deleted_when_the_next_is_asked_for(side: Side) -> None:
    bodies = [f"event {n}" for n in range(25)]
    side.put_receipts(bodies)
    batches = side.parts.queues.receipts()
    first = next(batches)
    second = next(batches)
    side.wait(600)
    rest = list(side.parts.queues.receipts())  # a tick that died with its second batch in hand
    assert [len(first), len(second), sum(map(len, rest))] == [10, 10, 15]
    assert sorted([*first, *(body for batch in rest for body in batch)]) == sorted(bodies)
    side.wait(600)
    assert list(side.parts.queues.receipts()) == []


def test_a_tick_reads_so_many_receipts_and_the_next_one_goes_on(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "_RECEIVES", 3)
    side.put_receipts(["event"] * 41)
    assert [sum(len(batch) for batch in side.parts.queues.receipts()) for _ in range(3)] == [30, 11, 0]
