"""The queues of the stack, with the time at which the next message is visible."""

import math
from datetime import UTC, datetime
from typing import Any

from moto.sqs.models import sqs_backends

from infra.local.clients import ACCOUNT, REGION, client


class Queue:
    """One SQS queue of the stack.

    AWS does not report when a message becomes visible again; on a virtual clock the platform has to
    know, so it reads moto's own list.
    """

    def __init__(self, url: str, arn: str) -> None:
        self.url = url
        self.arn = arn
        self._name = arn.rsplit(":", 1)[-1]

    def next_visible(self) -> datetime | None:
        """The time (UTC) at which the first message can be received, to the millisecond; None if there is none."""
        messages = sqs_backends[ACCOUNT][REGION].get_queue(self._name)._messages
        if not messages:
            return None
        # A message that was neither received nor delayed is visible since 1970.
        milliseconds = min(max(message.visible_at, message.delayed_until) for message in messages)
        return datetime.fromtimestamp(math.ceil(milliseconds - 0.5) / 1000, UTC)

    def receive(self) -> dict[str, Any] | None:
        """Receive one message, or None; a message that was received too often goes to the dead letters."""
        answer = client("sqs").receive_message(
            QueueUrl=self.url, AttributeNames=["All"], MessageAttributeNames=["All"], WaitTimeSeconds=20
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages[0] if messages else None

    def delete(self, receipt_handle: str) -> None:
        """Delete a handled message."""
        client("sqs").delete_message(QueueUrl=self.url, ReceiptHandle=receipt_handle)
