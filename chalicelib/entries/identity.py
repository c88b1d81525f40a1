"""The identity of an entry: what it is about, and the key that names it. Pure."""

from __future__ import annotations

import hashlib
from datetime import datetime


def reminder_identity(appointment: str) -> str:
    return f"reminder:{appointment}"


def birthday_identity(patient: str, year: int) -> str:
    return f"birthday:{patient}:{year}"


def rescheduled_identity(appointment: str, starts_at: datetime) -> str:
    """A rescheduled appointment gets one message for each new start (UTC)."""
    return f"rescheduled:{appointment}:{starts_at:%Y-%m-%dT%H:%M:%SZ}"


def entry_key(practice: str, identity: str) -> str:
    """A hash of the identity: names the entry in logs, messages and tags without naming the patient."""
    return hashlib.sha256(f"{practice}\n{identity}".encode()).hexdigest()[:32]
