"""The metric of SNS about the cost of this month's SMS, filled in when somebody asks for it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from moto.cloudwatch.models import cloudwatch_backends

from infra.local.clients import ACCOUNT
from infra.local.networks.delivery_outcomes import PRICE_USD, parts_of
from infra.local.networks.sent_message import SMS, SentMessage

NAMESPACE, METRIC = "AWS/SNS", "SMSMonthToDateSpentUSD"


def month_to_date(messages: Iterable[SentMessage]) -> list[tuple[datetime, float]]:
    """Return the cost of the SMS of the (UTC) month in USD, after each."""
    months: dict[tuple[int, int], float] = defaultdict(float)
    found = []
    for message in messages:
        if message.channel == SMS:
            month = message.at.year, message.at.month
            months[month] += PRICE_USD * parts_of(message.text)
            found.append((message.at, months[month]))
    return found


def fill_in(messages: Iterable[SentMessage], region: str) -> None:
    """Put the metric of these messages into moto, which counts its days from the first point, and has no time zones."""
    backend = cloudwatch_backends[ACCOUNT][region]
    backend.metric_data = [one for one in backend.metric_data if one.namespace != NAMESPACE]
    costs = month_to_date(messages)
    months = sorted({at.replace(day=1, hour=0, minute=0, second=0, microsecond=0) for at, _ in costs})
    points = sorted([*((month, 0.0) for month in months), *costs])
    data = [{"MetricName": METRIC, "Value": usd, "Timestamp": at.replace(tzinfo=None)} for at, usd in points]
    backend.put_metric_data(NAMESPACE, data)
