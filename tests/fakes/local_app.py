"""Handlers in place of the app's, and shorthands for calls to AWS, for tests of the local cloud."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NUMBER = "+41791234567"
MINUTE = timedelta(minutes=1)


@dataclass
class FakeApp:
    """Records its calls; `act` holds the further actions of a handler."""

    act: dict[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    events: list[tuple[str, datetime, Any]] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    def _called(self, name: str, event: Any, context: Any) -> None:
        self.events.append((name, datetime.now(UTC), event))
        self.contexts.append(context)
        if name in self.act:
            self.act[name](event, context)

    def prepare(self, event: Any, context: Any) -> None:
        self._called("prepare", event, context)

    def send(self, event: Any, context: Any) -> None:
        self._called("send", event, context)

    def status(self, event: Any, context: Any) -> None:
        self._called("status", event, context)

    def run(self, event: Any, context: Any) -> None:
        self._called("run", event, context)

    def deliver(self, event: Any, context: Any) -> None:
        self._called("deliver", event, context)

    def nightly_check(self, event: Any, context: Any) -> None:
        self._called("nightly_check", event, context)

    def switches(self, event: Any, context: Any) -> None:
        self._called("switches", event, context)

    def dead_runs(self, event: Any, context: Any) -> None:
        self._called("dead_runs", event, context)

    def dead_outbox(self, event: Any, context: Any) -> None:
        self._called("dead_outbox", event, context)

    def times(self, name: str) -> list[str]:
        return [f"{at:%H:%M:%S}" for called, at, _ in self.events if called == name]


def fail(*_: Any) -> None:
    """A handler does not finish."""
    raise OSError("no")


@cache
def aws(service: str) -> Any:
    """A client without retries, shared by successive local clouds."""
    return boto3.client(service, region_name="eu-central-1", config=Config(retries={"total_max_attempts": 1}))


def sms(number: str = NUMBER, text: str = "Guten Tag", sender: str = "Praxis") -> str:
    attributes = {
        "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": sender},
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
    }
    answer = aws("sns").publish(PhoneNumber=number, Message=text, MessageAttributes=attributes)
    return str(answer["MessageId"])


def mail(to: str = "leser@example.ch", configured: bool = True) -> None:
    extra = {"ConfigurationSetName": os.environ["VITOSMS_MAIL_CONFIGURATION_SET"]} if configured else {}
    aws("sesv2").send_email(
        FromEmailAddress="Praxis <praxis@example.ch>",
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": {"Data": "Ihr Termin"}, "Body": {"Text": {"Data": "Grüezi"}}}},
        EmailTags=[{"Name": "entry", "Value": "abc"}],
        **extra,
    )


def receipts() -> list[dict[str, Any]]:
    url, found = os.environ["VITOSMS_RECEIPTS_QUEUE_URL"], []
    while messages := aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in messages]
    return found


def queue(name: str, body: str, **options: Any) -> None:
    aws("sqs").send_message(QueueUrl=os.environ[f"VITOSMS_{name}_QUEUE_URL"], MessageBody=body, **options)


def put(key: str, **attributes: Any) -> dict[str, Any]:
    item = {"pk": {"S": "p"}, "sk": {"S": key}, **attributes}
    return {"Put": {"TableName": os.environ["VITOSMS_TABLE"], "Item": item}}


def update(key: str, expression: str, condition: str = "attribute_exists(pk)", **values: Any) -> dict[str, Any]:
    names = {"#s": "state"} if "#s" in expression + condition else None
    return {
        "Update": {
            "TableName": os.environ["VITOSMS_TABLE"],
            "Key": {"pk": {"S": "p"}, "sk": {"S": key}},
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            **({"ExpressionAttributeNames": names} if names else {}),
            **({"ExpressionAttributeValues": {f":{k}": v for k, v in values.items()}} if values else {}),
        }
    }


def transact(*items: dict[str, Any]) -> None:
    aws("dynamodb").transact_write_items(TransactItems=list(items))
