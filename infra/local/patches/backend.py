"""Correct and speed up moto, as narrowly as possible, while the local cloud is open.

- Every answer looks up the methods of its service. Here each is looked up once.
- A template in JSON is parsed as YAML, which takes many times as long.
- For each message sent or received, SQS counts all messages of the queue, up to twelve times.
- Under a clock that stands still, a long poll never ends, and a message that becomes visible now is
  seen only later.

`requests` has those of any request, `attributes`, `conditions` and `dynamodb` those of DynamoDB, `client` those of
botocore.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

import moto.backend_index
import moto.core.responses
from moto.cloudformation.models import Stack
from moto.core.utils import method_names_from_class
from moto.sqs.models import Message, Queue, SQSBackend

from infra.local.patches import attributes, client, conditions, dynamodb, requests

SERVICES = {
    "cloudformation",
    "cloudwatch",
    "cognitoidp",
    "dynamodb",
    "logs",
    "ses",
    "sesv2",
    "sns",
    "sqs",
    "ssm",
    "sts",
}


@contextmanager
def applied() -> Iterator[None]:
    """Apply all of them until the block ends. Enter before moto starts."""
    patterns = [(name, url) for name, url in moto.backend_index.backend_url_patterns if name in SERVICES]
    with ExitStack() as stack:
        stack.enter_context(client.applied())
        stack.enter_context(dynamodb.applied())
        stack.enter_context(conditions.applied())
        stack.enter_context(requests.applied(patterns))
        stack.enter_context(attributes.applied())
        for target, name, replacement in (
            (moto.backend_index, "backend_url_patterns", patterns),
            (moto.core.responses, "method_names_from_class", cache(method_names_from_class)),
            (Stack, "parse_template", staticmethod(_parse(Stack.parse_template))),
            (SQSBackend, "receive_message", _receive(SQSBackend.receive_message)),
            (SQSBackend, "send_message", _send(SQSBackend.send_message)),
            (SQSBackend, "is_message_valid_based_on_retention_period", _is_retained),
            (Message, "visible", property(_is_visible)),
            (Message, "delayed", property(_is_delayed)),
        ):
            stack.enter_context(patch.object(target, name, replacement))
        yield


def _parse(moto_parse: Callable[[str], Any]) -> Callable[[str], Any]:
    def parse_template(template: str) -> Any:
        try:
            return json.loads(template)
        except json.JSONDecodeError:
            return moto_parse(template)

    return parse_template


def _receive(moto_receive: Callable[..., Any]) -> Callable[..., Any]:
    def receive_message(
        backend: SQSBackend, queue_name: str, count: int, wait_seconds_timeout: int, *rest: Any, **options: Any
    ) -> Any:
        return moto_receive(backend, queue_name, count, 0, *rest, **options)

    return receive_message


def _send(moto_send: Callable[..., Message]) -> Callable[..., Message]:
    def send_message(backend: SQSBackend, queue_name: str, *rest: Any, **options: Any) -> Message:
        if backend.get_queue(queue_name).fifo_queue:
            return moto_send(backend, queue_name, *rest, **options)
        with patch.object(Queue, "attributes", {}):  # only read for an attribute of FIFO queues
            return moto_send(backend, queue_name, *rest, **options)

    return send_message


def _is_retained(backend: SQSBackend, queue_name: str, message: Message) -> bool:
    queue: Any = backend.get_queue(queue_name)
    sent: Any = message.sent_timestamp  # milliseconds
    return bool(queue.message_retention_period + sent / 1000 > time.time())


def _is_visible(message: Message) -> bool:
    # Milliseconds in floats: a difference below half of one is the same instant.
    return bool(time.time() * 1000 + 0.5 >= message.visible_at)


def _is_delayed(message: Message) -> bool:
    return bool(time.time() * 1000 + 0.5 < message.delayed_until)
