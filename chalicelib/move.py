"""A decided change of one entry, as data: the store writes it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .credits import Charge, Refund
from .entry import Entry, State
from .receipt import MailReceipt


@dataclass(frozen=True)
class Move:
    """An entry as read (None: new) and as it is to be, with what has to happen together with it."""

    before: Entry | None
    after: Entry
    refund: Refund | None = None
    accepted: str | None = None  # provider message id that it got for an answer
    owns_receipt: str | None = None  # provider message id that was found for it, and that nobody else may have
    mail_receipts: tuple[str, ...] = ()  # sort keys in the practice's mailbox that are used up
    leaves: MailReceipt | None = None  # in the practice's mailbox, for its status job


def charge_of(mandant: str, moves: Sequence[Move], at: datetime) -> Charge | None:
    """What a block of reservations costs; None where there is none: what others cover is not charged."""
    reserved = [move.after for move in moves if move.after.state is State.RESERVED]
    lines, attempts = {one.key: one.credits for one in reserved}, {one.key: one.attempt for one in reserved}
    return Charge(mandant, lines, attempts, at) if lines else None


def paid_by(charge: Charge, move: Move, stamp: str) -> Move:
    """The move with the charge that pays it, and the stamp of its write."""
    key = charge.key if move.after.key in charge.lines else None
    return replace(move, after=replace(move.after, stamp=stamp, charge=key))
