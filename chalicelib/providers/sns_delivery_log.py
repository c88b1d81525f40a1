"""The delivery logs that SNS writes to CloudWatch Logs, one pair for all stages of an account and region. I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from chalicelib.entries.receipt import SmsReceipt
from chalicelib.providers.log_events import log_events
from chalicelib.providers.receipt_events import sms_receipt_of


class DeliveryLog:
    """One log group: of the delivered SMS, or of the failed ones."""

    def __init__(self, client: Any, group: str) -> None:
        self._client, self.group = client, group

    def since(self, start: datetime) -> Iterator[SmsReceipt]:
        """Yield every receipt logged since an instant; SNS creates the group with its first line."""
        events = log_events(self._client, logGroupName=self.group, startTime=int(start.timestamp() * 1000))
        return (receipt for event in events if (receipt := sms_receipt_of(event)) is not None)


class OtherStages:
    """The other stages of the account and region; `own_group` is the log group of this one's deliver Lambda."""

    def __init__(self, client: Any, own_group: str) -> None:
        self._client, self._own_group = client, own_group

    def sent(self, message_ids: Iterable[str], since: datetime) -> set[str]:
        """Return the ids that a deliver Lambda of another stage has printed since an instant."""
        pages = self._client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws/lambda/vitosms-")
        names = {group["logGroupName"] for page in pages for group in page["logGroups"]} - {self._own_group}
        groups = sorted(name for name in names if name.endswith("-deliver"))
        return {one for one in message_ids for group in groups if self._has_printed(one, group, since)}

    def _has_printed(self, message_id: str, group: str, since: datetime) -> bool:
        selected = {"startTime": int(since.timestamp() * 1000), "filterPattern": f'"{message_id}"'}
        return any(True for _ in log_events(self._client, logGroupName=group, **selected))
