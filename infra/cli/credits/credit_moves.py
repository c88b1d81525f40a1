"""Credits that a person adds to a Mandant or moves between two, once for each reference; and what to say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.credits import LedgerItem, TopUp, Transfer
from chalicelib.practice.practice import Practice
from infra.cli.core.arguments import ArgumentError, refused
from infra.cli.core.documents import local
from infra.cli.core.mandanten import unknown_mandant
from infra.cli.core.output import Document
from infra.language import moment_with_year, number
from infra.translation import trn


def check_mandanten(found: Practice, deployment: Deployment, *mandanten: str) -> None:
    """Raises ArgumentError for one that the practice database, where it can be read, does not have."""
    for mandant in mandanten:
        if unknown := unknown_mandant(deployment, found.id, mandant):
            raise ArgumentError(unknown)


def top_up(mandant: str, credits: int, reference: str, found: Practice, deployment: Deployment) -> tuple[Document, str]:
    """Add credits once for a reference. Raises ArgumentError for an unknown Mandant, and another amount than before."""
    check_mandanten(found, deployment, mandant)
    wanted, store = TopUp(mandant, reference, credits, deployment.now), deployment.clients.store
    added = store.top_up(found.id, wanted)
    noted = _noted(wanted, found, deployment)
    there = noted if isinstance(noted, TopUp) else wanted
    left = store.balances(found.id, [mandant])[mandant]
    if there.credits != credits:
        raise refused("--reference", reference, _another_amount(there, left, found))
    document = {"practice": found.id, "mandant": mandant, "reference": reference, "added": credits if added else 0}
    text = _added(wanted, left, found) if added else _added_before(there, left, found)
    return {**document, "at": local(there.at, found.zone), "balance": left}, text


def transfer(wanted: Transfer, found: Practice, deployment: Deployment) -> tuple[Document, str]:
    """Move credits once for a reference; `wanted` is the side of who gives.

    Raises ArgumentError where they are not there, or the reference has moved others before.
    """
    from chalicelib.aws.entry_store import ShortOfCreditsError

    store, credits = deployment.clients.store, -wanted.credits
    try:
        moved = store.transfer(found.id, wanted)
    except ShortOfCreditsError:
        left = store.balances(found.id, [wanted.mandant])[wanted.mandant]
        raise ArgumentError(_short(wanted.mandant, left, credits)) from None
    there = _noted(wanted, found, deployment) or _noted(wanted.other_side(), found, deployment)
    assert isinstance(there, Transfer)  # noqa: S101 - just now, or before
    if replace(there, at=wanted.at) != wanted:
        raise refused("--reference", wanted.reference, _another_transfer(there, found))
    left_over = store.balances(found.id, [wanted.mandant, wanted.other])
    text = _moved(wanted, left_over, found) if moved else _moved_before(there, left_over, found)
    names = {"practice": found.id, "from": wanted.mandant, "to": wanted.other, "reference": wanted.reference}
    numbers = {"moved": credits if moved else 0, "at": local(there.at, found.zone), "balances": left_over}
    return {**names, **numbers}, text


def _noted(wanted: LedgerItem, found: Practice, deployment: Deployment) -> LedgerItem | None:
    """Return the ledger item of the same key; None if there is none."""
    ledger = deployment.clients.store.ledger(found.id, wanted.mandant)
    return next((item for item in ledger if item.key == wanted.key), None)


def _added(item: TopUp, left: int, practice: Practice) -> str:
    return trn(
        "{practice}: {count} credit added to billing practitioner {mandant}; the balance is {balance}",
        "{practice}: {count} credits added to billing practitioner {mandant}; the balance is {balance}",
        item.credits,
        practice=practice.id, count=number(item.credits), mandant=item.mandant, balance=number(left),
    )  # fmt: skip


def _added_before(item: TopUp, left: int, practice: Practice) -> str:
    return trn(
        "{practice}: {count} credit was already added with this reference on {time}; nothing was added; "
        "the balance is {balance}",
        "{practice}: {count} credits were already added with this reference on {time}; nothing was added; "
        "the balance is {balance}",
        item.credits,
        practice=practice.id, count=number(item.credits), time=moment_with_year(item.at, practice.zone),
        balance=number(left),
    )  # fmt: skip


def _another_amount(item: TopUp, left: int, practice: Practice) -> str:
    return trn(
        "{count} credit was already added with this reference on {time}; nothing was "
        "added; use another reference for another amount; the balance is {balance}",
        "{count} credits were already added with this reference on {time}; nothing was "
        "added; use another reference for another amount; the balance is {balance}",
        item.credits,
        count=number(item.credits), time=moment_with_year(item.at, practice.zone),
        balance=number(left),
    )  # fmt: skip


def _short(mandant: str, left: int, wanted: int) -> str:
    return trn(
        "billing practitioner {mandant} has {count} credit, not {wanted}; nothing was moved",
        "billing practitioner {mandant} has {count} credits, not {wanted}; nothing was moved",
        left,
        mandant=mandant, count=number(left), wanted=number(wanted),
    )  # fmt: skip


def _moved(side: Transfer, left: Mapping[str, int], practice: Practice) -> str:
    return trn(
        "{practice}: {count} credit moved from billing practitioner {giver} to {taker}; "
        "the balances are: {giver} {left_giver}, {taker} {left_taker}",
        "{practice}: {count} credits moved from billing practitioner {giver} to {taker}; "
        "the balances are: {giver} {left_giver}, {taker} {left_taker}",
        -side.credits,
        practice=practice.id, **_of_transfer(side, practice),
        left_giver=number(left[side.mandant]), left_taker=number(left[side.other]),
    )  # fmt: skip


def _moved_before(side: Transfer, left: Mapping[str, int], practice: Practice) -> str:
    gives = _giver(side)
    return trn(
        "{practice}: {count} credit was already moved from billing practitioner {giver} to {taker} with this "
        "reference on {time}; nothing was moved; the balances are: {giver} {left_giver}, {taker} {left_taker}",
        "{practice}: {count} credits were already moved from billing practitioner {giver} to {taker} with this "
        "reference on {time}; nothing was moved; the balances are: {giver} {left_giver}, {taker} {left_taker}",
        -gives.credits,
        practice=practice.id, **_of_transfer(gives, practice),
        left_giver=number(left[gives.mandant]), left_taker=number(left[gives.other]),
    )  # fmt: skip


def _another_transfer(side: Transfer, practice: Practice) -> str:
    gives = _giver(side)
    return trn(
        "{count} credit was already moved from billing practitioner {giver} to {taker} with "
        "this reference on {time}; nothing was moved; use another reference for another transfer",
        "{count} credits were already moved from billing practitioner {giver} to {taker} with "
        "this reference on {time}; nothing was moved; use another reference for another transfer",
        -gives.credits,
        **_of_transfer(gives, practice),
    )  # fmt: skip


def _giver(side: Transfer) -> Transfer:
    return side if side.credits < 0 else side.other_side()


def _of_transfer(gives: Transfer, practice: Practice) -> dict[str, str]:
    credits, time = number(-gives.credits), moment_with_year(gives.at, practice.zone)
    return {"count": credits, "giver": gives.mandant, "taker": gives.other, "time": time}
