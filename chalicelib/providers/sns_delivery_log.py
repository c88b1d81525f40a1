"""The delivery logs that SNS writes to CloudWatch Logs, read in bulk. I/O."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.entries.receipt import SmsReceipt
from chalicelib.providers.log_events import log_events
from chalicelib.providers.receipt_events import parse_sms_receipt


class DeliveryLog:
    """One log group: of the delivered SMS, or of the failed ones."""

    def __init__(self, client: Any, group: str) -> None:
        self._client, self.group = client, group

    def since(self, start: datetime) -> Iterator[SmsReceipt]:
        """Yield every receipt logged since an instant; SNS creates the group with its first line."""
        events = log_events(self._client, logGroupName=self.group, startTime=int(start.timestamp() * 1000))
        return (receipt for event in events if (receipt := parse_sms_receipt(event["message"])) is not None)
