"""Forget removed practices whose receipts are no longer awaited."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.aws.practice_store import PracticeStore
from chalicelib.practice.record import PracticeRecord

HARVESTED_FOR = timedelta(days=8)  # a day longer than entries wait for their receipts


def forget_removed(record: PracticeRecord, now: datetime, practices: PracticeStore) -> None:
    """Delete what is left of a practice that was removed long enough ago."""
    if record.removed is not None and now >= record.removed + HARVESTED_FOR:
        practices.forget(record)
