"""The cost of the SMS of the account this month, and its limit. I/O: SNS and CloudWatch, one call each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

LIMIT = "MonthlySpendLimit"
AT_FIRST = 1.0  # USD a month, if SNS names no limit
_DAY = 86_400  # seconds


@dataclass(frozen=True)
class Spending:
    """USD: the limit of a month, and the cost of this one at the end of each of its days (UTC)."""

    limit: float
    by_day: Mapping[date, float]

    @property
    def spent(self) -> float:
        return max(self.by_day.values(), default=0.0)

    @property
    def pace(self) -> float:
        """The cost of the latest day on which there was any."""
        totals = [0.0, *(self.by_day[day] for day in sorted(self.by_day))]
        return next((after - before for before, after in reversed([*pairwise(totals)]) if after > before), 0.0)

    @property
    def days_left(self) -> float | None:
        """For how many more days of sending the limit lasts at this pace; None if nothing was sent."""
        return (self.limit - self.spent) / self.pace if self.pace else None


class SmsSpending:
    """The spending of the account; the clients are those of the region from which SMS are sent."""

    def __init__(self, sns: Any, cloudwatch: Any) -> None:
        self._sns, self._cloudwatch = sns, cloudwatch

    def of_month(self, now: datetime) -> Spending:
        """Return the spending of the (UTC) month of this instant."""
        attributes = self._sns.get_sms_attributes(attributes=[LIMIT])["attributes"]
        first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        answer = self._cloudwatch.get_metric_statistics(
            Namespace="AWS/SNS",
            MetricName="SMSMonthToDateSpentUSD",
            StartTime=first,
            EndTime=now,
            Period=_DAY,
            Statistics=["Maximum"],
        )
        by_day = {point["Timestamp"].astimezone(UTC).date(): float(point["Maximum"]) for point in answer["Datapoints"]}
        return Spending(float(attributes.get(LIMIT) or AT_FIRST), by_day)
