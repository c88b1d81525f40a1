"""DynamoDB on the local cloud: fast and correct."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models import dynamodb_backends

from infra.local.clients import ACCOUNT, REGION
from infra.local.cloud import LocalCloud
from tests.fakes.local_app import aws, put, transact, update


def test_a_cancelled_transaction_leaves_every_item_as_it_was(cloud: LocalCloud) -> None:
    transact(put("a", state={"S": "prepared"}, n={"M": {"deep": {"N": "1"}}}), put("b", state={"S": "sent"}))
    before = cloud.scan_table()
    with pytest.raises(ClientError) as cancelled:
        transact(
            update("a", "SET #s = :new, n.deep = :two", new={"S": "reserved"}, two={"N": "2"}),
            put("new", state={"S": "prepared"}),
            {"Delete": {"TableName": "vitosms-local", "Key": {"pk": {"S": "p"}, "sk": {"S": "b"}}}},
            update("missing", "SET #s = :new", new={"S": "reserved"}),
        )
    reasons = [reason["Code"] for reason in cancelled.value.response["CancellationReasons"]]
    assert reasons == ["None", "None", "None", "ConditionalCheckFailed"]
    assert sorted(cloud.scan_table(), key=str) == sorted(before, key=str)
    assert aws("dynamodb").query(
        TableName="vitosms-local",
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": "p"}},
    )["Count"] == len(before)


def test_a_block_of_98_entries_on_a_table_of_5000_copies_none_of_the_others(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = dynamodb_backends[ACCOUNT][REGION].tables["vitosms-local"]
    for i in range(5000):
        table.put_item({"pk": {"S": "p"}, "sk": {"S": f"{i:04}"}, "state": {"S": "prepared"}})
    copied: list[object] = []
    monkeypatch.setattr(type(table), "__deepcopy__", lambda whole, memo: copied.append(whole), raising=False)
    new = {"S": "reserved"}
    transact(*(update(f"{i:04}", "SET #s = :new", "#s <> :new", new=new) for i in range(98)))
    assert copied == []
    assert sum(item["state"] == "reserved" for item in cloud.scan_table()) == 98


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ("SET #s = :new", {"new": {"S": "x"}}, {"state": "x", "n": 1, "gone": "z"}),
        ("SET #s=:new,n=:n REMOVE gone", {"new": {"S": "x"}, "n": {"N": "5"}}, {"state": "x", "n": 5}),
        ("REMOVE gone, n", {}, {"state": "a"}),
        ("set #s = :new remove absent", {"new": {"S": "y"}}, {"state": "y", "n": 1, "gone": "z"}),
        (
            "SET n = if_not_exists(n, :m), m = if_not_exists(m, :m)",
            {"m": {"N": "7"}},
            {"state": "a", "n": 1, "m": 7, "gone": "z"},
        ),
        ("SET n = n - :one", {"one": {"N": "1"}}, {"state": "a", "n": 0, "gone": "z"}),
        ("ADD n :one", {"one": {"N": "1"}}, {"state": "a", "n": 2, "gone": "z"}),
    ],
)
def test_an_update_does_the_same_the_first_and_the_second_time(
    cloud: LocalCloud, expression: str, values: dict[str, Any], expected: dict[str, Any]
) -> None:
    for key in ("first", "second"):
        transact(put(key, state={"S": "a"}, n={"N": "1"}, gone={"S": "z"}))
        transact(update(key, expression, **values))
    assert sorted(cloud.scan_table(), key=str) == [{"pk": "p", "sk": key, **expected} for key in ("first", "second")]


@pytest.mark.parametrize(
    "expression",
    ["SET sk = :new", "SET open_pk = :number", "SET open_pk = :empty", "SET #s = :new, #s = :new"],
)
def test_an_update_that_dynamodb_refuses_is_refused_every_time(cloud: LocalCloud, expression: str) -> None:
    values = {"new": {"S": "x"}, "number": {"N": "1"}, "empty": {"S": ""}}
    used = {name: value for name, value in values.items() if f":{name}" in expression}
    transact(put("a"), put("b"))
    transact(update("a", "SET open_pk = :new", new={"S": "x"}))
    for key in ("a", "b"):
        with pytest.raises(ClientError):
            transact(update(key, expression, "attribute_exists(pk)", **used))


def test_an_item_above_400_kilobytes_is_refused(cloud: LocalCloud) -> None:
    half = {"S": "x" * 210_000}
    transact(put("a", first=half), put("b", first=half))
    for key in ("a", "b"):
        transact(update(key, "SET small = :s", s={"S": "x"}))
        with pytest.raises(ClientError):
            transact(update(key, "SET big = :big", big=half))
    assert all("big" not in item for item in cloud.scan_table())


def test_an_index_is_queried_by_its_key_in_its_order(cloud: LocalCloud) -> None:
    def opened(state: str, starts_at: str) -> dict[str, Any]:
        return {"open_pk": {"S": state}, "open_sk": {"S": starts_at}}

    transact(put("1", **opened("x", "c")), put("2", **opened("y", "a")), put("3", **opened("x", "b")), put("4"))
    transact(update("2", "REMOVE open_pk, open_sk"))
    found = aws("dynamodb").query(
        TableName="vitosms-local",
        IndexName="groups",
        KeyConditionExpression="open_pk = :x AND open_sk >= :b",
        ExpressionAttributeValues={":x": {"S": "x"}, ":b": {"S": "b"}},
    )
    assert [item["sk"]["S"] for item in found["Items"]] == ["3", "1"]


def test_parallel_writers_lose_no_update(cloud: LocalCloud) -> None:
    transact(put("counter", n={"N": "0"}))
    client = boto3.client("dynamodb")

    def add(_: int) -> None:
        client.update_item(
            TableName="vitosms-local",
            Key={"pk": {"S": "p"}, "sk": {"S": "counter"}},
            UpdateExpression="SET n = n + :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(add, range(60)))
    assert cloud.scan_table() == [{"pk": "p", "sk": "counter", "n": 60}]
