"""The delivery logs that SNS writes to CloudWatch Logs, one pair for all stages of an account and region. I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    """The other stages of the account that send SMS from the same region, as far as they run there or in ours.

    `own_group` is the log group of this one's deliver Lambda; `elsewhere` are clients of the other region, if any.
    """

    def __init__(self, client: Any, own_group: str, elsewhere: Sequence[Any] = ()) -> None:
        self._client, self._own_group, self._elsewhere = client, own_group, elsewhere

    def sent(self, message_ids: Iterable[str], since: datetime) -> set[str]:
        """Return the ids that a deliver Lambda of another stage has printed since an instant."""
        groups = [(self._client, group) for group in _deliver_groups(self._client) if group != self._own_group]
        groups += [(client, group) for client in self._elsewhere for group in _deliver_groups(client)]
        return {one for one in message_ids for client, group in groups if _has_printed(client, group, one, since)}


def _deliver_groups(client: Any) -> list[str]:
    pages = client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws/lambda/vitosms-")
    return sorted(
        g["logGroupName"] for page in pages for g in page["logGroups"] if g["logGroupName"].endswith("-deliver")
    )


def _has_printed(client: Any, group: str, message_id: str, since: datetime) -> bool:
    selected = {"startTime": int(since.timestamp() * 1000), "filterPattern": f'"{message_id}"'}
    return any(True for _ in log_events(client, logGroupName=group, **selected))
