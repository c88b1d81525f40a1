"""Meters the DynamoDB request units of the handlers on an open local cloud, at the botocore boundary."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from infra.local import stack
from infra.local.clients import ACCOUNT, REGION
from infra.local.cloud import LocalCloud
from infra.local.networks import sent_message as wire
from infra.local.patches.attributes import attribute
from tests.bench.item_size import Attributes
from tests.bench.units import index_write, indexes_of, read_each, read_range, table_write

Answer = Callable[[], AWSResponse | None]
INDEXES = indexes_of(stack.template()["Resources"]["Table"]["Properties"])
_SINGLE = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}


class MeterError(BaseException):
    """The meter does not know what a request costs. Not a subclass of Exception: botocore would retry the request."""


@dataclass(frozen=True)
class Place:
    """Where units go: in which handler, for which item (an entry with its move), and in the table or which index."""

    handler: str
    item: str
    where: str


@dataclass
class Meter:
    """The write and read units used until now, by place."""

    cloud: LocalCloud
    writes: defaultdict[Place, float] = field(default_factory=lambda: defaultdict(float))
    reads: defaultdict[Place, float] = field(default_factory=lambda: defaultdict(float))

    def measure(self, event_name: str, request: AWSPreparedRequest, answer: Answer) -> AWSResponse | None:
        """Ask for the answer, and note the units of the request where a handler made it."""
        _, service, action = event_name.split(".")
        handler = self.cloud.running
        if service != "dynamodb" or handler is None:
            return answer()
        params = json.loads(wire.body_bytes(request))
        if writes := _writes_of(action, params):
            return self._write(handler, writes, action == "TransactWriteItems", answer)
        answered = answer()
        with _known():
            assert answered is not None
            self._read(handler, action, params, json.loads(answered.content))
        return answered

    def _write(
        self, handler: str, writes: Sequence[Mapping[str, Any]], transactional: bool, answer: Answer
    ) -> AWSResponse | None:
        """Records the items before and after a write; a refused one leaves them unchanged, and counts."""
        with _known():
            before = [_stored(write) for write in writes]
        answered = answer()
        with _known():
            for write, old in zip(writes, before, strict=True):
                self._note_write(handler, old, _stored(write), transactional)
        return answered

    def _note_write(self, handler: str, old: Attributes | None, new: Attributes | None, transactional: bool) -> None:
        item = _name(old, new)
        self.writes[Place(handler, item, "table")] += table_write(old, new, transactional)
        for index in INDEXES:
            if units := index_write(old, new, index):
                self.writes[Place(handler, item, index.name)] += units

    def _read(self, handler: str, action: str, params: Mapping[str, Any], answered: Mapping[str, Any]) -> None:
        if action == "BatchGetItem":
            for table, wanted in params["RequestItems"].items():
                found = answered["Responses"].get(table, [])
                units = read_each(found, len(wanted["Keys"]) - len(found), wanted.get("ConsistentRead", False))
                self.reads[Place(handler, "BatchGetItem", "table")] += units
            return
        consistent, where = params.get("ConsistentRead", False), params.get("IndexName", "table")
        if action == "GetItem":
            found = [answered["Item"]] if "Item" in answered else []
            units = read_each(found, 1 - len(found), consistent)
        elif action in ("Query", "Scan") and "FilterExpression" not in params:
            shown = {index.name: index.shown for index in INDEXES}.get(where, lambda item: item)
            units = read_range(filter(None, map(shown, answered["Items"])), consistent)
        else:
            raise ValueError(f"nobody knows here what {action} costs: {sorted(params)}")
        self.reads[Place(handler, action, where)] += units


@contextmanager
def metered(cloud: LocalCloud) -> Iterator[Meter]:
    """Meter an open local cloud until the block ends."""
    meter = Meter(cloud)
    handle = cloud.gateway.handle

    def through(event_name: str, request: AWSPreparedRequest, moto: Answer) -> AWSResponse:
        return handle(event_name, request, lambda: meter.measure(event_name, request, moto))

    with patch.object(cloud.gateway, "handle", through):
        yield meter


@contextmanager
def _known() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise MeterError(repr(error)) from error


def _writes_of(action: str, params: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The single writes of a request; none of one that reads."""
    if action == "TransactWriteItems":
        return [write for put in params["TransactItems"] for write in put.values()]
    return [params] if action in _SINGLE else []


def _stored(write: Mapping[str, Any]) -> Attributes | None:
    """The item that a write names as moto has it now."""
    key = write.get("Key") or write["Item"]
    table: Any = dynamodb_backends[ACCOUNT][REGION].tables[write["TableName"]]
    held = table.items.get(DynamoType(key[table.hash_key_attr]), {}).get(DynamoType(key[table.range_key_attr]))
    return {name: attribute(value) for name, value in held.attrs.items()} if held is not None else None


def _name(before: Attributes | None, after: Attributes | None) -> str:
    """Returns the kind of an item; of an entry also its transition."""
    item = after or before or {"pk": {"S": ""}, "sk": {"S": "nothing"}}
    pk, kind = str(item["pk"]["S"]), str(item["sk"]["S"]).split("#")[0]
    if pk.startswith("#"):  # not of a practice: #receipt#<message id>
        return pk.split("#")[1]
    if pk.endswith("#mail"):
        return "mailbox"
    if kind != "entry":
        return kind
    old, new = (item["state"]["S"] if item and "state" in item else "new" for item in (before, after))
    return f"entry {old} → {new}"
