"""Events of CloudWatch Logs, read in bulk. I/O."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError


def log_events(client: Any, **arguments: Any) -> Iterator[dict[str, Any]]:
    """The events that these arguments of FilterLogEvents select; none if the log group or stream does not exist."""
    try:
        for page in client.get_paginator("filter_log_events").paginate(**arguments):
            yield from page["events"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
