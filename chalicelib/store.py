"""Entries, balances and the ledger in the table. I/O.

Every write of an entry is conditional on the version that was read, so that it moves from what it was decided on,
once. Money moves in the same transaction as the entry that it pays or refunds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from .credits import LedgerItem, Refund, TopUp, Transfer
from .entry import Entry
from .items import (
    Item,
    balance_item_key,
    entry_item,
    entry_item_key,
    entry_of,
    instant_text,
    ledger_item,
    ledger_of,
    mail_item,
    mailbox_key,
    receipt_item_key,
)
from .ledger import balance_write, charge_writes, put_new, transfer_writes
from .move import Move, charge_of, paid_by
from .table import WRITE, CancelledError, Table


class ShortOfCreditsError(Exception):
    """The balance is lower than the block: somebody else was faster."""


class Store:
    def __init__(self, table: Table, new_stamp: Callable[[], str]) -> None:
        self._table, self._new_stamp = table, new_stamp

    def entries(self, practice: str, keys: Sequence[str]) -> dict[str, Entry]:
        """The entries of these keys that exist, by key; one call for 100."""
        items = self._table.get_many([entry_item_key(practice, key) for key in keys])
        return {entry.key: entry for entry in map(entry_of, items)}

    def open_entries(self, practice: str, group: str, since: datetime | None = None) -> Iterator[Entry]:
        """The practice's entries in a group (`prepared`, `held`, `underway`, `unreached`), by Beginn.

        The group `ended` (delivered, unconfirmed, cancelled, expired) is by last move; `since` leaves out the older.
        """
        condition, values = "open_pk = :group", {":group": f"{practice}#{group}"}
        if since is not None:
            condition, values = f"{condition} AND open_sk >= :since", {**values, ":since": instant_text(since)}
        return map(entry_of, self._table.query(condition, values, index="open"))

    def commit(self, moves: Sequence[Move]) -> list[Move]:
        """Write the moves with their refunds, in transactions; returns those done.

        A move whose entry has changed since it was read is left out; the others of its transaction are done.
        """
        done: list[Move] = []
        for chunk in _chunks(moves):
            done += self._commit_chunk(chunk)
        return done

    def reserve(self, mandant: str, moves: Sequence[Move], at: datetime) -> list[Move]:
        """Charge a block of up to 98 entries of one Mandant and write them, in one transaction; returns those done.

        Each `after` carries its credits; what another covers costs nothing. Raises ShortOfCreditsError where the
        balance does not pay the block.
        """
        stamp = self._new_stamp()
        while charge := charge_of(mandant, moves, at):
            paid = [paid_by(charge, move, stamp) for move in moves]
            writes = [_put(move) for move in paid] + charge_writes(paid[0].after.practice, charge)
            try:
                self._table.transact(writes)
            except CancelledError as cancelled:
                if _was_ours(cancelled, stamp):
                    return paid
                if cancelled.reasons[-1].code == "ConditionalCheckFailed":
                    raise ShortOfCreditsError from None
                moves = _without_changed(moves, cancelled)
            else:
                return paid
        return []

    def balances(self, practice: str, mandanten: Iterable[str]) -> dict[str, int]:
        """Credits by Mandant; 0 where nothing was ever topped up."""
        wanted = sorted(set(mandanten))
        items = self._table.get_many([balance_item_key(practice, mandant) for mandant in wanted])
        found = {item["mandant"]: item["balance"] for item in items}
        return {mandant: found.get(mandant, 0) for mandant in wanted}

    def top_up(self, practice: str, top_up: TopUp) -> bool:
        """Add credits; False where this reference was topped up before, and nothing was added."""
        try:
            self._table.transact([put_new(ledger_item(practice, top_up)), balance_write(practice, top_up)])
        except CancelledError as cancelled:
            if cancelled.reasons[0].code != "ConditionalCheckFailed":
                raise
            return False
        return True

    def transfer(self, practice: str, leaves: Transfer) -> bool:
        """Move credits from one Mandant to another, in one transaction; `leaves` is the (negative) side of who gives.

        False where either has a transfer of this reference already, and nothing was moved. Raises
        ShortOfCreditsError where the balance does not pay it.
        """
        try:
            self._table.transact(transfer_writes(practice, leaves))
        except CancelledError as cancelled:
            there = [reason.code == "ConditionalCheckFailed" for reason in cancelled.reasons]
            if any(there[:2]):
                return False
            if there[2]:
                raise ShortOfCreditsError from None
            raise
        return True

    def ledger(self, practice: str, mandant: str) -> list[LedgerItem]:
        """All top-ups, charges, refunds and transfers of a Mandant, by time."""
        key = f"{practice}#mandant#{mandant}"
        items = self._table.query("pk = :mandant", {":mandant": key})
        return sorted((ledger_of(item) for item in items if item["sk"] != "balance"), key=lambda item: item.at)

    def _commit_chunk(self, moves: Sequence[Move]) -> list[Move]:
        stamp = self._new_stamp()
        while moves:
            stamped = [replace(move, after=replace(move.after, stamp=stamp)) for move in moves]
            writes = [write for move in stamped for write in _writes(move)]
            try:
                self._table.transact(writes + _balance_writes(stamped))
            except CancelledError as cancelled:
                if _was_ours(cancelled, stamp):
                    return stamped
                moves = _without_changed(moves, cancelled)
            else:
                return stamped
        return []


def _writes(move: Move) -> list[Item]:
    practice, entry = move.after.practice, move.after
    writes = [_put(move)]
    if move.refund:
        writes.append(put_new(ledger_item(practice, move.refund)))
    if move.owns_receipt:
        writes.append(_own_receipt(move.owns_receipt, entry))
    writes += [{"Delete": {"Key": {"pk": mailbox_key(practice), "sk": sk}}} for sk in move.mail_receipts]
    if move.leaves:
        writes.append({"Put": {"Item": mail_item(move.leaves, receipt_ttl(move.leaves.at))}})
    return writes


def _put(move: Move) -> Item:
    item = entry_item(move.after)
    if move.before is None:
        return put_new(item)
    version = {":version": move.before.version}
    return {
        "Put": {
            "Item": item,
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": version,
        }
    }


def _own_receipt(message_id: str, entry: Entry) -> Item:
    """Nobody else may have the provider's id; the receipt itself may have come already."""
    return {
        "Update": {
            "Key": receipt_item_key(message_id),
            "UpdateExpression": "SET entry_key = :entry, #ttl = if_not_exists(#ttl, :ttl)",
            "ConditionExpression": "attribute_not_exists(entry_key) OR entry_key = :entry",
            "ExpressionAttributeNames": {"#ttl": "ttl"},
            "ExpressionAttributeValues": {":entry": entry.key, ":ttl": receipt_ttl(entry.moved_at)},
        }
    }


