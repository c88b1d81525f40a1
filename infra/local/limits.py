"""Refuse the requests that AWS refuses for their size or form, and moto accepts.

The limits are those of the API references of DynamoDB, SQS and CloudWatch Logs.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.local.networks.sent_message import ErrorAnswer

MAX_TRANSACTION = 4 * 1024 * 1024  # bytes, as the following
MAX_EXPRESSION = 4096
MAX_MESSAGE = 256 * 1024
MAX_LOG_BATCH, LOG_OVERHEAD = 1_048_576, 26
MAX_LOG_SPAN = 24 * 3600 * 1000  # ms
_EXPRESSIONS = ("Condition", "Update", "KeyCondition", "Filter", "Projection")

Request = Mapping[str, Any]


def refusal(operation: str, request: Request) -> ErrorAnswer | None:
    """The error of AWS for a request; None if it accepts it."""
    match operation.split("."):
        case "dynamodb", "TransactWriteItems":
            writes = [write for item in request["TransactItems"] for write in item.values()]
            if sum(_size(write.get("Item") or _changed(write)) for write in writes) > MAX_TRANSACTION:
                return _invalid("Transaction request exceeds 4 MB")
            return next((found for write in writes if (found := _wrong_expression(write))), None)
        case "dynamodb", ("PutItem" | "UpdateItem" | "DeleteItem" | "Query"):
            return _wrong_expression(request)
        case "sqs", "SendMessage" if len(request["MessageBody"].encode()) > MAX_MESSAGE:
            return ErrorAnswer("InvalidParameterValue", f"Message must be shorter than {MAX_MESSAGE} bytes.")
        case "sqs", "SendMessageBatch":
            if sum(len(entry["MessageBody"].encode()) for entry in request["Entries"]) > MAX_MESSAGE:
                code = "AWS.SimpleQueueService.BatchRequestTooLong"
                return ErrorAnswer(code, f"Batch requests cannot be longer than {MAX_MESSAGE} bytes.")
        case "logs", "PutLogEvents":
            return _wrong_events(request["logEvents"])
    return None


def _invalid(message: str) -> ErrorAnswer:
    return ErrorAnswer("ValidationException", message)


def _wrong_expression(request: Request) -> ErrorAnswer | None:
    """An expression that is too long, or names or values that none uses, or that none defines."""
    texts = [str(request.get(f"{kind}Expression", "")) for kind in _EXPRESSIONS]
    if any(len(text.encode()) > MAX_EXPRESSION for text in texts):
        return _invalid("Invalid Expression: Expression size has exceeded the maximum allowed size")
    for sign, given in (("#", "ExpressionAttributeNames"), (":", "ExpressionAttributeValues")):
        used = set(re.findall(rf"{sign}\w+", " ".join(texts)))
        if given in request and not request[given]:
            return _invalid(f"{given} must not be empty")
        if unused := request.get(given, {}).keys() - used:
            return _invalid(f"Value provided in {given} unused in expressions: keys: {{{', '.join(sorted(unused))}}}")
        if undefined := used - request.get(given, {}).keys():
            return _invalid(f"An expression uses {', '.join(sorted(undefined))}, which {given} does not define")
    return None


def _changed(write: Request) -> Request:
    return {**write["Key"], **write.get("ExpressionAttributeValues", {})}


def _size(item: Request) -> int:
    return sum(len(name.encode()) + _size_of(value) for name, value in item.items())


def _size_of(value: Request) -> int:
    ((kind, content),) = value.items()
    if kind == "M":
        return 3 + _size(content) + len(content)
    if kind == "L":
        return 3 + sum(_size_of(member) + 1 for member in content)
    return sum(_bytes_of(content))


def _bytes_of(content: Any) -> Iterator[int]:
    if isinstance(content, list):
        yield from (len(member.encode()) for member in content)
    else:
        yield len(content.encode()) if isinstance(content, str) else 1


def _wrong_events(events: list[Request]) -> ErrorAnswer | None:
    sizes = [len(event["message"].encode()) + LOG_OVERHEAD for event in events]
    times = [event["timestamp"] for event in events]
    if max(sizes) > MAX_MESSAGE:
        why = f"Log event too large: {max(sizes)} bytes exceeds limit of {MAX_MESSAGE}"
    elif sum(sizes) > MAX_LOG_BATCH:
        why = f"Upload too large: {sum(sizes)} bytes exceeds limit of {MAX_LOG_BATCH}"
    elif max(times) - min(times) > MAX_LOG_SPAN:
        why = "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
    else:
        return None
    return ErrorAnswer("InvalidParameterException", why)
