"""The SQS queues: runs, outbox and the receipts of SES. I/O. They carry references, never personal data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.aws.batches import batches
from chalicelib.aws.queue_messages import CheckMessage, OutboxMessage, check_body, outbox_body, run_body
from chalicelib.schedule.run import RunMessage

BATCH = 10  # messages a SendMessageBatch or ReceiveMessage; entries an outbox message
_RECEIVES = 200  # most batches of receipts a tick reads: 2,000 events; the rest waits for the next tick


class QueueError(Exception):
    """SQS took only a part of a batch."""


class Queues:
    def __init__(self, client: Any, *, runs: str, outbox: str, receipts: str) -> None:
        self._client, self._runs, self._outbox, self._receipts = client, runs, outbox, receipts

    def put_runs(self, runs: Sequence[RunMessage]) -> None:
        self._put(self._runs, [run_body(run) for run in runs])

    def put_checks(self, practices: Sequence[str]) -> None:
        """Have the parameters of these practices checked."""
        self._put(self._runs, [check_body(CheckMessage(practice)) for practice in practices])

    def put_outbox(self, practice: str, keys: Sequence[str]) -> None:
        """One message for each ten entries."""
        self._put(self._outbox, [outbox_body(OutboxMessage(practice, tuple(ten))) for ten in batches(keys, BATCH)])

    def put_off(self, receipt_handle: str, seconds: int) -> None:
        """Let an outbox message come back after these seconds instead of its visibility timeout."""
        self._client.change_message_visibility(
            QueueUrl=self._outbox, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )

    def receipts(self) -> Iterator[list[str]]:
        """Batches of SES events; each batch is deleted when the next one is taken, after its effects."""
        for _ in range(_RECEIVES):
            answer = self._client.receive_message(QueueUrl=self._receipts, MaxNumberOfMessages=BATCH)
            messages = answer.get("Messages", [])
            if not messages:
                return
            yield [message["Body"] for message in messages]
            handles = [{"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]} for i, message in enumerate(messages)]
            self._client.delete_message_batch(QueueUrl=self._receipts, Entries=handles)

    def _put(self, queue: str, bodies: Sequence[str]) -> None:
        for batch in batches(bodies, BATCH):
            entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(batch)]
            answer = self._client.send_message_batch(QueueUrl=queue, Entries=entries)
            failed = {failure["Id"] for failure in answer.get("Failed", [])}
            again = [entry for entry in entries if entry["Id"] in failed]
            if again and self._client.send_message_batch(QueueUrl=queue, Entries=again).get("Failed"):
                raise QueueError(f"SQS refused {len(again)} of {len(entries)} messages twice")
