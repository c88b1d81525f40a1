"""Remove a practice: nothing more is prepared or sent, what was reserved is refunded, receipts are still harvested."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from .entry import Entry, State
from .items import PracticeRecord
from .job import Job
from .move import cancelled
from .practices import Practices
from .stops import REMOVED
from .store import Store

HARVESTED_FOR = timedelta(days=8)  # a day longer than entries wait for their receipts
_TRIES = 5  # a send run that goes on may move what is to be cancelled


def remove_practice(practice: str, now: datetime, practices: Practices, store: Store) -> Counter[State]:
    """Cancel what is prepared or held, refund what is reserved; returns how many were in which state.

    What a provider is being asked for meanwhile comes to its own end. What a run still reserves, no deliver sends.
    """
    practices.remove(practice, [job for job in Job if job is not Job.STATUS], now)
    counts: Counter[State] = Counter()
    for _ in range(_TRIES):
        moves = [cancelled(entry, now, REMOVED) for entry in _waiting(practice, store)]
        if not moves:
            break
        counts += Counter(made.before.state for made in store.commit(moves) if made.before)
    return counts


def _waiting(practice: str, store: Store) -> list[Entry]:
    groups = ("prepared", "held", "underway")
    entries = (entry for group in groups for entry in store.open_entries(practice, group))
    return [entry for entry in entries if entry.state in (State.PREPARED, State.RESERVED)]


def forget_removed(record: PracticeRecord, now: datetime, practices: Practices) -> None:
    """Delete what is left of a practice that was removed long enough ago."""
    if record.removed is not None and now >= record.removed + HARVESTED_FOR:
        practices.forget(record)
