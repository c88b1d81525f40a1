"""The counts of an appointment day, as the table has them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.messages.kind import Kind


@dataclass(frozen=True)
class Cell:
    """Messages that are counted together; chalicelib/entries/day_counts.py has the states that entries do not have."""

    kind: Kind
    state: str
    mandant: str  # the payer
    practitioner: str  # empty: none, or one too many


@dataclass(frozen=True)
class DayCounts:
    """The number of messages by cell, none of which is zero; `at` (UTC) is when one of them last changed its state."""

    at: datetime | None
    counts: Mapping[Cell, int]
