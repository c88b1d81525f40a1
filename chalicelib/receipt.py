"""Receipts: what carriers say became of a message. Pure: reads SNS delivery logs and SES events.

Shapes: «Viewing Amazon CloudWatch metrics and logs for SMS deliveries» (Amazon SNS Developer Guide) and «Contents of
event data that Amazon SES publishes to Amazon SNS» (Amazon SES Developer Guide).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_NOT_OURS = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)  # of another shape


@dataclass(frozen=True)
class SmsReceipt:
    """One line of an SNS delivery log; `at` is when SNS took the message (UTC)."""

    message_id: str
    at: datetime
    delivered: bool
    reason: str  # the carrier's words
    priced: bool  # the log shows a price: we paid, the practice pays
    destination: str  # E.164; for matching only, never stored


@dataclass(frozen=True)
class MailReceipt:
    """One SES event that ends something; `practice`, `entry` and `attempt` come from our tags."""

    practice: str
    entry: str  # entry key
    attempt: int  # of the entry: what became of an earlier one settles no later one
    message_id: str
    at: datetime
    delivered: bool
    reason: str

    @property
    def sort_key(self) -> str:
        """Its place in the practice's mailbox: the same event again takes the same one."""
        return f"{self.entry}#{self.attempt}#{'delivered' if self.delivered else 'failed'}"


def sms_receipt(line: str) -> SmsReceipt | None:
    """A delivery log's line; None where it is not one."""
    try:
        log = json.loads(line)
        delivery, notification = log["delivery"], log["notification"]
        return SmsReceipt(
            message_id=notification["messageId"],
            at=_time(notification["timestamp"]),
            delivered=log["status"] == "SUCCESS",
            reason=str(delivery.get("providerResponse") or log["status"]),
            priced=float(delivery.get("priceInUSD") or 0) > 0,
            destination=str(delivery.get("destination") or ""),
        )
    except _NOT_OURS:
        return None


def mail_receipt(body: str) -> MailReceipt | None:
    """An SES event from the receipts queue, bare or in an SNS envelope; None where it settles nothing of ours."""
    try:
        event = json.loads(body)
        if "Message" in event and "eventType" not in event:
            event = json.loads(event["Message"])
        outcome = _mail_outcome(event)
        if outcome is None:
            return None
        mail = event["mail"]
        return MailReceipt(
            practice=mail["tags"]["practice"][0],
            entry=mail["tags"]["entry"][0],
            attempt=int(mail["tags"]["attempt"][0]),
            message_id=mail["messageId"],
            at=_time(mail["timestamp"]),
            delivered=outcome[0],
            reason=outcome[1],
        )
    except _NOT_OURS:
        return None


def _mail_outcome(event: Mapping[str, Any]) -> tuple[bool, str] | None:
    """(delivered, reason). A transient bounce is final too: SES has given up by the time it sends one."""
    match event.get("eventType"):
        case "Delivery":
            return True, "Delivery"
        case "Bounce":
            bounce = event.get("bounce", {})
            return False, f"Bounce {bounce.get('bounceType', '')} {bounce.get('bounceSubType', '')}".strip()
        case "Reject":
            return False, "Reject"
        case "Rendering Failure":
            return False, "Rendering Failure"
    return None


def _time(text: str) -> datetime:
    """SNS writes `2016-06-28 00:40:34.558`, SES `2016-10-14T05:02:16.645Z`; both are UTC."""
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
