"""Receipts: what the providers report about a message later. Pure.

Shapes: «Viewing Amazon CloudWatch metrics and logs for SMS deliveries» (Amazon SNS Developer Guide) and «Contents of
event data that Amazon SES publishes to Amazon SNS» (Amazon SES Developer Guide).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.practice.opt_out import Source


@dataclass(frozen=True)
class SmsReceipt:
    """One line of an SNS delivery log; `at` is when SNS took the message (UTC)."""

    message_id: str
    at: datetime
    delivered: bool
    reason: str  # the provider's words; see says_opted_out
    priced: bool  # the log shows a price: we paid, the practice pays
    destination: str  # E.164; for matching only, never stored


@dataclass(frozen=True)
class EmailEvent:
    """One SES event that ends something; `practice`, `entry` and `attempt` come from our tags.

    `deliver` also stores one when SNS rejects a number that has opted out.
    """

    practice: str
    entry: str  # entry key
    attempt: int  # of the entry: what became of an earlier one settles no later one
    message_id: str
    at: datetime
    delivered: bool
    reason: str
    opts_out: Source | None = None  # nothing more may be sent to this address

    @property
    def sort_key(self) -> str:
        """Its place in the practice's mailbox: the same event again takes the same one."""
        word = "delivered" if self.delivered else "failed"
        return f"{self.entry}#{self.attempt}#{'complained' if self.opts_out is Source.COMPLAINT else word}"


def says_opted_out(reason: str) -> bool:
    """Whether a provider's words mean that the number wants no SMS: «Phone number is opted out» in the logs of SNS."""
    return "opted out" in reason.casefold()
