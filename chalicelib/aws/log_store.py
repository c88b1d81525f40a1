"""Job history and activity log in CloudWatch Logs, one stream per practice. I/O."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.log_lines import activity_line, alert_line, run_line
from chalicelib.planning.alerts import Alert
from chalicelib.planning.run_report import Activity, LeftOut, RunReport
from chalicelib.practice.reader import Reader
from chalicelib.providers.log_events import log_events
from chalicelib.schedule.time_zone import instant_of, instant_text

_EVENTS = 10_000  # «PutLogEvents»: events a call,
_BYTES = 1_000_000  # and bytes a call (1,048,576), 26 of them overhead an event
_OVERHEAD = 26
_as_json = json.JSONEncoder(ensure_ascii=False).encode
_TERMS = 25  # keys in a filter pattern, which has 1,024 characters at most


class LogStore:
    def __init__(self, client: Any, *, jobs_group: str, activity_group: str, deliver_group: str) -> None:
        self._client, self._jobs, self._activity = client, jobs_group, activity_group
        self._deliver = deliver_group

    def write_run(self, report: RunReport, at: datetime, reader: Reader) -> None:
        """Write one line of the job history."""
        put_lines(self._client, self._jobs, report.practice, [run_line(report, reader)], at)

    def write_activity(
        self,
        practice: str,
        activities: Sequence[Activity | LeftOut],
        alerts: Sequence[Alert],
        at: datetime,
        reader: Reader,
    ) -> None:
        """Write transitions, skipped candidates, and alerts, in as few calls as possible."""
        lines = [activity_line(activity, reader) for activity in activities]
        lines += [alert_line(alert, at, reader) for alert in alerts]
        put_lines(self._client, self._activity, practice, lines, at)

    def runs(self, practice: str, since: datetime | None = None) -> list[dict[str, Any]]:
        """The lines of the job history since an instant (None: all), by time."""
        return self._read(self._jobs, practice, since)

    def activities(self, practice: str, since: datetime | None = None) -> list[dict[str, Any]]:
        """The lines of the activity log since an instant (None: all), by time."""
        return self._read(self._activity, practice, since)

    def of_entries(self, practice: str, keys: Collection[str], since: datetime) -> list[dict[str, Any]]:
        """The lines about these entries since an instant, by time: of the activity log and of deliver."""
        if not keys:
            return []
        selected = {"startTime": int(since.timestamp() * 1000), "filterPattern": _any_of(keys)}
        activity = log_events(self._client, logGroupName=self._activity, logStreamNames=[practice], **selected)
        delivered = log_events(self._client, logGroupName=self._deliver, **selected)
        found = map(_line, (*activity, *delivered))
        lines = [line for line in found if line.get("key") in keys]  # not every log supports patterns
        return sorted(lines, key=lambda line: instant_of(line["at"]))

    def _read(self, group: str, stream: str, since: datetime | None) -> list[dict[str, Any]]:
        selected = {"startTime": int(since.timestamp() * 1000)} if since else {}
        events = log_events(self._client, logGroupName=group, logStreamNames=[stream], **selected)
        return [json.loads(event["message"]) for event in sorted(events, key=lambda event: int(event["timestamp"]))]


def put_lines(client: Any, group: str, stream: str, lines: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """Write lines at an instant (UTC), in as few calls as possible; a stream that is missing is created."""
    milliseconds = int(at.timestamp() * 1000)
    events = [{"timestamp": milliseconds, "message": _as_json(line)} for line in lines]
    for batch in _batches(events):
        _put_batch(client, group, stream, batch)


def _put_batch(client: Any, group: str, stream: str, batch: list[dict[str, Any]]) -> None:
    arguments = {"logGroupName": group, "logStreamName": stream, "logEvents": batch}
    try:
        client.put_log_events(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        with suppress(client.exceptions.ResourceAlreadyExistsException):  # another run or request has created it
            client.create_log_stream(logGroupName=group, logStreamName=stream)
        client.put_log_events(**arguments)


def _line(event: Mapping[str, Any]) -> dict[str, Any]:
    """A line, with the time of writing if it has none; empty for other output, such as Lambda's START."""
    try:
        line = json.loads(event["message"])
    except ValueError:
        return {}
    at = instant_text(datetime.fromtimestamp(event["timestamp"] / 1000, UTC))
    return {"at": at, **line} if isinstance(line, dict) else {}


def _any_of(keys: Collection[str]) -> str:
    """A filter pattern for the lines of these keys; empty, which selects all lines, if there are too many keys."""
    terms = [f'"{key}"' for key in sorted(keys)]
    if len(terms) > _TERMS:
        return ""
    return terms[0] if len(terms) == 1 else " ".join(f"?{term}" for term in terms)


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
