"""Read the logs since a moment: they are not restored with the table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.entry import Entry
from chalicelib.entries.receipt import SmsReceipt
from chalicelib.schedule.time_zone import instant_text

Line = dict[str, Any]
A_RUN_TAKES = timedelta(minutes=5)  # at most; its lines have its start time


@dataclass(frozen=True)
class Logs:
    """The activity lines by practice, those of deliver among them; the lines of SNS of no entry in the table."""

    activities: dict[str, list[Line]]
    sms: list[SmsReceipt]


def logs_since(since: datetime, practices: Sequence[str], deployment: Deployment) -> Logs:
    """All log lines from `since` (UTC) on, and those of runs that began a little before it."""
    parts = deployment.clients
    start = since - A_RUN_TAKES
    activities = {one: parts.history.activities(one, start) for one in practices}
    for line in _delivered(f"/aws/lambda/vitosms-{deployment.stage}-deliver", start):
        activities.setdefault(line["practice"], []).append(line)
    found = {receipt.message_id: receipt for log in parts.delivery_logs for receipt in log.since(since)}
    owned = parts.receipts.owned(list(found.values()))
    sms = [receipt for receipt in found.values() if receipt.message_id not in owned and receipt.at >= since]
    return Logs(activities, sorted(sms, key=lambda receipt: receipt.at))


def _delivered(group: str, since: datetime) -> Iterator[Line]:
    """The transitions that deliver has printed (app.py), as in the activity log."""
    import boto3

    pages = boto3.client("logs").get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=group, startTime=int(since.timestamp() * 1000)):
        for event in page["events"]:
            line = _printed(event["message"])
            if line is not None:
                yield {**line, "at": instant_text(datetime.fromtimestamp(event["timestamp"] / 1000, UTC))}


def _printed(message: str) -> Line | None:
    try:
        line = json.loads(message)
    except ValueError:
        return None
    return line if isinstance(line, dict) and {"practice", "key", "from", "to"} <= line.keys() else None


def to_whom(receipt: SmsReceipt, entries: Sequence[Entry]) -> list[str]:
    """The identities of the entries whose frozen number an SMS went to."""
    return sorted(one.identity or one.key for one in entries if one.recipient == receipt.destination)
