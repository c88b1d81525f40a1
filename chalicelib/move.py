"""A decided change of one entry, as data: the store writes it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .credits import Refund
from .entry import Entry
from .receipt import MailReceipt


@dataclass(frozen=True)
class Move:
    """An entry as read (None: new) and as it is to be, with what has to happen together with it."""

    before: Entry | None
    after: Entry
    refund: Refund | None = None
    owns_receipt: str | None = None  # provider message id whose receipts are the entry's from now on
    mail_receipts: tuple[str, ...] = ()  # sort keys in the practice's mailbox that are used up
    leaves: MailReceipt | None = None  # in the practice's mailbox, for its status job
