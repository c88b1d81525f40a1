"""The audit log: actions on the desk, and the patients that were looked at; a stream for each practice. I/O."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.schedule.time_zone import instant_text

OPERATORS = "_operators"  # the stream of what no practice is concerned by


class AuditLog:
    """The desk writes it and cannot read it."""

    def __init__(self, client: Any, group: str) -> None:
        self._client, self._group = client, group

    def write(self, practice: str, at: datetime, line: dict[str, Any]) -> None:
        """Write one line at an instant (UTC); patients are named by the keys of their entries."""
        event = {"timestamp": int(at.timestamp() * 1000), "message": _as_json({"at": instant_text(at), **line})}
        stream = practice or OPERATORS
        arguments = {"logGroupName": self._group, "logStreamName": stream, "logEvents": [event]}
        try:
            self._client.put_log_events(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            with suppress(self._client.exceptions.ResourceAlreadyExistsException):  # another request has created it
                self._client.create_log_stream(logGroupName=self._group, logStreamName=stream)
            self._client.put_log_events(**arguments)


_as_json = json.JSONEncoder(ensure_ascii=False).encode
