"""The DynamoDB table as plain Python values: bulk reads, and transactions with the reasons of a cancellation. I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from chalicelib.aws.batches import batches
from chalicelib.aws.items import Item, Key

READ = 100  # keys per BatchGetItem
WRITE = 100  # items per TransactWriteItems
_ATTEMPTS = 8  # of a write that conflicted with another
_FIRST_WAIT, _LONGEST_WAIT, _ANSWER = 0.05, 1.6, 0.02  # seconds; the waits are doubled each time
_TRANSIENT = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


@dataclass(frozen=True)
class Reason:
    """Why one item of a transaction was refused: DynamoDB's code, and the current item."""

    code: str  # "None" if the item was not the cause
    item: Item | None


class CancelledError(Exception):
    """A transaction was cancelled and nothing was written; one reason for each item, in order."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("transaction cancelled: " + ", ".join(reason.code for reason in reasons))
        self.reasons = reasons

    @property
    def busy(self) -> bool:
        """Whether another transaction was in the way each time."""
        return any(reason.code in _TRANSIENT for reason in self.reasons)


class Table:
    """One table through a low-level DynamoDB client."""

    def __init__(self, client: Any, name: str, sleep: Callable[[float], None], chance: Callable[[], float]) -> None:
        self._client, self._name, self._sleep, self._chance = client, name, sleep, chance

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """The existing items of these keys, in no order; consistent; 100 keys per call."""
        found: list[Item] = []
        for batch in batches(keys, READ):
            wanted = {"Keys": [_to_item(key) for key in batch], "ConsistentRead": True}
            request: dict[str, Any] = {self._name: wanted}
            for attempt in count(1):
                answer = self._client.batch_get_item(RequestItems=request)
                found += [_from_item(item) for item in answer["Responses"].get(self._name, [])]
                request = answer.get("UnprocessedKeys") or {}
                if not request:
                    break
                self._sleep(self._wait(attempt))
        return found

    def get(self, key: Key) -> Item | None:
        answer = self._client.get_item(TableName=self._name, Key=_to_item(key), ConsistentRead=True)
        return _from_item(answer["Item"]) if "Item" in answer else None

    def count_up(self, key: Key) -> int:
        """Count up the number of an item and return it; a number is skipped if an answer was lost."""
        answer = self._client.update_item(
            TableName=self._name, Key=_to_item(key), UpdateExpression="ADD #number :one", ReturnValues="UPDATED_NEW",
            ExpressionAttributeNames={"#number": "number"}, ExpressionAttributeValues=_to_item({":one": 1}),
        )  # fmt: skip
        number: int = _from_item(answer["Attributes"])["number"]
        return number

    def query(self, condition: str, values: Item, index: str | None = None) -> Iterator[Item]:
        """All pages of a key condition; an index is read eventually consistent."""
        arguments: dict[str, Any] = {"TableName": self._name, "KeyConditionExpression": condition}
        arguments["ExpressionAttributeValues"] = _to_item(values)
        arguments |= {"IndexName": index} if index else {"ConsistentRead": True}
        while True:
            page = self._client.query(**arguments)
            yield from (_from_item(item) for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def transact(self, writes: Sequence[Item], patience: float = 0.0) -> None:
        """Do all writes or none; repeat if another transaction conflicted, for at least `patience` seconds.

        Raises CancelledError with the reasons if a condition failed, or if it conflicted each time.
        """
        request, waited = [self._write(write) for write in writes], 0.0
        for attempt in count(1):
            try:
                self._client.transact_write_items(TransactItems=request)
            except ClientError as error:
                cancelled = CancelledError(_reasons(error))
                if not cancelled.busy or (attempt >= _ATTEMPTS and waited >= patience):
                    raise cancelled from None
                wait = self._wait(attempt)
                self._sleep(wait)
                waited += wait + _ANSWER
            else:
                return

    def _wait(self, attempt: int) -> float:
        """Seconds before the next attempt: any up to a longest one, so that two workers do not meet again."""
        return self._chance() * min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(attempt - 1, 10))

    def write(self, write: Item) -> Item | None:
        """Make one conditional write. None if it was done; the current item if the condition failed."""
        ((operation, arguments),) = self._write(write).items()
        method = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}[operation]
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                getattr(self._client, method)(**arguments)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == "ConditionalCheckFailedException":
                    return _from_item(error.response.get("Item", {}))
                if code != "TransactionConflictException":
                    raise
                if attempt == _ATTEMPTS:
                    raise CancelledError([Reason("TransactionConflict", None)]) from None
                self._sleep(self._wait(attempt))
            else:
                break
        return None

    def _write(self, write: Item) -> Item:
        ((operation, given),) = write.items()
        arguments = {"TableName": self._name, **given}
        for name in ("Item", "Key", "ExpressionAttributeValues"):
            if name in arguments:
                arguments[name] = _to_item(arguments[name])
        if "ConditionExpression" in arguments:
            arguments["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return {operation: arguments}


def _reasons(error: ClientError) -> list[Reason]:
    """The reasons of a cancelled transaction; any other error is raised again."""
    if error.response["Error"]["Code"] != "TransactionCanceledException":
        raise error
    reasons = error.response.get("CancellationReasons", [])
    return [
        Reason(reason.get("Code", "None"), _from_item(reason["Item"]) if reason.get("Item") else None)
        for reason in reasons
    ]


def _to_item(values: Item) -> Item:
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in values.items()}


def _from_item(item: Item) -> Item:
    deserialize = TypeDeserializer().deserialize
    return {name: _plain(deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    """DynamoDB's numbers are Decimals, and ours are whole; its bytes are in a class of boto3."""
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, Binary):
        return value.value
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
