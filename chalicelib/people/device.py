"""A browser that a manager has registered for a practice: people change on it by Kürzel and PIN. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

REGISTERED_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Device:
    """Times are UTC. The browser's cookie has a secret of which only the hash is stored."""

    practice: str
    hash: str
    name: str  # such as "Empfang links"
    registered_by: str  # Kürzel
    registered_at: datetime
    ends_at: datetime
