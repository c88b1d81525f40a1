"""The outcome of one request to a provider. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.text import Text


@dataclass(frozen=True)
class Accepted:
    """The provider accepted the message."""

    message_id: str


@dataclass(frozen=True)
class Refused:
    """The recipient can never be reached this way; refunded."""

    reason: Text
    opted_out: bool = False  # the recipient has opted out


@dataclass(frozen=True)
class Doubtful:
    """The provider refuses the message in words that we do not know; refunded, unless it refuses others in this way."""

    reason: str


@dataclass(frozen=True)
class NotSent:
    """The message was certainly not sent; it is retried."""

    reason: str  # English, for the log


@dataclass(frozen=True)
class Unknown:
    """The message may have been sent; it is never repeated automatically."""

    reason: str


@dataclass(frozen=True)
class Misconfigured:
    """Nothing can be sent until a person fixes the configuration: the practice is stopped."""

    reason: str


Outcome = Accepted | Refused | Doubtful | NotSent | Unknown | Misconfigured
