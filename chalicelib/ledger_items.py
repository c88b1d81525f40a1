"""The items of a Mandant's ledger. Pure. A charge lies also in the index `due`, for the block that it paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from .block import Block, first_look
from .credits import Charge, LedgerItem, Refund, TopUp
from .items import Item, instant_of, instant_text, ledger_item_key, plain
from .job import Tick


def ledger_item(practice: str, item: LedgerItem) -> Item:
    """A top-up, charge or refund; immutable once written, but for the place of a charge in the index `due`."""
    own: Item = {name: plain(value) for name, value in asdict(item).items()}
    own |= {**ledger_item_key(practice, item), "type": type(item).__name__, "credits": item.credits}
    if isinstance(item, Charge):  # first attempts are left out: half the item
        own["attempts"] = {key: attempt for key, attempt in item.attempts.items() if attempt != 1}
        own |= block_place(first_look(item))
    return own


def ledger_of(item: Mapping[str, Any]) -> LedgerItem:
    kinds: dict[str, type[LedgerItem]] = {"TopUp": TopUp, "Charge": Charge, "Refund": Refund}
    kind = kinds[item["type"]]
    values = {f.name: item[f.name] for f in fields(kind)} | {"at": instant_of(item["at"])}
    if kind is Charge:
        values["attempts"] = dict.fromkeys(item["lines"], 1) | item["attempts"]
    return kind(**values)


def block_place(look: datetime) -> Item:
    """Where a charge lies in the index `due`: looked at from this instant (UTC) on."""
    return {"due_pk": Tick.STATUS.value, "due_sk": instant_text(look)}


def block_of(item: Mapping[str, Any]) -> Block:
    charge = ledger_of(item)
    assert isinstance(charge, Charge)  # noqa: S101 - by its key
    return Block(item["pk"].partition("#")[0], charge)
