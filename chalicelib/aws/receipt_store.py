"""Receipts in the table: parked by provider message id or in a practice's mailbox; checkpoints of the logs. I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.aws.batches import batches
from chalicelib.aws.items import (
    Item,
    accepted_key,
    checkpoint_item_key,
    email_event_item,
    email_events_key,
    receipt_item_key,
    receipt_ttl,
)
from chalicelib.aws.table import WRITE, Table
from chalicelib.entries.receipt import EmailEvent, SmsReceipt, says_opted_out
from chalicelib.practice.opt_out import Source
from chalicelib.schedule.time_zone import instant_of, instant_text

_ABOUT = timedelta(minutes=5)  # deliver stores answers within its 60 s; clocks may differ


@dataclass(frozen=True)
class ParkedReceipt:
    """A parked receipt, without personal data."""

    delivered: bool
    reason: str
    priced: bool

    @property
    def opted_out(self) -> bool:
        return not self.delivered and says_opted_out(self.reason)


@dataclass(frozen=True)
class ParkedEmailEvent:
    """A parked SES event in the practice's mailbox; `sort_key` is deleted when it is applied."""

    sort_key: str
    entry: str
    attempt: int
    delivered: bool
    reason: str
    opts_out: Source | None = None
    counts_from: datetime | None = None  # of a soft bounce (UTC)
    recipient: str = ""


class ReceiptStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def park_sms(self, receipts: Iterable[SmsReceipt]) -> None:
        """Park receipts by message id, whether or not we know that id yet; parking one again changes nothing."""
        by_id = {receipt.message_id: receipt for receipt in receipts}
        self._write([_sms_write(receipt) for receipt in by_id.values()])

    def park_email(self, receipts: Iterable[EmailEvent]) -> None:
        by_key = {(r.practice, r.sort_key): r for r in receipts}
        self._write([{"Put": {"Item": email_event_item(receipt)}} for receipt in by_key.values()])

    def parked(self, message_ids: Sequence[str]) -> dict[str, ParkedReceipt]:
        """The receipts of these messages, by id; one call for 100."""
        items = self._table.get_many([receipt_item_key(message_id) for message_id in dict.fromkeys(message_ids)])
        return {
            item["pk"].removeprefix("#receipt#"): ParkedReceipt(item["delivered"], item["reason"], item["priced"])
            for item in items
            if "delivered" in item
        }

    def owned(self, receipts: Sequence[SmsReceipt]) -> set[str]:
        """The ids of receipts that belong to an entry: a provider returned the id for it, or it was matched."""
        ids = {receipt.message_id for receipt in receipts}
        items = self._table.get_many([receipt_item_key(message_id) for message_id in sorted(ids)])
        found = {item["pk"].removeprefix("#receipt#") for item in items if "entry_key" in item}
        return found.union(*(ids.intersection(item["ids"]) for item in self._accepted(receipts)))

    def practices_of(self, receipts: Sequence[SmsReceipt]) -> set[str]:
        """The practices to whose messages a provider gave these ids."""
        ids = {receipt.message_id for receipt in receipts}
        items = self._accepted(receipts)
        return {item["practice"] for item in items if "practice" in item and not ids.isdisjoint(item["ids"])}

    def _accepted(self, receipts: Sequence[SmsReceipt]) -> Iterator[Item]:
        """Yield what deliver stored near the times of these messages."""
        taken = [receipt.at for receipt in receipts]
        if not taken:
            return
        first, last = min(taken) - _ABOUT, max(taken) + _ABOUT
        condition, span = "pk = :day AND sk BETWEEN :first AND :last", (instant_text(first), instant_text(last))
        for day in range((last.date() - first.date()).days + 1):
            values = {":day": accepted_key(first + timedelta(days=day)), ":first": span[0], ":last": span[1]}
            yield from self._table.query(condition, values)

    def pending_email_events(self, practice: str) -> list[ParkedEmailEvent]:
        items = self._table.query("pk = :mailbox", {":mailbox": email_events_key(practice)})
        return [_mail_outcome(item) for item in items]

    def drop_email_events(self, practice: str, sort_keys: Sequence[str]) -> None:
        """Delete events that no longer settle anything."""
        self._write([{"Delete": {"Key": {"pk": email_events_key(practice), "sk": key}}} for key in sort_keys])

    def checkpoint(self, log_group: str) -> datetime | None:
        """The instant (UTC) up to which a delivery log was read; None before the first time."""
        item = self._table.get(checkpoint_item_key(log_group))
        return instant_of(item["read_to"]) if item else None

    def set_checkpoint(self, log_group: str, read_to: datetime) -> None:
        item = {**checkpoint_item_key(log_group), "read_to": instant_text(read_to)}
        self._table.write({"Put": {"Item": item}})

    def _write(self, writes: Sequence[Item]) -> None:
        for batch in batches(writes, WRITE):
            self._table.transact(batch)


def _sms_write(receipt: SmsReceipt) -> Item:
    return {
        "Update": {
            "Key": receipt_item_key(receipt.message_id),
            "UpdateExpression": "SET delivered = :delivered, reason = :reason, priced = :priced, #ttl = :ttl",
            "ExpressionAttributeNames": {"#ttl": "ttl"},
            "ExpressionAttributeValues": {
                ":delivered": receipt.delivered,
                ":reason": receipt.reason[:200],
                ":priced": receipt.priced,
                ":ttl": receipt_ttl(receipt.at),
            },
        }
    }


def _mail_outcome(item: Item) -> ParkedEmailEvent:
    source = Source(item["opts_out"]) if "opts_out" in item else None
    at = instant_of(item["counts_from"]) if "counts_from" in item else None
    return ParkedEmailEvent(
        item["sk"], item["entry_key"], item["attempt"], item["delivered"], item["reason"], source, at,
        item.get("recipient", ""),
    )  # fmt: skip
