"""The two protocols in CloudWatch Logs: Auftragsverlauf and Aktivitäten/Fehler, one stream per practice. I/O."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from .items import instant_text
from .outcome import Outcome
from .report import Activity, Alert, RunReport

_EVENTS = 10_000  # «PutLogEvents»: events a call,
_BYTES = 1_000_000  # and bytes a call (1,048,576), 26 of them overhead an event
_OVERHEAD = 26
_as_json = json.JSONEncoder(ensure_ascii=False).encode


class History:
    def __init__(self, client: Any, *, jobs_group: str, activity_group: str) -> None:
        self._client, self._jobs, self._activity = client, jobs_group, activity_group

    def write_run(self, report: RunReport, at: datetime) -> None:
        """One line of the Auftragsverlauf."""
        line = {
            "job": report.job,
            "slot": instant_text(report.slot),
            "start": instant_text(report.start),
            "seconds": report.seconds,
            "outcome": report.outcome,
            "counts": dict(report.counts),
            "skipped": dict(report.skipped),
            "reasons": list(report.reasons),
        }
        self._put(self._jobs, report.practice, [line], at)

    def write_activity(
        self, practice: str, activities: Sequence[Activity], alerts: Sequence[Alert], at: datetime
    ) -> None:
        """The moves of entries and the alerts, in as few calls as they fit."""
        lines: list[dict[str, Any]] = [activity_line(activity) for activity in activities]
        lines += [{"at": instant_text(at), "alert": alert.kind, "text": alert.text} for alert in alerts]
        self._put(self._activity, practice, lines, at)

    def runs(self, practice: str, since: datetime | None = None) -> list[dict[str, Any]]:
        """The lines of the Auftragsverlauf from an instant (None: ever) on, by time."""
        return self._read(self._jobs, practice, since)

    def activities(self, practice: str, since: datetime | None = None) -> list[dict[str, Any]]:
        """The lines of Aktivitäten/Fehler from an instant (None: ever) on, by time."""
        return self._read(self._activity, practice, since)

    def _read(self, group: str, stream: str, since: datetime | None) -> list[dict[str, Any]]:
        arguments: dict[str, Any] = {"logGroupName": group, "logStreamNames": [stream]}
        arguments |= {"startTime": int(since.timestamp() * 1000)} if since else {}
        lines: list[tuple[int, dict[str, Any]]] = []
        while True:
            try:
                page = self._client.filter_log_events(**arguments)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceNotFoundException":
                    raise
                return []  # no line was ever written
            lines += [(event["timestamp"], json.loads(event["message"])) for event in page["events"]]
            if not page.get("nextToken"):
                return [line for _, line in sorted(lines, key=lambda one: one[0])]
            arguments["nextToken"] = page["nextToken"]

    def _put(self, group: str, stream: str, lines: Sequence[dict[str, Any]], at: datetime) -> None:
        stamp = int(at.timestamp() * 1000)
        events = [{"timestamp": stamp, "message": _as_json(line)} for line in lines]
        for batch in _batches(events):
            self._put_batch(group, stream, batch)

    def _put_batch(self, group: str, stream: str, batch: list[dict[str, Any]]) -> None:
        arguments = {"logGroupName": group, "logStreamName": stream, "logEvents": batch}
        try:
            self._client.put_log_events(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            with suppress(self._client.exceptions.ResourceAlreadyExistsException):  # another run was faster
                self._client.create_log_stream(logGroupName=group, logStreamName=stream)
            self._client.put_log_events(**arguments)


def activity_line(activity: Activity) -> dict[str, Any]:
    """A move as the protocol has it; None is left out."""
    line = {
        "at": instant_text(activity.at),
        "entry": activity.identity,
        "key": activity.key,
        "from": activity.source,
        "to": activity.target,
        "reason": activity.reason,
        "by": activity.by,
    }
    return {name: value for name, value in line.items() if value is not None}


def delivered_lines(
    activities: Sequence[Activity], outcomes: Sequence[tuple[str, Outcome]]
) -> Iterator[dict[str, str]]:
    """What deliver prints to its own log group: keys and states, nothing that names a patient."""
    words = {key: type(outcome).__name__ for key, outcome in outcomes}
    for activity in activities:
        source = activity.source or ""
        yield {
            "key": activity.key,
            "from": source,
            "to": activity.target,
            "outcome": words.get(activity.key, ""),
        }


def _batches(events: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for event in events:
        needs = len(event["message"].encode()) + _OVERHEAD
        if batch and (len(batch) == _EVENTS or size + needs > _BYTES):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += needs
    if batch:
        yield batch
