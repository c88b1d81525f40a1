"""The SQS queues: runs, outbox and the receipts of SES. I/O. They carry references, never personal data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.aws.batches import batches
from chalicelib.schedule.job import Job, RunMessage
from chalicelib.schedule.time_zone import instant_of, instant_text

BATCH = 10  # messages per SendMessageBatch or ReceiveMessage; entries per outbox message
_RECEIVES = 200  # batches of receipts read per tick, 2,000 events; the rest waits for the next tick
_EMPTY = 2  # answers without a message, one after the other: a single one does not mean that the queue is empty


@dataclass(frozen=True)
class CheckMessage:
    """A request to check a practice's parameters; in the runs queue every night."""

    practice: str


@dataclass(frozen=True)
class OutboxMessage:
    """References to up to ten entries of one practice."""

    practice: str
    keys: tuple[str, ...]


def run_body(run: RunMessage) -> str:
    times = {"slot": instant_text(run.slot), "tick": instant_text(run.tick)}
    return json.dumps({"practice": run.practice, "job": run.job, **times})


def run_of(body: str) -> RunMessage:
    """Parse a run message. Raises ValueError, KeyError or TypeError."""
    values = json.loads(body)
    return RunMessage(values["practice"], Job(values["job"]), instant_of(values["slot"]), instant_of(values["tick"]))


def check_body(check: CheckMessage) -> str:
    return json.dumps({"check": check.practice})


def message_of(body: str) -> RunMessage | CheckMessage:
    """Parse any message of the runs queue. Raises ValueError, KeyError or TypeError."""
    values = json.loads(body)
    return CheckMessage(str(values["check"])) if "check" in values else run_of(body)


def outbox_body(message: OutboxMessage) -> str:
    return json.dumps({"practice": message.practice, "entries": list(message.keys)})


def outbox_of(body: str) -> OutboxMessage:
    """Parse an outbox message. Raises ValueError, KeyError or TypeError."""
    values = json.loads(body)
    return OutboxMessage(values["practice"], tuple(values["entries"]))


class QueueError(Exception):
    """SQS accepted only a part of a batch."""


class Queues:
    def __init__(self, client: Any, *, runs: str, outbox: str, receipts: str) -> None:
        self._client, self._runs, self._outbox, self._receipts = client, runs, outbox, receipts

    def put_runs(self, runs: Sequence[RunMessage]) -> None:
        self._put(self._runs, [run_body(run) for run in runs])

    def put_checks(self, practices: Sequence[str]) -> None:
        """Queue a check of the parameters of these practices."""
        self._put(self._runs, [check_body(CheckMessage(practice)) for practice in practices])

    def put_outbox(self, practice: str, keys: Sequence[str]) -> None:
        """Queue one message per ten entries."""
        self._put(self._outbox, [outbox_body(OutboxMessage(practice, tuple(ten))) for ten in batches(keys, BATCH)])

    def put_off(self, receipt_handle: str, seconds: int) -> None:
        """Have an outbox message come back after these seconds instead of its visibility timeout."""
        self._client.change_message_visibility(
            QueueUrl=self._outbox, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )

    def receipts(self) -> Iterator[list[str]]:
        """Yield batches of SES events; each is deleted when the next one is requested, after its effects."""
        empty = 0
        for _ in range(_RECEIVES):
            messages = self._receive_receipts()
            empty = 0 if messages else empty + 1
            if empty == _EMPTY:
                return
            if messages:
                yield [message["Body"] for message in messages]
                self._delete_receipts([message["ReceiptHandle"] for message in messages])

    def _receive_receipts(self) -> list[dict[str, str]]:
        # a long poll asks all servers of SQS
        answer = self._client.receive_message(QueueUrl=self._receipts, MaxNumberOfMessages=BATCH, WaitTimeSeconds=1)
        messages: list[dict[str, str]] = answer.get("Messages", [])
        return messages

    def _delete_receipts(self, handles: Sequence[str]) -> None:
        entries = [{"Id": str(i), "ReceiptHandle": handle} for i, handle in enumerate(handles)]
        self._client.delete_message_batch(QueueUrl=self._receipts, Entries=entries)

    def _put(self, queue: str, bodies: Sequence[str]) -> None:
        for batch in batches(bodies, BATCH):
            entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(batch)]
            answer = self._client.send_message_batch(QueueUrl=queue, Entries=entries)
            failed = {failure["Id"] for failure in answer.get("Failed", [])}
            again = [entry for entry in entries if entry["Id"] in failed]
            if again and self._client.send_message_batch(QueueUrl=queue, Entries=again).get("Failed"):
                raise QueueError(f"SQS refused {len(again)} of {len(entries)} messages twice")
