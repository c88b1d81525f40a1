"""What a transaction writes of the ledger and its balances. Pure.

Each ledger item is new, and its balance changes in the same transaction; what is taken, on condition that it is there.
"""

from __future__ import annotations

from .credits import Charge, LedgerItem, Transfer
from .items import Item, balance_item_key, instant_text, ledger_item


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
    """The balance changes only where it is at least so much."""
    balance["Update"]["ConditionExpression"] = "balance >= :needed"
    balance["Update"]["ExpressionAttributeValues"][":needed"] = needed
