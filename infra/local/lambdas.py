"""How Lambda calls a handler: the events and contexts it passes in, and what it does with the output."""

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

TIMEOUT_SECONDS = {"deliver": 60, "run": 300}  # of each function; the ticks have a minute
DEFAULT_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class LambdaContext:
    """What a handler gets as its second argument. No time passes while a handler runs."""

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
        """Where Lambda would keep the output."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """One stream for all invocations."""
        return "[$LATEST]local"

    def get_remaining_time_in_millis(self) -> int:
        """The whole timeout, in milliseconds."""
        return self.timeout_seconds * 1000


def scheduled_event(stage: str, rule: str, at: datetime) -> dict[str, Any]:
    """What EventBridge sends when a scheduled rule fires; `at` is UTC."""
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
    """What EventBridge sends when a parameter was saved or deleted; `at` is UTC."""
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
    """What an SQS event source mapping with a batch size of 1 sends for one received message."""
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
    """What handlers print, to stdout, to stderr and through any logger, line by line in `lines`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._stream = _Passage()

    @contextlib.contextmanager
    def captured(self) -> Iterator[None]:
        """Keep everything that is printed until the block ends from reaching the terminal."""
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
    """A stream into `caught`, or to the real stdout while nothing is caught.

    A logger that a handler makes keeps this stream for as long as it lives.
    """

    caught: TextIO | None = None

    def write(self, text: str) -> int:
        return (self.caught or sys.__stdout__ or io.StringIO()).write(text)

    def flush(self) -> None:
        return None


def _stream_handlers() -> list["logging.StreamHandler[Any]"]:
    """The log handlers that write to a terminal: a logger remembers the stdout of the day it was made."""
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
