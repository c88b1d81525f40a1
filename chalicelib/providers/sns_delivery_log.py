"""The delivery logs that SNS writes to CloudWatch Logs, read in bulk. I/O."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.entries.receipt import SmsReceipt
from chalicelib.providers.receipt_events import sms_receipt


class DeliveryLog:
    """One log group: of the delivered SMS, or of the failed ones."""

    def __init__(self, client: Any, group: str) -> None:
        self._client, self.group = client, group

    def since(self, start: datetime) -> Iterator[SmsReceipt]:
        """Yield every receipt logged since an instant, over all pages."""
        arguments: dict[str, Any] = {"logGroupName": self.group, "startTime": int(start.timestamp() * 1000)}
        while True:
            try:
                page = self._client.filter_log_events(**arguments)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceNotFoundException":
                    raise
                return  # SNS creates the group with its first line
            for event in page.get("events", []):
                receipt = sms_receipt(event["message"])
                if receipt is not None:
                    yield receipt
            if not page.get("nextToken"):
                return
            arguments["nextToken"] = page["nextToken"]
