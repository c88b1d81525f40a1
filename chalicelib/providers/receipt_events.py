"""Parse receipts from SNS delivery logs and SES events. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.entries.receipt import EmailEvent, SmsReceipt
from chalicelib.practice.opt_out import Source

# Feedback types that no annoyed reader sends («Feedback-Type», RFC 5965 and 6591)
_NO_COMPLAINTS = frozenset({"not-spam", "auth-failure"})


_NOT_OURS = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)  # of another format


def parse_sms_receipt(line: str) -> SmsReceipt | None:
    """Parse a line of a delivery log; None if it is something else."""
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


def parse_email_event(body: str) -> EmailEvent | None:
    """Parse an SES event, bare or in an SNS envelope; None if it settles no message of ours."""
    try:
        event = json.loads(body)
        if "Message" in event and "eventType" not in event:
            event = json.loads(event["Message"])
        outcome = _mail_outcome(event)
        if outcome is None:
            return None
        mail = event["mail"]
        return EmailEvent(
            practice=mail["tags"]["practice"][0],
            entry=mail["tags"]["entry"][0],
            attempt=int(mail["tags"]["attempt"][0]),
            message_id=mail["messageId"],
            at=_time(mail["timestamp"]),
            delivered=outcome[0],
            reason=outcome[1],
            opts_out=outcome[2],
        )
    except _NOT_OURS:
        return None


def _mail_outcome(event: Mapping[str, Any]) -> tuple[bool, str, Source | None] | None:
    """Return (delivered, reason, opts out). A transient bounce is final too: SES sends it after giving up."""
    match event.get("eventType"):
        case "Delivery":
            return True, "Delivery", None
        case "Bounce":
            bounce = event.get("bounce", {})
            hard = Source.BOUNCE if bounce.get("bounceType") == "Permanent" else None
            return False, f"Bounce {bounce.get('bounceType', '')} {bounce.get('bounceSubType', '')}".strip(), hard
        case "Complaint":
            return _complaint(event.get("complaint", {}))
        case "Reject":
            return False, "Reject", None
        case "Rendering Failure":
            return False, "Rendering Failure", None
    return None


def _complaint(complaint: Mapping[str, Any]) -> tuple[bool, str, Source | None] | None:
    """A complaint proves delivery, unless SES suppressed the e-mail because of an earlier one."""
    kind = complaint.get("complaintFeedbackType")
    if kind in _NO_COMPLAINTS:
        return None
    held_back = complaint.get("complaintSubType") == "OnAccountSuppressionList"
    return not held_back, f"Complaint {kind or ''}".strip(), Source.COMPLAINT


def _time(text: str) -> datetime:
    """SNS writes `2016-06-28 00:40:34.558`, SES `2016-10-14T05:02:16.645Z`; both are UTC."""
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
