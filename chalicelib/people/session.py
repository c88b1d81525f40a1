"""The session of a person in one browser. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.people.person import Person

IDLE = timedelta(minutes=60)  # without a request, after which one signs in again
LONGEST = timedelta(hours=10)
SEEN_EVERY = timedelta(minutes=5)  # a session is written at most this often
MOST_LOOKS = 20  # the oldest makes room
KEPT = timedelta(days=1)  # how long what was typed is kept after its end


@dataclass(frozen=True)
class KeptForm:
    """A form that came after the session had ended, for the same person: its path, and its fields."""

    path: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Look:
    """A search: for a `text`, or with the `kind` `patient` or `appointment` for its number. `at` is UTC.

    It is personal data, so the URL has a random short name for it.
    """

    practice: str
    kind: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Session:
    """Times are UTC. `hash` is that of the secret in the cookie, `device` that of a registered one, or empty.

    `reasons` are why an operator looks at a practice's patients, by practice; `private`: initials instead of names.
    """

    hash: str
    username: str
    began_at: datetime
    seen_at: datetime
    device: str = ""
    private: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)
    kept: KeptForm | None = None
    key: str = ""  # signs what its pages ask for; no browser has it
    looks: Mapping[str, Look] = field(default_factory=dict)  # by their names, at most MOST_LOOKS

    @property
    def ends_at(self) -> datetime:
        return min(self.began_at + LONGEST, self.seen_at + IDLE)

    def is_open(self, person: Person | None, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the person is still signed in at `now` (UTC): asked at each request."""
        if person is None or person.username != self.username or now >= self.ends_at:
            return False
        ended = person.sessions_from is not None and self.began_at < person.sessions_from
        return not ended and person.is_active(now, zone)

    def is_stale(self, now: datetime) -> bool:
        """Whether to write that the person was seen."""
        return now >= self.seen_at + SEEN_EVERY


def hash_of(secret: str) -> str:
    """The hash of a secret of 32 random bytes, which needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_hash(text: str) -> bool:
    """Whether it can be a result of `hash_of`."""
    return re.fullmatch("[0-9a-f]{64}", text) is not None


def form_token(secret: str) -> str:
    """The token of every form of a session: only its own pages know it."""
    return hashlib.sha256(f"form {secret}".encode()).hexdigest()[:32]