def receipt_ttl(at: datetime) -> int:
    """Receipts go after 30 days (epoch seconds): four times the seven in which they may still matter."""
    return int(at.timestamp()) + 30 * 86_400


def _balance_writes(moves: Sequence[Move]) -> list[Item]:
    """One update for each Mandant: a transaction may touch an item once."""
    refunds: dict[str, list[Refund]] = {}
    for move in moves:
        if move.refund:
            refunds.setdefault(move.refund.mandant, []).append(move.refund)
    practice = moves[0].after.practice
    return [
        balance_write(practice, replace(items[0], credits=sum(item.credits for item in items)))
        for items in refunds.values()
    ]


def _chunks(moves: Sequence[Move]) -> Iterator[list[Move]]:
    """As many moves as fit a transaction, with their refunds, receipts and balances; one practice each."""
    chunk: list[Move] = []
    size = 0
    for move in moves:
        needs = len(_writes(move)) + (1 if move.refund else 0)
        if chunk and (size + needs > WRITE or move.after.practice != chunk[0].after.practice):
            yield chunk
            chunk, size = [], 0
        chunk.append(move)
        size += needs
    if chunk:
        yield chunk


def _was_ours(cancelled: CancelledError, stamp: str) -> bool:
    """The items carry our stamp: this very transaction succeeded before, and its answer was lost."""
    return any(reason.item is not None and reason.item.get("stamp") == stamp for reason in cancelled.reasons)


def _without_changed(moves: Sequence[Move], cancelled: CancelledError) -> list[Move]:
    """The moves whose own items have not changed; raises the cancellation where that was not the cause."""
    if {reason.code for reason in cancelled.reasons} - {"None", "ConditionalCheckFailed"}:
        raise cancelled
    left, position = [], 0
    for move in moves:
        size = len(_writes(move))
        codes = {reason.code for reason in cancelled.reasons[position : position + size]}
        position += size
        if codes == {"None"}:
            left.append(move)
    if len(left) == len(moves):
        raise cancelled
    return left
