"""SQS in memory: a received message is invisible for a while, returns unless deleted, and is dead after five times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from botocore.exceptions import ClientError

from chalicelib.aws.batches import batches
from chalicelib.aws.queues import (
    BATCH,
    CheckMessage,
    OutboxMessage,
    QueueError,
    Queues,
    check_body,
    outbox_body,
    run_body,
)
from chalicelib.schedule.job import RunMessage
from tests.fakes.world import World

RECEIVES = 5  # of infra/resources.yaml, as are the visibility timeouts of the queues (seconds)
RUNS, OUTBOX, RECEIPTS, DEAD = 1800, 360, 600, 360


@dataclass
class Message:
    """A message; `receives` as in ApproximateReceiveCount, `handle` of the latest receive."""

    body: str
    visible: datetime
    receives: int = 0
    handle: str = ""


class FakeQueue:
    """One queue; `refuses` is the number of entries in the next batches that SQS refuses.

    A message received five times goes to the queue `dead`; without one, messages return for ever.
    """

    def __init__(self, world: World, visibility: int, dead: FakeQueue | None = None) -> None:
        self.messages: list[Message] = []
        self.dead = dead
        self.refuses = 0
        self._world, self._visibility = world, timedelta(seconds=visibility)

    def send(self, bodies: Sequence[str]) -> list[str]:
        """Put a batch in; returns the bodies that were refused."""
        refused = list(bodies[: self.refuses])
        self.refuses -= len(refused)
        self.messages += [Message(body, self._world.now) for body in bodies[len(refused) :]]
        return refused

    def receive(self, most: int = 1) -> list[Message]:
        """Receive up to this number of visible messages, oldest first; each gets a new handle."""
        found: list[Message] = []
        if not self.messages:
            return found
        if most > 1 and self._world.weather.polls_in_vain():
            return found
        for message in [one for one in self.messages if one.visible <= self._world.now]:
            if self.dead and message.receives >= RECEIVES:
                self.messages.remove(message)
                self.dead.send([message.body])
            elif len(found) < most:
                message.receives += 1
                message.handle = self._world.new_id()
                message.visible = self._world.now + self._visibility
                found.append(message)
        return found

    def delete(self, handle: str) -> None:
        """Delete a message, unless it has returned and been received again since."""
        self.messages = [message for message in self.messages if message.handle != handle]

    def put_off(self, handle: str, seconds: int) -> None:
        message = next((one for one in self.messages if one.handle == handle), None)
        if message is None:
            error = {"Code": "ReceiptHandleIsInvalid", "Message": "The input receipt handle is invalid."}
            raise ClientError({"Error": error}, "ChangeMessageVisibility")
        message.visible = self._world.now + timedelta(seconds=seconds)

    def next_visible(self) -> datetime | None:
        return min((message.visible for message in self.messages), default=None)


class FakeQueues(Queues):
    receipts = Queues.receipts  # the same loop, over the calls below

    def __init__(self, world: World) -> None:
        self._world = world
        self.runs_queue = FakeQueue(world, RUNS, FakeQueue(world, DEAD))
        self.outbox_queue = FakeQueue(world, OUTBOX, FakeQueue(world, DEAD))
        self.receipts_queue = FakeQueue(world, RECEIPTS, FakeQueue(world, DEAD))

    def put_runs(self, runs: Sequence[RunMessage]) -> None:
        self._send("queues.put_runs", self.runs_queue, [run_body(run) for run in runs])

    def put_checks(self, practices: Sequence[str]) -> None:
        self._send("queues.put_checks", self.runs_queue, [check_body(CheckMessage(name)) for name in practices])

    def put_outbox(self, practice: str, keys: Sequence[str]) -> None:
        bodies = [outbox_body(OutboxMessage(practice, tuple(ten))) for ten in batches(keys, BATCH)]
        self._send("queues.put_outbox", self.outbox_queue, bodies)

    def put_off(self, receipt_handle: str, seconds: int) -> None:
        self._world.call("queues.put_off", lambda: self.outbox_queue.put_off(receipt_handle, seconds))

    def _receive_receipts(self) -> list[dict[str, str]]:
        messages = self._world.call("queues.receipts", lambda: self.receipts_queue.receive(BATCH))
        return [{"Body": message.body, "ReceiptHandle": message.handle} for message in messages]

    def _delete_receipts(self, handles: Sequence[str]) -> None:
        def delete() -> None:
            for handle in handles:
                self.receipts_queue.delete(handle)

        self._world.call("queues.delete_receipts", delete)

    def _send(self, call: str, queue: FakeQueue, bodies: Sequence[str]) -> None:
        for batch in batches(bodies, BATCH):
            refused = self._world.call(call, partial(queue.send, batch))
            if refused and self._world.call(call, partial(queue.send, refused)):
                raise QueueError(f"SQS refused {len(refused)} messages twice")
