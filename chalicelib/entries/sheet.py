"""A printed call list, by whose number its outcomes are reported back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

KEPT = timedelta(days=30)


@dataclass(frozen=True)
class SheetLine:
    """One patient: the key of the entry, its version (0 if there was none), and the local start as printed."""

    key: str
    version: int
    start: str


@dataclass(frozen=True)
class Sheet:
    """`at` is UTC. It has no names: they are in the practice database and on the paper."""

    number: int  # counts from 1 in each practice
    at: datetime
    by: str
    lines: tuple[SheetLine, ...]
    reasons: bool = True  # whether they were printed
    filters: Mapping[str, str] = field(default_factory=dict)
