"""Receipts in memory: parked by message id, or in a practice's mailbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from chalicelib.aws.batches import batches
from chalicelib.aws.receipt_store import ParkedEmailEvent, ParkedReceipt, ReceiptStore
from chalicelib.aws.table import READ, WRITE
from chalicelib.entries.receipt import EmailEvent, SmsReceipt
from tests.fakes.world import LONGEST_REASON, Data, World, distinct


class FakeReceiptStore(ReceiptStore):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data

    def park_sms(self, receipts: Iterable[SmsReceipt]) -> None:
        by_id = {receipt.message_id: receipt for receipt in receipts}
        for chunk in batches(by_id.values(), WRITE):
            self._world.call("receipts.park_sms", partial(self._park_sms, chunk))

    def park_email(self, receipts: Iterable[EmailEvent]) -> None:
        by_key = {(r.practice, r.sort_key): r for r in receipts}
        for chunk in batches(by_key.values(), WRITE):
            self._world.call("receipts.park_mail", partial(self._park_mail, chunk))

    def parked(self, message_ids: Sequence[str]) -> dict[str, ParkedReceipt]:
        found: dict[str, ParkedReceipt] = {}
        for chunk in batches(dict.fromkeys(message_ids), READ):
            found |= self._world.call("receipts.outcomes", partial(self._outcomes, chunk))
        return found

    def owned(self, receipts: Sequence[SmsReceipt]) -> set[str]:
        found: set[str] = set()
        for chunk in batches(sorted({receipt.message_id for receipt in receipts}), READ):
            found |= self._world.call("receipts.owned", partial(self._owned, chunk))
        return found

    def practices_of(self, receipts: Sequence[SmsReceipt]) -> set[str]:
        ids, accepted = {receipt.message_id for receipt in receipts}, self._data.accepted
        return self._world.call("receipts.practices_of", lambda: {accepted[one] for one in ids & accepted.keys()})

    def pending_email_events(self, practice: str) -> list[ParkedEmailEvent]:
        events = self._world.call("receipts.mailbox", lambda: dict(self._data.mailboxes.get(practice, {})))
        return [events[sort_key] for sort_key in sorted(events)]

    def drop_email_events(self, practice: str, sort_keys: Sequence[str]) -> None:
        for chunk in batches(sort_keys, WRITE):
            distinct("TransactWriteItems", chunk)
            self._world.call("receipts.drop_mail", partial(self._drop, practice, chunk))

    def checkpoint(self, log_group: str) -> datetime | None:
        return self._world.call("receipts.checkpoint", lambda: self._data.checkpoints.get(log_group))

    def set_checkpoint(self, log_group: str, read_to: datetime) -> None:
        checkpoint = {log_group: read_to}
        self._world.call("receipts.set_checkpoint", lambda: self._data.checkpoints.update(checkpoint))

    def _park_sms(self, receipts: Sequence[SmsReceipt]) -> None:
        for receipt in receipts:
            outcome = ParkedReceipt(receipt.delivered, receipt.reason[:LONGEST_REASON], receipt.priced)
            self._data.receipts[receipt.message_id] = outcome

    def _park_mail(self, receipts: Sequence[EmailEvent]) -> None:
        for receipt in receipts:
            self._data.leave(receipt)

    def _outcomes(self, message_ids: Sequence[str]) -> dict[str, ParkedReceipt]:
        parked = self._data.receipts
        return {message_id: parked[message_id] for message_id in message_ids if message_id in parked}

    def _owned(self, message_ids: Sequence[str]) -> set[str]:
        return set(message_ids) & (self._data.owners.keys() | self._data.accepted.keys())

    def _drop(self, practice: str, sort_keys: Sequence[str]) -> None:
        for sort_key in sort_keys:
            self._data.mailboxes.get(practice, {}).pop(sort_key, None)
