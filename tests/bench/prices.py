"""AWS's prices without the carrier: eu-central-1 (Frankfurt) in USD, without VAT.

As of 2026-11-26. Free tiers are left out. Where no page with Frankfurt's own price could be read, the source says so:
check with AWS's price pages before anybody is quoted one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

AS_OF = "2026-11-26"


@dataclass(frozen=True)
class Price:
    """A price: `usd` for `per` of `unit`, and its source."""

    usd: Decimal
    per: int
    unit: str
    source: str

    def of(self, amount: float) -> float:
        """USD for an amount of the unit."""
        return float(self.usd) * amount / self.per


_MILLION = 1_000_000
_VIRGINIA = (
    "us-east-1 has 0.625 and 0.125 (pages of 2025, after the cut by half of November 2024); Frankfurt from memory"
)
PRICES = {
    "write units": Price(Decimal("0.7625"), _MILLION, "DynamoDB write request units, on demand", _VIRGINIA),
    "read units": Price(Decimal("0.1525"), _MILLION, "DynamoDB read request units, on demand", _VIRGINIA),
    "Lambda requests": Price(Decimal("0.20"), _MILLION, "invocations", "AWS's Lambda price page, read 2026-09"),
    "Lambda time": Price(
        Decimal("0.0000133334"), 1, "GB-seconds, arm64", "artillery's table of Lambda prices, base rate of regions"
    ),
    "SQS": Price(Decimal("0.40"), _MILLION, "requests of standard queues", "lists of AWS's prices, not of Frankfurt"),
    "SNS topics": Price(Decimal("0.50"), _MILLION, "publishes to a topic", "lists of AWS's prices, not of Frankfurt"),
    "logs": Price(Decimal("0.63"), 1_000_000_000, "bytes that CloudWatch Logs takes in", "from memory"),
    "parameters": Price(Decimal("0"), 1, "reads of standard parameters", "from memory: free at standard throughput"),
}
