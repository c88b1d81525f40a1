"""The queues as the platform needs to see them: when the next message can be had."""

import math
from datetime import UTC, datetime
from typing import Any

from moto.sqs.models import sqs_backends

from infra.local.clients import ACCOUNT, REGION, client


class Queue:
    """One SQS queue of the stack.

    AWS tells nobody when a message becomes visible again; on a virtual clock the platform has to
    know, so it looks into moto's own list.
    """

    def __init__(self, url: str, arn: str) -> None:
        self.url = url
        self.arn = arn
        self._name = arn.rsplit(":", 1)[-1]

    def next_visible(self) -> datetime | None:
        """When the first of the waiting messages can be received, to the millisecond, in UTC."""
        messages = sqs_backends[ACCOUNT][REGION].get_queue(self._name)._messages
        if not messages:
            return None
        # A message that was never received or delayed is visible since 1970.
        milliseconds = min(max(message.visible_at, message.delayed_until) for message in messages)
        return datetime.fromtimestamp(math.ceil(milliseconds - 0.5) / 1000, UTC)

    def receive(self) -> dict[str, Any] | None:
        """One message, or None; one that was received too often goes to the dead letters instead."""
        answer = client("sqs").receive_message(QueueUrl=self.url, AttributeNames=["All"], MessageAttributeNames=["All"])
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages[0] if messages else None

    def delete(self, receipt_handle: str) -> None:
        """Take a handled message off the queue."""
        client("sqs").delete_message(QueueUrl=self.url, ReceiptHandle=receipt_handle)
