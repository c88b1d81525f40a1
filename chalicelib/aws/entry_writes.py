"""The writes of the entry store: conditional puts, and the other items of their transaction. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from typing import Any

from chalicelib.aws.items import (
    Item,
    accepted_key,
    balance_item_key,
    balances_group,
    email_event_item,
    email_events_key,
    entry_item,
    ledger_item_key,
    put_new,
    receipt_item_key,
    receipt_ttl,
    to_storable,
)
from chalicelib.aws.practice_items import alert_mark
from chalicelib.aws.table import WRITE
from chalicelib.entries.charge_batch import ChargeBatch, batch_first_check_at
from chalicelib.entries.credits import Charge, LedgerItem, Refund, TopUp, Transfer
from chalicelib.entries.day_counts import days_of
from chalicelib.entries.entry import Entry
from chalicelib.entries.transition import Transition
from chalicelib.schedule.job import Tick
from chalicelib.schedule.time_zone import instant_of, instant_text


def entry_writes(transition: Transition) -> list[Item]:
    """The entry first, then the other items that are written only with it."""
    practice, entry = transition.after.practice, transition.after
    writes = [put_entry(transition)]
    if transition.refund:
        writes.append(put_new(ledger_item(practice, transition.refund)))
    if transition.adopted_id:
        writes.append(_own_receipt(transition.adopted_id, entry))
    writes += [{"Delete": {"Key": {"pk": email_events_key(practice), "sk": sk}}} for sk in transition.used_email_events]
    if transition.left_email_event:
        writes.append({"Put": {"Item": email_event_item(transition.left_email_event)}})
    return writes


def how_many(transition: Transition) -> int:
    """The number of `entry_writes`."""
    single = (transition.refund, transition.adopted_id, transition.left_email_event)
    return 1 + sum(map(bool, single)) + len(transition.used_email_events)


def transactions_of(transitions: Sequence[Transition]) -> Iterator[list[Transition]]:
    """Group transitions into transactions, each of one practice, that fit with all that is written with them."""
    chunk: list[Transition] = []
    size, days = 0, frozenset[date]()
    for transition in transitions:
        needs, own = how_many(transition) + bool(transition.refund) + bool(transition.accepted_id), days_of(transition)
        full = size + needs + len(days | own) > WRITE
        if chunk and (full or transition.after.practice != chunk[0].after.practice):
            yield chunk
            chunk, size, days = [], 0, frozenset()
        chunk.append(transition)
        size, days = size + needs, days | own
    if chunk:
        yield chunk


def put_entry(transition: Transition) -> Item:
    """Put the entry if it still has the version that was read, or if there is none."""
    item = entry_item(transition.after)
    if transition.before is None:
        return put_new(item)
    version = {":version": transition.before.version}
    return {"Put": {"Item": item, "ConditionExpression": "version = :version", "ExpressionAttributeValues": version}}


def accepted_writes(transitions: Sequence[Transition], write_id: str) -> list[Item]:
    """Message ids of a transaction, with their practice, in one item: one for each would cost two more units each."""
    if not (ids := [transition.accepted_id for transition in transitions if transition.accepted_id]):
        return []
    first = transitions[0].after
    key = {"pk": accepted_key(first.changed_at), "sk": f"{instant_text(first.changed_at)}#{write_id}"}
    told = {"ids": ids, "practice": first.practice, "ttl": receipt_ttl(first.changed_at)}
    return [{"Put": {"Item": key | told}}]


def batch_check_write(batch: ChargeBatch, at: datetime | None) -> Item:
    """Move the charge to this instant (UTC) in the index `due`; None removes it from there."""
    update: Item = {"Key": ledger_item_key(batch.practice, batch.charge)}
    if at is None:
        return {"Update": {**update, "UpdateExpression": "REMOVE due_pk, due_sk"}}
    values = {f":{name}": value for name, value in batch_place(at).items()}
    set_both = "SET due_pk = :due_pk, due_sk = :due_sk"
    return {"Update": {**update, "UpdateExpression": set_both, "ExpressionAttributeValues": values}}


def _own_receipt(message_id: str, entry: Entry) -> Item:
    """Claim the provider's id, which no other entry may have; the receipt itself may have arrived already."""
    return {
        "Update": {
            "Key": receipt_item_key(message_id),
            "UpdateExpression": "SET entry_key = :entry, #ttl = if_not_exists(#ttl, :ttl)",
            "ConditionExpression": "attribute_not_exists(entry_key) OR entry_key = :entry",
            "ExpressionAttributeNames": {"#ttl": "ttl"},
            "ExpressionAttributeValues": {":entry": entry.key, ":ttl": receipt_ttl(entry.changed_at)},
        }
    }


