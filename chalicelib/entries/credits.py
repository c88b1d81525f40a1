"""Credits: prices, the ledger's items, and which entries fit a balance. Pure.

The balance is the sum of the ledger: top-ups, charges, refunds and transfers are immutable, have deterministic keys,
and change the balance in the same transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.entries.entry import Entry
from chalicelib.messages.recipient import Channel
from chalicelib.practice.record import Order

ENTRIES_PER_CHARGE = 90  # entries per charge: nine full messages of the outbox


ORDER, AUTOMATIC = "order", "automatic"


@dataclass(frozen=True)
class Tariff:
    """Credits per SMS part and per e-mail, the same for the whole deployment."""

    per_sms_part: int = 1
    per_email: int = 1

    def price(self, channel: str, parts: int) -> int:
        return self.per_email if channel == Channel.EMAIL else self.per_sms_part * parts


@dataclass(frozen=True)
class TopUp:
    mandant: str
    reference: str  # chosen by the caller, so that a repeated call counts once; of an order: its number
    credits: int
    at: datetime
    source: str = ""  # ORDER, AUTOMATIC, or empty: a person

    @property
    def key(self) -> str:
        return f"{self.source or 'topup'}#{self.reference}"


@dataclass(frozen=True)
class Charge:
    """One batch: a line of credits for each entry, by key, and the attempt that each line pays."""

    mandant: str
    lines: Mapping[str, int]
    attempts: Mapping[str, int]
    at: datetime

    @property
    def credits(self) -> int:
        return -sum(self.lines.values())

    @property
    def key(self) -> str:
        paid = "\n".join(f"{key} {self.attempts[key]}" for key in sorted(self.lines))
        return f"charge#{hashlib.sha256(paid.encode()).hexdigest()[:32]}"


@dataclass(frozen=True)
class Refund:
    """Its key is that of the refunded charge line, so it happens only once."""

    mandant: str
    charge: str
    entry: str
    attempt: int
    credits: int
    at: datetime

    @property
    def key(self) -> str:
        return f"refund#{self.charge}#{self.entry}#{self.attempt}"


@dataclass(frozen=True)
class Transfer:
    """One side of a transfer between two Mandanten of a practice: negative for the giver, positive for the receiver."""

    mandant: str
    other: str
    reference: str  # chosen by the caller, so that a repeated call counts once
    credits: int
    at: datetime

    @property
    def key(self) -> str:
        return f"transfer#{self.reference}"

    def other_side(self) -> Transfer:
        """The same transfer in the ledger of the other Mandant."""
        return replace(self, mandant=self.other, other=self.mandant, credits=-self.credits)


LedgerItem = TopUp | Charge | Refund | Transfer


def refund_of(entry: Entry, at: datetime) -> Refund | None:
    """The refund of the charge for the entry's current attempt; None if it was not charged."""
    if not entry.charge or not entry.mandant or entry.credits == 0:
        return None
    return Refund(entry.mandant, entry.charge, entry.key, entry.attempt, entry.credits, at)


def pay_order(entry: Entry) -> tuple[bool, datetime, str]:
    """By start, greetings last."""
    return (entry.starts_at is None, entry.starts_at or entry.expires_at, entry.identity)


def fitting(prices: Sequence[int], balance: int) -> int:
    """Count the prices that the balance pays, in order, up to the first that it cannot pay."""
    left = balance
    for count, price in enumerate(prices):
        if price > left:
            return count
        left -= price
    return len(prices)


def balance_of(ledger: Iterable[LedgerItem]) -> int:
    return sum(item.credits for item in ledger)


@dataclass(frozen=True)
class Totals:
    """The sums of a Mandant's ledger; `transferred` is the net amount from other Mandanten."""

    topped_up: int
    charged: int
    refunded: int
    transferred: int = 0

    @property
    def balance(self) -> int:
        return self.topped_up - self.charged + self.refunded + self.transferred


def totals_of(ledger: Iterable[LedgerItem]) -> Totals:
    items = list(ledger)
    return Totals(
        topped_up=sum(item.credits for item in items if isinstance(item, TopUp)),
        charged=-sum(item.credits for item in items if isinstance(item, Charge)),
        refunded=sum(item.credits for item in items if isinstance(item, Refund)),
        transferred=sum(item.credits for item in items if isinstance(item, Transfer)),
    )


def is_below(balance: int, threshold: int) -> bool:
    """Whether the balance has fallen below the practice's minimum."""
    return balance < threshold


class Crossing(StrEnum):
    """The decision when a balance is read."""

    TELL = "tell"  # it has fallen below the minimum
    END = "end"  # it is no longer below: the next fall is told again


def crossing(balance: int, least: int, told: bool | None) -> Crossing | None:
    """Decide about the alert of a balance; `told` is None if none is noted, False if it is noted and not told.

    Asked before a balance changes and afterwards, so that a rise in between counts.
    """
    if is_below(balance, least):
        return None if told else Crossing.TELL
    return None if told is None else Crossing.END


def fulfilment(order: Order, at: datetime) -> TopUp:
    """The top-up of an order, which happens only once: an order is open until it is in the ledger."""
    return TopUp(order.mandant, str(order.number), order.credits, at, ORDER)
