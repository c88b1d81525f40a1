"""A charge batch: the entries that one charge paid. Pure.

The sweep finds them by their charge, which is in the index `due` for all of them: an entry's transitions from reserved
to delivered need no write there (docs/decisions/0026).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.entries.credits import Charge
from chalicelib.entries.deadlines import REQUEUED_AFTER, anonymise_at, is_checked_individually, next_check_at
from chalicelib.entries.entry import Entry


@dataclass(frozen=True)
class ChargeBatch:
    practice: str
    charge: Charge

    def has(self, entry: Entry) -> bool:
        """Whether this charge still pays the entry."""
        return entry.charge == self.charge.key


def batch_first_check_at(charge: Charge) -> datetime:
    """When the sweep checks a new batch (UTC)."""
    return charge.at + REQUEUED_AFTER


def batch_next_check_at(batch: ChargeBatch, entries: Iterable[Entry]) -> datetime | None:
    """When the sweep checks the batch again (UTC); None if never.

    The earliest next check of its entries. Entries in the index themselves count only with their anonymisation date.
    """
    times = [
        anonymise_at(one) if is_checked_individually(one) else next_check_at(one) for one in entries if batch.has(one)
    ]
    return min((time for time in times if time), default=None)
