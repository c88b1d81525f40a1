"""Call a handler as Lambda does: its events and contexts, and the capture of its output."""

import contextlib
import io
import logging
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TextIO

from infra.local.clients import ACCOUNT, REGION
from infra.local.parameter_changes import ParameterChange

TIMEOUT_SECONDS = {"api_handler": 29, "deliver": 60, "run": 300}  # by function; the ticks have a minute
DEFAULT_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class LambdaContext:
    """The second argument of a handler. No time passes while a handler runs."""

    function_name: str
    timeout_seconds: int
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 256
    identity: None = None
    client_context: None = None

    @property
    def invoked_function_arn(self) -> str:
        """The ARN of the function."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """The log group of the output."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """One stream for all invocations."""
        return "[$LATEST]local"

    def get_remaining_time_in_millis(self) -> int:
        """The whole timeout, in milliseconds."""
        return self.timeout_seconds * 1000


def scheduled_event(stage: str, rule: str, at: datetime) -> dict[str, Any]:
    """The event of EventBridge for a scheduled rule; `at` is UTC."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/vitosms-{stage}-{rule}"],
        "detail": {},
    }


def parameter_event(change: ParameterChange, at: datetime) -> dict[str, Any]:
    """The event of EventBridge for a saved or deleted parameter; `at` is UTC."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Parameter Store Change",
        "source": "aws.ssm",
        "account": ACCOUNT,
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{change.name.removeprefix('/')}"],
        "detail": {"name": change.name, "operation": change.operation, "type": change.type},
    }


def queue_event(message: dict[str, Any], queue_arn: str) -> dict[str, Any]:
    """The event of an SQS event source mapping with a batch size of 1 for one message."""
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }
    return {"Records": [record]}


class Output:
    """The output of handlers to stdout, stderr and any logger, in `lines`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._stream = _Passage()

    @contextlib.contextmanager
    def captured(self) -> Iterator[None]:
        """Capture everything that is printed until the block ends; nothing reaches the terminal."""
        self._stream.caught = caught = io.StringIO()
        with contextlib.redirect_stdout(self._stream), contextlib.redirect_stderr(self._stream):
            moved = [(handler, handler.stream) for handler in _stream_handlers()]
            for handler, _ in moved:
                handler.stream = self._stream  # not setStream: it flushes the old one, which may be closed
            try:
                yield
            finally:
                self._stream.caught = None
                for handler, before in moved:
                    handler.stream = before
                self.lines += caught.getvalue().splitlines()


class _Passage(io.TextIOBase):
    """A stream into `caught`, or to the real stdout while nothing is captured.

    A logger that a handler creates keeps this stream for the rest of its life.
    """

    caught: TextIO | None = None

    def write(self, text: str) -> int:
        return (self.caught or sys.__stdout__ or io.StringIO()).write(text)

    def flush(self) -> None:
        return None


def _stream_handlers() -> list["logging.StreamHandler[Any]"]:
    """The log handlers that write to a terminal: a logger keeps the stdout of its creation."""
    loggers = [logging.getLogger(), *logging.getLogger().manager.loggerDict.values()]
    return [
        handler
        for logger in loggers
        if isinstance(logger, logging.Logger)
        for handler in logger.handlers
        if isinstance(handler, logging.StreamHandler)
        and not isinstance(handler, logging.FileHandler)
        and not isinstance(handler.stream, io.StringIO)
    ]
