"""What became of one request to a provider. Pure (design, section 8)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Accepted:
    """The provider has it."""

    message_id: str


@dataclass(frozen=True)
class Refused:
    """This recipient can never be reached so; refunded."""

    reason: str  # German
    opted_out: bool = False  # the recipient wants nothing


@dataclass(frozen=True)
class NotSent:
    """Nothing left us: it is tried again."""

    reason: str  # English, for the log


@dataclass(frozen=True)
class Unknown:
    """It may have left: never repeated by itself."""

    reason: str


@dataclass(frozen=True)
class Misconfigured:
    """Nothing can leave until a person has mended something: the practice is stopped."""

    reason: str


Outcome = Accepted | Refused | NotSent | Unknown | Misconfigured
