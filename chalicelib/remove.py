"""Remove a practice: nothing more is prepared or sent, what was reserved is refunded, receipts are still harvested."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from .credits import refund_of
from .entry import Entry, State, back_to_prepared, move
from .items import PracticeRecord
from .job import Job
from .move import Move
from .practices import Practices
from .store import Store

HARVESTED_FOR = timedelta(days=8)  # a day longer than entries wait for their receipts
REASON = "Die Praxis ist entfernt worden."


def remove_practice(practice: str, now: datetime, practices: Practices, store: Store) -> Counter[State]:
    """Cancel what is prepared or held, refund what is reserved; returns how many were in which state.

    What a provider is being asked for meanwhile comes to its own end.
    """
    practices.remove(practice, [job for job in Job if job is not Job.STATUS], now)
    groups = ("prepared", "held", "underway")
    entries = [entry for group in groups for entry in store.open_entries(practice, group)]
    moves = [cancelled(entry, now) for entry in entries if entry.state in (State.PREPARED, State.RESERVED)]
    return Counter(made.before.state for made in store.commit(moves) if made.before)


def cancelled(entry: Entry, now: datetime) -> Move:
    """The entry cancelled, with its refund where it was reserved (arrows f and e at once). Pure."""
    waiting = entry if entry.state is State.PREPARED else back_to_prepared(entry, now, REASON)
    after = move(waiting, State.CANCELLED, now, reason=REASON, held=False)
    return Move(entry, replace(after, version=entry.version + 1), refund_of(entry, now))


def forget_removed(record: PracticeRecord, now: datetime, practices: Practices) -> None:
    """Delete what is left of a practice that was removed long enough ago."""
    if record.removed is not None and now >= record.removed + HARVESTED_FOR:
        practices.forget(record)
