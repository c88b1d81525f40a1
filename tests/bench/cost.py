"""The cost of a thousand messages at AWS without the carrier, from the counts of their day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.bench.day import Day
from tests.bench.prices import PRICES

_CONFIG = Path(__file__).parents[2] / ".chalice" / "config.json"
# Estimated, not counted: a Lambda's seconds at AWS (docs/operations.md, «The capacity of a stage»).
_SECONDS = {"deliver": 1.2, "run": 10.0}
_TICK_SECONDS = 0.2
_QUEUES = ("run", "deliver")  # Lambda receives and deletes each of their messages: two requests
_EVENTS = 1  # of SES for an e-mail: delivered


@dataclass(frozen=True)
class Item:
    """A line of the bill: how many units of a price, and USD."""

    price: str
    amount: float
    usd: float


def bill(day: Day, mails: bool) -> list[Item]:
    """The lines for a thousand messages of such a day."""
    operations = day.by_operation()
    polled = sum(2 * day.invocations.get(handler, 0) for handler in _QUEUES)
    amounts = {
        "write units": sum(day.writes.values()),
        "read units": sum(day.reads.values()),
        "Lambda requests": float(sum(day.invocations.values())),
        "Lambda time": sum(_gigabyte_seconds(handler) * count for handler, count in day.invocations.items()),
        "SQS": polled + sum(count for name, count in operations.items() if name.startswith("sqs.")),
        "SNS topics": float(_EVENTS * day.messages if mails else 0),
        "logs": float(day.logged),
        "parameters": float(sum(count for name, count in operations.items() if name.startswith("ssm."))),
    }
    scale = 1000 / day.messages
    return [Item(name, amount * scale, PRICES[name].of(amount * scale)) for name, amount in amounts.items()]


def _gigabyte_seconds(handler: str) -> float:
    return _SECONDS.get(handler, _TICK_SECONDS) * _memory(handler) / 1024


@cache
def _memory(handler: str) -> int:
    """MB that a Lambda has."""
    functions = json.loads(_CONFIG.read_text(encoding="utf-8"))["lambda_functions"]
    return int(functions[handler]["lambda_memory_size"]) if handler in functions else 256
