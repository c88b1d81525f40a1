"""The audit log: actions on the desk, and the patients that were looked at; a stream for each practice. I/O."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.aws.log_store import put_lines
from chalicelib.schedule.time_zone import instant_text

OPERATORS = "_operators"  # the stream of what no practice is concerned by


class AuditLog:
    """The desk writes it and cannot read it."""

    def __init__(self, client: Any, group: str) -> None:
        self._client, self._group = client, group

    def write(self, practice: str, at: datetime, line: Mapping[str, Any]) -> None:
        """Write one line at an instant (UTC); patients are named by the keys of their entries."""
        put_lines(self._client, self._group, practice or OPERATORS, [{"at": instant_text(at), **line}], at)
