"""The local cloud refuses what AWS refuses, and moto would accept."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import LocalCloud
from tests.fakes.local_app import START, aws, put, transact

KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}
GROUP, NOW = "/vitosms/local/Auftragsverlauf", int(START.timestamp() * 1000)


def write(**given: Any) -> object:
    return aws("dynamodb").put_item(TableName=os.environ["VITOSMS_TABLE"], Item=KEY, **given)


def read(*keys: str) -> object:
    wanted = {"Keys": [{**KEY, "pk": {"S": key}} for key in keys]}
    return aws("dynamodb").batch_get_item(RequestItems={os.environ["VITOSMS_TABLE"]: wanted})


def send(*sizes: int) -> object:
    entries = [{"Id": str(n), "MessageBody": "x" * size} for n, size in enumerate(sizes)]
    return aws("sqs").send_message_batch(QueueUrl=os.environ["VITOSMS_RUNS_QUEUE_URL"], Entries=entries)


def log(*events: tuple[int, int]) -> object:
    lines = [{"timestamp": NOW + later, "message": "x" * size} for later, size in events]
    return aws("logs").put_log_events(logGroupName=GROUP, logStreamName="s", logEvents=lines)


def item(key: str, size: int) -> dict[str, Any]:
    return put(key, text={"S": "x" * size})


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "an unused value": (lambda: write(ExpressionAttributeValues={":a": {"S": "x"}}), "unused in expressions"),
    "an unused name": (lambda: write(ExpressionAttributeNames={"#a": "x"}), "unused in expressions"),
    "no names": (lambda: write(ExpressionAttributeNames={}), "must not be empty"),
    "an undefined name": (lambda: write(ConditionExpression="attribute_exists(#a)"), "does not define"),
    "a reserved word": (lambda: write(ConditionExpression="attribute_exists(state)"), "reserved keyword"),
    "a long condition": (lambda: write(ConditionExpression=" AND ".join(["attribute_exists(a)"] * 250)), "maximum"),
    "400 KB": (lambda: transact(item("a", 410_000)), "maximum allowed size"),
    "4 MB": (lambda: transact(*(item(str(n), 390_000) for n in range(11))), "4 MB"),
    "101 writes": (lambda: transact(*(item(str(n), 1) for n in range(101))), "less than or equal to 100"),
    "an item twice": (lambda: transact(item("a", 1), item("a", 1)), "multiple operations on one item"),
    "101 keys": (lambda: read(*map(str, range(101))), "Member must have length"),
    "a key twice": (lambda: read("a", "a"), "duplicates"),
    "256 KB of messages": (lambda: send(200_000, 100_000), "longer than 262144 bytes"),
    "256 KB of one line": (lambda: log((0, 262_144)), "too large"),
    "1 MB of lines": (lambda: log(*[(0, 250_000)] * 5), "too large"),
    "lines of 25 hours": (lambda: log((0, 1), (25 * 3_600_000, 1)), "more than 24 hours"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_aws_refuses_is_refused(cloud: LocalCloud, what: str) -> None:
    act, why = REFUSED[what]
    with pytest.raises(ClientError, match=why):
        act()
    assert cloud.scan_table() == []
