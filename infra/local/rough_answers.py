"""Answers of AWS in rough weather: keys left over, conflicts, lost answers, empty polls, an index that lags."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError

from infra.local.lagging_index import LaggingIndex
from infra.local.networks import sent_message as wire
from infra.local.networks.sent_message import ErrorAnswer
from infra.local.weather import Weather

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
_LAMBDA_WAITS = 20  # seconds, in infra/local/queues.py
Moto = Callable[[], AWSResponse | None]


class RoughAnswers:
    """Stands between a request and moto; without trouble it only notes what the index will lag behind."""

    def __init__(self, weather: Weather, now: Callable[[], datetime]) -> None:
        self._weather, self._index = weather, LaggingIndex(now)
        self.met = 0  # writes that met another to the same item
        self._written: set[str] = set()  # the items that are being written
        self._lock = threading.Lock()

    @contextmanager
    def alone(self, operation: str, request: AWSPreparedRequest) -> Iterator[AWSResponse | None]:
        """Let a write take its time, without the gateway's lock; the answer if it meets another, otherwise None."""
        if not self._weather.write_takes or operation.partition(".")[2] not in WRITES:
            yield None
            return
        values = json.loads(wire.body_bytes(request))
        items = {_place(write) for write in _writes(values)}
        with self._lock:
            meets = not items.isdisjoint(self._written)
            self._written |= set() if meets else items
            self.met += meets
        if meets:
            yield _conflict(request, len(values.get("TransactItems", ())))
            return
        try:
            time.sleep(self._weather.write_takes)
            yield None
        finally:
            with self._lock:
                self._written -= items

    def answer(
        self, operation: str, request: AWSPreparedRequest, values: Mapping[str, Any], moto: Moto
    ) -> AWSResponse | None:
        """Answer one request. Raises ConnectionClosedError for an answer that is lost: the client asks again."""
        weather = self._weather
        match operation.split("."):
            case "dynamodb", "BatchGetItem" if weather.unprocessed:
                return self._some(request, values, moto)
            case "dynamodb", "Query":
                lagging = "IndexName" in values and (lag := weather.next_index_lag())
                with self._index.as_of(lag) if lagging else nullcontext():
                    return moto()
            case "dynamodb", name if name in WRITES:
                return self._write(name, request, values, moto)
            case "sqs", "ReceiveMessage" if self._in_vain(values.get("WaitTimeSeconds", 0)):
                return _document(request, {})
        return moto()

    def _in_vain(self, seconds: int) -> bool:
        """Whether a poll that waits this time finds nothing; Lambda repeats its own, the longest, anyway."""
        weather = self._weather
        return weather.empty_polls if not seconds else seconds < _LAMBDA_WAITS and weather.polls_in_vain()

    def _some(self, request: AWSPreparedRequest, values: Mapping[str, Any], moto: Moto) -> AWSResponse | None:
        ((table, wanted),) = values["RequestItems"].items()
        left = [key for key in wanted["Keys"] if self._weather.happens(self._weather.unprocessed)]
        now = [key for key in wanted["Keys"] if key not in left]
        found: dict[str, Any] = {"Responses": {table: []}}
        if now:
            request.body = json.dumps({**values, "RequestItems": {table: {**wanted, "Keys": now}}}).encode()
            answer = moto()
            assert answer is not None  # noqa: S101 - moto knows the operation
            found = json.loads(answer.text)
        return _document(request, {**found, "UnprocessedKeys": {table: {**wanted, "Keys": left}} if left else {}})

    def _write(
        self, name: str, request: AWSPreparedRequest, values: Mapping[str, Any], moto: Moto
    ) -> AWSResponse | None:
        if self._weather.happens(self._weather.busy):
            return _conflict(request, len(values.get("TransactItems", ())))
        self._index.note(_writes(values))
        answer = moto()
        if self._weather.happens(self._weather.lost_answers):
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer


def _writes(values: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "TransactItems" not in values:
        yield values
    for item in values.get("TransactItems", ()):
        yield from item.values()


def _place(write: Mapping[str, Any]) -> str:
    key = write.get("Key") or write["Item"]
    return json.dumps([key["pk"], key["sk"]])


def _conflict(request: AWSPreparedRequest, writes: int) -> AWSResponse:
    """A write that met another; in a transaction beside one whose condition failed, which decides nothing."""
    if not writes:
        return wire.error_answer("dynamodb", request.url, ErrorAnswer("TransactionConflictException", "ongoing"))
    reasons = ["TransactionConflict", "ConditionalCheckFailed", *["None"] * writes][:writes]
    body = {"__type": "TransactionCanceledException", "message": f"Transaction cancelled {reasons}"}
    return _document(request, {**body, "CancellationReasons": [{"Code": code} for code in reasons]}, status=400)


def _document(request: AWSPreparedRequest, body: Mapping[str, Any], status: int = 200) -> AWSResponse:
    from moto.core.botocore_stubber import MockRawResponse

    headers = {"Content-Type": "application/x-amz-json-1.0"}
    return AWSResponse(request.url, status, headers, MockRawResponse(json.dumps(body)))
