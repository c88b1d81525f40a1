"""The items of the ledger, and what a transaction writes of them and their balances. Pure.

Ledger items are insert-only. The balance changes in the same transaction, and a debit requires sufficient credits.
A charge lies also in the index `due`, for the batch that it paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from chalicelib.aws.items import Item, balance_item_key, ledger_item_key, to_storable
from chalicelib.entries.charge_batch import ChargeBatch, batch_first_check_at
from chalicelib.entries.credits import Charge, LedgerItem, Refund, TopUp, Transfer
from chalicelib.schedule.instants import instant_of, instant_text
from chalicelib.schedule.job import Tick


def ledger_item(practice: str, item: LedgerItem) -> Item:
    """A top-up, charge, refund or side of a transfer; immutable once written, except for a charge's place in `due`."""
    own: Item = {name: to_storable(value) for name, value in asdict(item).items()}
    own |= {**ledger_item_key(practice, item), "type": type(item).__name__, "credits": item.credits}
    if isinstance(item, Charge):  # first attempts are left out: half the item
        own["attempts"] = {key: attempt for key, attempt in item.attempts.items() if attempt != 1}
        own |= batch_place(batch_first_check_at(item))
    return own


def ledger_of(item: Mapping[str, Any]) -> LedgerItem:
    kinds: tuple[type[LedgerItem], ...] = (TopUp, Charge, Refund, Transfer)
    kind = next(kind for kind in kinds if kind.__name__ == item["type"])
    values = {f.name: item[f.name] for f in fields(kind)} | {"at": instant_of(item["at"])}
    if kind is Charge:
        values["attempts"] = dict.fromkeys(item["lines"], 1) | item["attempts"]
    return kind(**values)


def batch_place(look: datetime) -> Item:
    """Where a charge lies in the index `due`: looked at from this instant (UTC) on."""
    return {"due_pk": Tick.STATUS.value, "due_sk": instant_text(look)}


def batch_of(item: Mapping[str, Any]) -> ChargeBatch:
    charge = ledger_of(item)
    assert isinstance(charge, Charge)  # noqa: S101 - by its key
    return ChargeBatch(item["pk"].partition("#")[0], charge)


def charge_writes(practice: str, charge: Charge) -> list[Item]:
    """The charge, then the balance on condition that it pays it: `reserve` reads the last reason."""
    balance = balance_write(practice, charge)
    if charge.credits:  # free messages need no balance item
        _on_condition(balance, -charge.credits)
    return [put_new(ledger_item(practice, charge)), balance]


def transfer_writes(practice: str, leaves: Transfer) -> list[Item]:
    """Both sides of a transfer, then the balance that pays it on condition that it can, and the other one."""
    sides = (leaves, leaves.other_side())
    taken, added = (balance_write(practice, side) for side in sides)
    _on_condition(taken, -leaves.credits)
    return [*(put_new(ledger_item(practice, side)) for side in sides), taken, added]


def balance_write(practice: str, item: LedgerItem) -> Item:
    """The credits of a ledger item, on the balance of its Mandant."""
    values = {":credits": item.credits, ":mandant": item.mandant, ":at": instant_text(item.at)}
    return {
        "Update": {
            "Key": balance_item_key(practice, item.mandant),
            "UpdateExpression": "SET mandant = :mandant, changed_at = :at ADD balance :credits",
            "ExpressionAttributeValues": values,
        }
    }


def put_new(item: Item) -> Item:
    """Write an item that must not be there yet."""
    return {"Put": {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


def _on_condition(balance: Item, needed: int) -> None:
    """Change the balance only if it is at least this."""
    balance["Update"]["ConditionExpression"] = "balance >= :needed"
    balance["Update"]["ExpressionAttributeValues"][":needed"] = needed
