"""Parse receipts from SNS delivery logs and SES events. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.entries.deadlines import BOUNCE_WAITS
from chalicelib.entries.receipt import EmailEvent, SmsReceipt, recipient_mark
from chalicelib.practice.opt_out import Source

# Feedback types that no annoyed reader sends («Feedback-Type», RFC 5965 and 6591)
_NO_COMPLAINTS = frozenset({"not-spam", "auth-failure"})
# Bounces that are temporary by their subtype; the status decides Transient General, as which SES reports an
# out-of-office reply too (it has no status), and Undetermined.
_TEMPORARY = frozenset({"MailboxFull", "MessageTooLarge", "ContentRejected", "AttachmentRejected"})
# A status code (RFC 3463), and the text in which a server gives it after the reply code: `smtp; 550 5.1.1 unknown`
_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\.?\w)")
_DIAGNOSTIC = re.compile(rf"\s*(?:[\w-]+\s*;\s*)?(?:([245]\d\d)(?![\w.])[ -]?)?(?:{_STATUS.pattern})?")
_VAGUE = re.compile(r"[245]\.0\.\d+")
_NO_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})  # RFC 3463 and 7505

_Outcome = tuple[bool, str, Source | None, bool]  # delivered, reason, opts out; whether a delivery overrides it
_NOT_OURS = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)  # of another format


def sms_receipt_of(event: Mapping[str, Any]) -> SmsReceipt | None:
    """Read an event of FilterLogEvents, whose times are milliseconds since 1970; None as of `parse_sms_receipt`."""
    if (receipt := parse_sms_receipt(event["message"])) is None:
        return None
    logged, taken_in = (datetime.fromtimestamp(event[name] / 1000, UTC) for name in ("timestamp", "ingestionTime"))
    return replace(receipt, taken_in_at=taken_in, delay=taken_in - logged)


def parse_sms_receipt(line: str) -> SmsReceipt | None:
    """Parse a line of a delivery log; None if it is something else, or its status decides nothing."""
    try:
        log = json.loads(line)
        delivery, notification = log["delivery"], log["notification"]
        if log["status"] not in ("SUCCESS", "FAILURE"):
            return None
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


def parse_email_event(body: str, read_at: datetime) -> EmailEvent | None:
    """Parse an SES event (table in docs/flow.md), bare or in an SNS envelope; None if it settles no message of ours."""
    try:
        event = json.loads(body)
        if "Message" in event and "eventType" not in event:
            event = json.loads(event["Message"])
        if (outcome := _mail_outcome(event)) is None:
            return None
        delivered, reason, opts_out, soft = outcome
        mail, tags = event["mail"], event["mail"]["tags"]
        sent_at, name = _time(mail["timestamp"]), (tags["practice"][0], tags["entry"][0], int(tags["attempt"][0]))
        bounced_at = min(_time(event["bounce"].get("timestamp") or mail["timestamp"]), read_at) if soft else None
        counts_from = bounced_at + BOUNCE_WAITS if bounced_at else None
        mark = recipient_mark(name[1], str((mail.get("destination") or [""])[0]))
        return EmailEvent(*name, sent_at, delivered, reason, opts_out, counts_from, mark)
    except _NOT_OURS:
        return None


def _mail_outcome(event: Mapping[str, Any]) -> _Outcome | None:
    kind = str(event.get("eventType"))
    if kind == "Bounce":
        return _bounce(event["bounce"])
    if kind == "Complaint":
        return _complaint(event.get("complaint", {}))
    return (kind == "Delivery", kind, None, False) if kind in ("Delivery", "Reject", "Rendering Failure") else None


def _bounce(bounce: Mapping[str, Any]) -> _Outcome:
    """SES sends it after its last attempt, or when the other server reports it after accepting the e-mail."""
    kind, subtype, status = bounce.get("bounceType", ""), bounce.get("bounceSubType", ""), ""
    if kind == "Permanent":
        return False, f"Bounce {kind} {subtype}".strip(), Source.BOUNCE, False
    if subtype not in _TEMPORARY:
        status = _status((bounce.get("bouncedRecipients") or [{}])[0])
    reason = " ".join(filter(None, ("Bounce", kind, subtype, status)))
    return False, reason, Source.BOUNCE if status in _NO_MAILBOX else None, not status.startswith("5")


def _status(recipient: Mapping[str, Any]) -> str:
    """The status field of a DSN (RFC 3464), or what its diagnostic code begins with: the more precise of the two."""
    field = _STATUS.match(str(recipient.get("status") or ""))
    diagnostic = _DIAGNOSTIC.match(str(recipient.get("diagnosticCode") or ""))
    reply, status = diagnostic.groups() if diagnostic else (None, None)
    found = [code for code in (field and field[1], status, reply) if code]
    return next((code for code in found if "." in code and not _VAGUE.fullmatch(code)), found[0] if found else "")


def _complaint(complaint: Mapping[str, Any]) -> _Outcome | None:
    """A complaint proves delivery, unless SES suppressed the e-mail because of an earlier one."""
    kind = complaint.get("complaintFeedbackType")
    sent = complaint.get("complaintSubType") != "OnAccountSuppressionList"
    outcome = (sent, f"Complaint {kind or ''}".strip(), Source.COMPLAINT, False)
    return None if kind in _NO_COMPLAINTS else outcome


def _time(text: str) -> datetime:
    """SNS writes `2016-06-28 00:40:34.558`, SES `2016-10-14T05:02:16.645Z`; both are UTC."""
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
