"""Receipts, e-mail events and checkpoints as items of the table. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.aws.items import Item, Key
from chalicelib.entries.receipt import EmailEvent


def receipt_item_key(message_id: str) -> Key:
    return {"pk": f"#receipt#{message_id}", "sk": "receipt"}


def accepted_key(at: datetime) -> str:
    """Where the message ids lie that came back on a day (UTC)."""
    return f"#accepted#{at.astimezone(UTC):%Y-%m-%d}"


def email_events_key(practice: str) -> str:
    return f"{practice}#mail"


def email_event_item(receipt: EmailEvent, ttl: int) -> Item:
    """The item of an SES event, or of a refusal for good, among the practice's pending e-mail events."""
    item: Item = {"pk": email_events_key(receipt.practice), "sk": receipt.sort_key, "ttl": ttl}
    item |= {"entry_key": receipt.entry, "attempt": receipt.attempt}
    item |= {"delivered": receipt.delivered, "reason": receipt.reason[:200]}
    return item | ({"opts_out": receipt.opts_out.value} if receipt.opts_out else {})


def checkpoint_item_key(log_group: str) -> Key:
    return {"pk": "#deployment", "sk": f"checkpoint#{log_group}"}
