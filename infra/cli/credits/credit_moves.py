"""Credits that a person adds to a Mandant or moves between two, once for each reference; and what to say of it."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.credits import LedgerItem, TopUp, Transfer
from chalicelib.practice.practice import Practice
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.documents import local
from infra.cli.core.mandanten import unknown_mandant
from infra.cli.core.output import Document
from infra.language import counted, moment_with_year, number


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
    there = _noted(wanted, found, deployment) or wanted
    left = store.balances(found.id, [mandant])[mandant]
    if there.credits != credits:
        raise ArgumentError(
            f"--reference {reference!r}: {_added_before(there, found)}; nothing was added, "
            f"another amount needs another reference; the balance is {number(left)}"
        )
    done = f"{found.id}: {many(credits)} added to Mandant {mandant}"
    text = done if added else f"{found.id}: {_added_before(there, found)}, nothing was added"
    document = {"practice": found.id, "mandant": mandant, "reference": reference, "added": credits if added else 0}
    return {**document, "at": local(there.at, found.zone), "balance": left}, f"{text}; the balance is {number(left)}"


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
        told = f"Mandant {wanted.mandant} has {many(left)}, not {number(credits)}; nothing was moved"
        raise ArgumentError(told) from None
    there = _noted(wanted, found, deployment) or _noted(wanted.other_side(), found, deployment)
    assert isinstance(there, Transfer)  # noqa: S101 - just now, or before
    if replace(there, at=wanted.at) != wanted:
        raise ArgumentError(
            f"--reference {wanted.reference!r}: {_moved_before(there, found)}; nothing was moved, "
            "another transfer needs another reference"
        )
    left_over = store.balances(found.id, [wanted.mandant, wanted.other])
    done = f"{found.id}: {many(credits)} moved from Mandant {wanted.mandant} to Mandant {wanted.other}"
    text = done if moved else f"{found.id}: {_moved_before(there, found)}, nothing was moved"
    told = ", ".join(f"Mandant {mandant} {number(balance)}" for mandant, balance in left_over.items())
    names = {"practice": found.id, "from": wanted.mandant, "to": wanted.other, "reference": wanted.reference}
    numbers = {"moved": credits if moved else 0, "at": local(there.at, found.zone), "balances": left_over}
    return {**names, **numbers}, f"{text}; the balances are: {told}"


def many(credits: int) -> str:
    return counted(credits, "credit", "credits")


def _noted(wanted: LedgerItem, found: Practice, deployment: Deployment) -> LedgerItem | None:
    """Return the ledger item of the same key; None if there is none."""
    ledger = deployment.clients.store.ledger(found.id, wanted.mandant)
    return next((item for item in ledger if item.key == wanted.key), None)


def _added_before(item: LedgerItem, practice: Practice) -> str:
    when = moment_with_year(item.at, practice.zone)
    return f"{counted(item.credits, 'credit was', 'credits were')} added with this reference on {when}"


def _moved_before(side: Transfer, practice: Practice) -> str:
    gives = side if side.credits < 0 else side.other_side()
    when = moment_with_year(gives.at, practice.zone)
    moved = counted(-gives.credits, "credit was", "credits were")
    return f"{moved} moved from Mandant {gives.mandant} to Mandant {gives.other} with this reference on {when}"