def balance_writes(transitions: Sequence[Transition]) -> list[Item]:
    """One update per Mandant: a transaction may write an item only once."""
    refunds: dict[str, list[Refund]] = {}
    for transition in transitions:
        if transition.refund:
            refunds.setdefault(transition.refund.mandant, []).append(transition.refund)
    practice = transitions[0].after.practice
    sums = (replace(items[0], credits=sum(item.credits for item in items)) for items in refunds.values())
    return [balance_write(practice, of_one) for of_one in sums]


def ledger_item(practice: str, item: LedgerItem) -> Item:
    """A top-up, charge, refund or side of a transfer; immutable once written, except for a charge's place in `due`."""
    own: Item = {name: to_storable(value) for name, value in asdict(item).items() if value != ""}
    own |= {**ledger_item_key(practice, item), "type": type(item).__name__, "credits": item.credits}
    if isinstance(item, Charge):  # keys by price, in half the bytes of their digits; first attempts are omitted
        del own["lines"]
        prices: dict[str, bytes] = {}
        for key, price in item.lines.items():
            prices[f"{price}"] = prices.get(f"{price}", b"") + bytes.fromhex(key)
        own["prices"] = prices
        own["attempts"] = {key: attempt for key, attempt in item.attempts.items() if attempt != 1}
        own |= batch_place(batch_first_check_at(item))
    return own


def ledger_of(item: Mapping[str, Any]) -> LedgerItem:
    kinds: tuple[type[LedgerItem], ...] = (TopUp, Charge, Refund, Transfer)
    kind = next(kind for kind in kinds if kind.__name__ == item["type"])
    values = {f.name: item[f.name] for f in fields(kind) if f.name in item} | {"at": instant_of(item["at"])}
    if kind is Charge:
        values.setdefault("lines", _lines_of(item.get("prices", {})))  # which charges before 2026-12 have
        values["attempts"] = dict.fromkeys(values["lines"], 1) | item["attempts"]
    return kind(**values)


def _lines_of(prices: Mapping[str, bytes]) -> dict[str, int]:
    return {keys[at : at + 16].hex(): int(price) for price, keys in prices.items() for at in range(0, len(keys), 16)}


def batch_place(look: datetime) -> Item:
    """The place of a charge in the index `due`: due from this instant (UTC)."""
    return {"due_pk": Tick.STATUS.value, "due_sk": instant_text(look)}


def batch_of(item: Mapping[str, Any]) -> ChargeBatch:
    charge = ledger_of(item)
    assert isinstance(charge, Charge)  # noqa: S101 - by its key
    return ChargeBatch(item["pk"].partition("#")[0], charge)


def charge_writes(practice: str, charge: Charge, stays: int, due: str | None) -> list[Item]:
    """The charge, an alert that it makes due, then the balance: `reserve` reads the reason of the last item.

    The balance must pay the charge, and at least `stays` must be left of it.
    """
    balance = balance_write(practice, charge)
    if charge.credits:  # free messages need no balance item
        _on_condition(balance, stays - charge.credits)
    marks = [alert_mark(practice, due, charge.at)] if due else []
    return [put_new(ledger_item(practice, charge)), *marks, balance]


def automatic_writes(practice: str, top_up: TopUp, below: int) -> list[Item]:
    """A top-up, if the balance is below a limit at this moment."""
    balance = balance_write(practice, top_up)
    balance["Update"]["ConditionExpression"] = "attribute_not_exists(balance) OR balance < :below"
    balance["Update"]["ExpressionAttributeValues"][":below"] = below
    return [put_new(ledger_item(practice, top_up)), balance]


def transfer_writes(practice: str, leaves: Transfer) -> list[Item]:
    """Both sides of a transfer, then the balance that pays it, if it can, and the other balance."""
    sides = (leaves, leaves.other_side())
    taken, added = (balance_write(practice, side) for side in sides)
    _on_condition(taken, -leaves.credits)
    return [*(put_new(ledger_item(practice, side)) for side in sides), taken, added]


def balance_write(practice: str, item: LedgerItem) -> Item:
    """Add the credits of a ledger item to the balance of its Mandant."""
    values = {":credits": item.credits, ":mandant": item.mandant, ":at": instant_text(item.at)}
    values[":balances"] = balances_group(practice)
    listed = "open_pk = :balances, open_sk = :mandant"
    return {
        "Update": {
            "Key": balance_item_key(practice, item.mandant),
            "UpdateExpression": f"SET mandant = :mandant, changed_at = :at, {listed} ADD balance :credits",
            "ExpressionAttributeValues": values,
        }
    }


def _on_condition(balance: Item, needed: int) -> None:
    """The condition that the balance is at least this."""
    balance["Update"]["ConditionExpression"] = "balance >= :needed"
    balance["Update"]["ExpressionAttributeValues"][":needed"] = needed
