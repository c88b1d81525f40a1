"""What the store writes, as the table takes it: conditional puts, and what goes with them in one transaction. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.aws.items import Item, entry_item, ledger_item_key
from chalicelib.aws.ledger_items import balance_write, block_place, ledger_item, put_new
from chalicelib.aws.receipt_items import accepted_key, mail_item, mailbox_key, receipt_item_key
from chalicelib.entries.charge_batch import Block
from chalicelib.entries.credits import Refund
from chalicelib.entries.entry import Entry
from chalicelib.entries.transition import Move
from chalicelib.schedule.instants import instant_text


def entry_writes(move: Move) -> list[Item]:
    """The entry first, then what is written together with it alone."""
    practice, entry = move.after.practice, move.after
    writes = [put_entry(move)]
    if move.refund:
        writes.append(put_new(ledger_item(practice, move.refund)))
    if move.owns_receipt:
        writes.append(_own_receipt(move.owns_receipt, entry))
    writes += [{"Delete": {"Key": {"pk": mailbox_key(practice), "sk": sk}}} for sk in move.mail_receipts]
    if move.leaves:
        writes.append({"Put": {"Item": mail_item(move.leaves, receipt_ttl(move.leaves.at))}})
    return writes


def how_many(move: Move) -> int:
    """How many `entry_writes` there are."""
    return 1 + bool(move.refund) + bool(move.owns_receipt) + len(move.mail_receipts) + bool(move.leaves)


def put_entry(move: Move) -> Item:
    """On condition of the version that was read, or that there is none."""
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


def accepted_writes(moves: Sequence[Move], stamp: str) -> list[Item]:
    """The ids that a transaction's entries got, in one item: an item for each would be two units more a message."""
    if not (ids := [move.accepted for move in moves if move.accepted]):
        return []
    at = moves[0].after.moved_at
    key = {"pk": accepted_key(at), "sk": f"{instant_text(at)}#{stamp}"}
    return [{"Put": {"Item": {**key, "ids": ids, "ttl": receipt_ttl(at)}}}]


def look_at_block(block: Block, at: datetime | None) -> Item:
    """Move the charge in the index `due` to this instant (UTC); None: out of it."""
    update: Item = {"Key": ledger_item_key(block.practice, block.charge)}
    if at is None:
        return {"Update": {**update, "UpdateExpression": "REMOVE due_pk, due_sk"}}
    values = {f":{name}": value for name, value in block_place(at).items()}
    set_both = "SET due_pk = :due_pk, due_sk = :due_sk"
    return {"Update": {**update, "UpdateExpression": set_both, "ExpressionAttributeValues": values}}


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


def balance_writes(moves: Sequence[Move]) -> list[Item]:
    """One update for each Mandant: a transaction may touch an item once."""
    refunds: dict[str, list[Refund]] = {}
    for move in moves:
        if move.refund:
            refunds.setdefault(move.refund.mandant, []).append(move.refund)
    practice = moves[0].after.practice
    sums = (replace(items[0], credits=sum(item.credits for item in items)) for items in refunds.values())
    return [balance_write(practice, of_one) for of_one in sums]
