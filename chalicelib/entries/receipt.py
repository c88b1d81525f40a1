"""Receipts: the providers' later reports about a message. Pure.

Formats: «Viewing Amazon CloudWatch metrics and logs for SMS deliveries» (Amazon SNS Developer Guide) and «Contents of
event data that Amazon SES publishes to Amazon SNS» (Amazon SES Developer Guide).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from chalicelib.messages.placeholders import as_value
from chalicelib.messages.sms import without_invisible
from chalicelib.practice.opt_out import Source
from chalicelib.text import Text

# The words of SNS («providerResponse» in «Amazon CloudWatch logs for SMS deliveries») and of SES bounces. Those about
# the account are in no list of AWS; SNS writes them when the spend limit is reached or it holds the account back.
PROVIDERS_SAY = {
    "No quota left for account": "account_limit",
    "Your account requires additional review prior to being able to send SMS messages": "account_review",
    "Blocked as spam by phone carrier": "spam",
    "Destination is on a blocked list": "number_blocked",
    "Invalid phone number": "number_invalid",
    "Message body is invalid": "text_invalid",
    "Phone carrier has blocked this message": "message_blocked",
    "Phone carrier is currently unreachable/unavailable": "network_unreachable",
    "Phone has blocked SMS": "phone_blocks_sms",
    "Phone is on a blocked list": "number_blocked",
    "Phone is currently unreachable/unavailable": "phone_unreachable",
    "Phone number is opted out": "opted_out",
    "This delivery would exceed max price": "too_expensive",
    "Unknown error attempting to reach phone": "phone_not_reached",
    "Bounce Permanent General": "no_such_address",
    "Bounce Permanent NoEmail": "no_such_address",
}


class FailureKind(StrEnum):
    """The cause of a failed SMS, which decides whether the next one would fail too."""

    NUMBER = "number"
    OPTED_OUT = "opted_out"
    CARRIER = "carrier"
    SPAM = "spam"
    MESSAGE = "message"
    ACCOUNT = "account"  # no SMS of the account leaves
    OTHER = "other"  # words that we do not know


_KINDS = {
    "account_limit": FailureKind.ACCOUNT,
    "account_review": FailureKind.ACCOUNT,
    "message_blocked": FailureKind.CARRIER,
    "network_unreachable": FailureKind.CARRIER,
    "number_blocked": FailureKind.NUMBER,
    "number_invalid": FailureKind.NUMBER,
    "opted_out": FailureKind.OPTED_OUT,
    "phone_blocks_sms": FailureKind.NUMBER,
    "phone_not_reached": FailureKind.NUMBER,
    "phone_unreachable": FailureKind.NUMBER,
    "spam": FailureKind.SPAM,
    "text_invalid": FailureKind.MESSAGE,
    "too_expensive": FailureKind.MESSAGE,
}
_CODES = {words.casefold(): code for words, code in PROVIDERS_SAY.items()}
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+|\+?\d(?:[\s()/.-]{0,2}\d){7,}")  # of an e-mail, or of a telephone: 8 digits


@dataclass(frozen=True)
class SmsReceipt:
    """One line of an SNS delivery log; `at` is when SNS accepted the message (UTC).

    Of the line itself, and not compared: when CloudWatch Logs took it in (UTC), and how long that was after its own
    timestamp.
    """

    message_id: str
    at: datetime
    delivered: bool
    reason: str  # the provider's words; see says_opted_out
    priced: bool  # the log shows a price: we paid, the practice pays
    destination: str  # E.164; for matching only, never stored
    taken_in_at: datetime = field(default=datetime.min.replace(tzinfo=UTC), compare=False)
    delay: timedelta = field(default=timedelta(), compare=False)


@dataclass(frozen=True)
class EmailEvent:
    """One SES event with a final result; `practice`, `entry` and `attempt` come from our tags.

    `deliver` also stores one when SNS rejects a number that has opted out.
    """

    practice: str
    entry: str  # entry key
    attempt: int  # of the entry: a receipt of an earlier attempt does not settle a later one
    at: datetime
    delivered: bool
    reason: str
    opts_out: Source | None = None  # nothing more may be sent to this address
    counts_from: datetime | None = None  # of a soft bounce: when it counts (UTC), unless a delivery is reported
    recipient: str = ""  # of an SES event: `recipient_mark`

    @property
    def sort_key(self) -> str:
        """Its key in the practice's mailbox; a repeated event has the same one, another one does not replace it."""
        word = "delivered" if self.delivered else "bounced" if self.counts_from else "failed"
        if self.opts_out:
            word = "complained" if self.opts_out is Source.COMPLAINT else "opted_out"
        return f"{self.entry}#{self.attempt}#{word}"


def recipient_mark(entry: str, address: str) -> str:
    """Tell whether an event of an earlier attempt is about the address that an entry (by key) has now."""
    return hashlib.sha256(f"{entry}\n{address.casefold()}".encode()).hexdigest()[:8]


def not_delivered(said: str) -> Text:
    """The reason of an entry with this receipt; with the provider's words if they are not known.

    Addresses are removed: a provider may name one, and a text must not contain it.
    """
    known, other = _code(said), as_value(_ADDRESS.sub("…", without_invisible(said)))
    return Text("receipt.failed", Text(f"carrier.{known}") if known else Text("carrier.other", said=other))


def failure_kind(said: str) -> FailureKind:
    """The kind of failure that these words of SNS mean."""
    return _KINDS.get(_code(said) or "", FailureKind.OTHER)


def is_account_fault(reason: Text | None) -> bool:
    """Whether an entry with this reason failed because SNS sends no SMS of the account."""
    return reason in _ACCOUNT_FAULTS


def _code(said: str) -> str | None:
    return _CODES.get(said.strip().rstrip(".").casefold())


_ACCOUNT_FAULTS = [not_delivered(said) for said in PROVIDERS_SAY if failure_kind(said) is FailureKind.ACCOUNT]


def says_opted_out(reason: str) -> bool:
    """Whether a provider's words mean that the number has opted out: «Phone number is opted out» in the logs of SNS."""
    return "opted out" in reason.casefold()
