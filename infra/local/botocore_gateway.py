"""Intercept every request of every boto3 client in this process, one at a time."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import BotocoreStubber

from infra.local import limits, parameters
from infra.local.call_counter import CallCounter
from infra.local.networks import sent_message as wire
from infra.local.networks.networks import Networks
from infra.local.parameter_changes import pattern_of
from infra.local.rough_answers import RoughAnswers

_SERVICE = {"cloudwatch-logs": "logs"}  # service ids of botocore that differ from the names of clients


def _nothing(_: str) -> None:
    return None


class Gateway:
    """Counts requests, refuses those that AWS refuses, passes messages to the networks, and calls moto.

    moto loses updates when threads call it at once, so requests are serialised.

    `before` and `after` are called with the operation ("dynamodb.PutItem") of each request; an exception
    that they raise reaches the caller, before or after AWS has acted. A BaseException simulates a Lambda
    that dies there; an Exception is handled by botocore, which may try again.
    """

    def __init__(self, calls: CallCounter, networks: Networks, rough: RoughAnswers) -> None:
        self.before: Callable[[str], None] = _nothing
        self.after: Callable[[str], None] = _nothing
        self._calls = calls
        self._networks = networks
        self.rough = rough
        self._lock = threading.RLock()

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Put the gateway in front of moto until the block ends."""
        gateway, moto = self, BotocoreStubber.__call__

        def through(stubber: BotocoreStubber, event_name: str, request: AWSPreparedRequest, **_: Any) -> Any:
            return gateway.handle(event_name, request, lambda: moto(stubber, event_name, request))

        with patch.object(BotocoreStubber, "__call__", through):
            yield

    def handle(
        self, event_name: str, request: AWSPreparedRequest, moto: Callable[[], AWSResponse | None]
    ) -> AWSResponse:
        """Answer one request. Raises RuntimeError for one that would leave this machine."""
        _, service_id, action = event_name.split(".")
        service = _SERVICE.get(service_id, service_id)
        operation = f"{service}.{action}"
        with self.rough.alone(operation, request) as met, self._lock:
            self._calls.count(operation)
            self.before(operation)
            answer = met or self._answer(operation, request, moto)
            if answer is None:
                raise RuntimeError(f"{operation} would leave this machine: {request.url}")
            self.after(operation)
            return answer

    def _answer(
        self, operation: str, request: AWSPreparedRequest, moto: Callable[[], AWSResponse | None]
    ) -> AWSResponse | None:
        if operation == "ssm.PutParameter":
            asked = json.loads(wire.body_bytes(request))
            error = parameters.refusal(asked, pattern_of(asked["Name"]))
            return wire.error_answer("ssm", request.url, error) if error else moto()
        if operation in ("sns.Publish", "sesv2.SendEmail"):
            return self._networks.take(operation, request, moto)
        if operation == "cloudwatch.GetMetricStatistics":
            from infra.local.networks.spending import fill_in  # moto's part about metrics is slow to load

            fill_in(self._networks.messages, wire.region_of(request))
        service = operation.partition(".")[0]
        if service not in ("dynamodb", "sqs", "logs"):
            return moto()
        values = json.loads(wire.body_bytes(request) or b"{}")
        error = limits.refusal(operation, values)
        if error:
            return wire.error_answer(service, request.url, error)
        return self.rough.answer(operation, request, values, moto)
