"""The writes of the entry store: conditional puts, and the other items of their transaction. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.aws.items import Item, entry_item, ledger_item_key
from chalicelib.aws.ledger_items import balance_write, batch_place, ledger_item, put_new
from chalicelib.aws.receipt_items import accepted_key, email_event_item, email_events_key, receipt_item_key
from chalicelib.aws.table import WRITE
from chalicelib.entries.charge_batch import ChargeBatch
from chalicelib.entries.credits import Refund
from chalicelib.entries.entry import Entry
from chalicelib.entries.transition import Transition
from chalicelib.schedule.instants import instant_text


def entry_writes(transition: Transition) -> list[Item]:
    """The entry first, then what is written together with it alone."""
    practice, entry = transition.after.practice, transition.after
    writes = [put_entry(transition)]
    if transition.refund:
        writes.append(put_new(ledger_item(practice, transition.refund)))
    if transition.adopted_id:
        writes.append(_own_receipt(transition.adopted_id, entry))
    writes += [{"Delete": {"Key": {"pk": email_events_key(practice), "sk": sk}}} for sk in transition.used_email_events]
    if transition.left_email_event:
        writes.append(
            {
                "Put": {
                    "Item": email_event_item(transition.left_email_event, receipt_ttl(transition.left_email_event.at))
                }
            }
        )
    return writes


def how_many(transition: Transition) -> int:
    """How many `entry_writes` there are."""
    return (
        1
        + bool(transition.refund)
        + bool(transition.adopted_id)
        + len(transition.used_email_events)
        + bool(transition.left_email_event)
    )


def transactions_of(transitions: Sequence[Transition]) -> Iterator[list[Transition]]:
    """As many transitions as fit a transaction, with refunds, receipts, ids and balances; one practice each."""
    chunk: list[Transition] = []
    size = 0
    for transition in transitions:
        needs = how_many(transition) + bool(transition.refund) + bool(transition.accepted_id)
        if chunk and (size + needs > WRITE or transition.after.practice != chunk[0].after.practice):
            yield chunk
            chunk, size = [], 0
        chunk.append(transition)
        size += needs
    if chunk:
        yield chunk


def put_entry(transition: Transition) -> Item:
    """On condition of the version that was read, or that there is no entry."""
    item = entry_item(transition.after)
    if transition.before is None:
        return put_new(item)
    version = {":version": transition.before.version}
    return {"Put": {"Item": item, "ConditionExpression": "version = :version", "ExpressionAttributeValues": version}}


def accepted_writes(transitions: Sequence[Transition], write_id: str) -> list[Item]:
    """The ids that a transaction's entries got, in one item: an item for each would be two units more a message."""
    if not (ids := [transition.accepted_id for transition in transitions if transition.accepted_id]):
        return []
    at = transitions[0].after.changed_at
    key = {"pk": accepted_key(at), "sk": f"{instant_text(at)}#{write_id}"}
    return [{"Put": {"Item": {**key, "ids": ids, "ttl": receipt_ttl(at)}}}]


def batch_check_write(batch: ChargeBatch, at: datetime | None) -> Item:
    """Move the charge in the index `due` to this instant (UTC); None: out of it."""
    update: Item = {"Key": ledger_item_key(batch.practice, batch.charge)}
    if at is None:
        return {"Update": {**update, "UpdateExpression": "REMOVE due_pk, due_sk"}}
    values = {f":{name}": value for name, value in batch_place(at).items()}
    set_both = "SET due_pk = :due_pk, due_sk = :due_sk"
    return {"Update": {**update, "UpdateExpression": set_both, "ExpressionAttributeValues": values}}


def _own_receipt(message_id: str, entry: Entry) -> Item:
    """No other entry may have the provider's id; the receipt itself may have come already."""
    return {
        "Update": {
            "Key": receipt_item_key(message_id),
            "UpdateExpression": "SET entry_key = :entry, #ttl = if_not_exists(#ttl, :ttl)",
            "ConditionExpression": "attribute_not_exists(entry_key) OR entry_key = :entry",
            "ExpressionAttributeNames": {"#ttl": "ttl"},
            "ExpressionAttributeValues": {":entry": entry.key, ":ttl": receipt_ttl(entry.changed_at)},
        }
    }


def receipt_ttl(at: datetime) -> int:
    """Receipts go after 30 days (epoch seconds): four times the seven in which they may still matter."""
    return int(at.timestamp()) + 30 * 86_400


def balance_writes(transitions: Sequence[Transition]) -> list[Item]:
    """One update for each Mandant: a transaction may touch an item once."""
    refunds: dict[str, list[Refund]] = {}
    for transition in transitions:
        if transition.refund:
            refunds.setdefault(transition.refund.mandant, []).append(transition.refund)
    practice = transitions[0].after.practice
    sums = (replace(items[0], credits=sum(item.credits for item in items)) for items in refunds.values())
    return [balance_write(practice, of_one) for of_one in sums]
