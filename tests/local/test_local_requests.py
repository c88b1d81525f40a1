"""The shortcuts of the local cloud change no answer: each request is made to it, and to moto alone."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError
from moto import mock_aws

from infra.local.cloud import LocalCloud
from tests.fakes.local_app import START, FakeApp

TABLE = {
    "TableName": "t",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    "BillingMode": "PAY_PER_REQUEST",
}
VALUES: list[dict[str, Any]] = [
    {"S": "ä, «b» & c=d?e%20f"}, {"S": ""}, {"N": "-1.50"}, {"BOOL": False}, {"NULL": True}, {"B": b"\x00\xff"},
    {"SS": ["a", "b"]}, {"NS": ["1", "2"]}, {"BS": [b"1"]}, {"L": []}, {"L": [{"S": "a"}, {"M": {"b": {"B": b"c"}}}]},
    {"M": {"S": {"N": "1"}, "L": {"L": [{"BOOL": True}, {"NULL": True}]}}},
]  # fmt: skip
WRONG: list[dict[str, Any]] = [
    {"S": 1}, {"N": 1}, {"BOOL": "true"}, {"X": "a"}, {"S": "a", "N": "1"}, {"S": None}, {"N": "one"},
]  # fmt: skip
NAME = "/vitosms/local/praxis/Schalter/Sprache"
REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "json": ("ssm", "get_parameters_by_path", {"Path": "/vitosms/local/praxis/", "Recursive": True}),
    "json, an error": ("ssm", "get_parameter", {"Name": "/nobody"}),
    "json, a body like a form": ("ssm", "put_parameter", {"Name": "/a", "Value": "Action=x&y=z", "Type": "String"}),
    "json without parsing": ("logs", "describe_log_groups", {"logGroupNamePrefix": "none"}),
    "json, an error of a queue": ("sqs", "get_queue_url", {"QueueName": "none"}),
    "a form": ("sns", "create_topic", {"Name": "one"}),
    "a form, an error": ("sns", "get_topic_attributes", {"TopicArn": "arn:aws:sns:eu-central-1:123456789012:none"}),
    "a path": ("sesv2", "create_email_identity", {"EmailIdentity": "a+b@c.example"}),
    "a path, an error": ("sesv2", "get_email_identity", {"EmailIdentity": "d@c.example"}),
    "a method without a body": ("sesv2", "list_contact_lists", {}),
}


@pytest.fixture
def both() -> Callable[[Callable[[], Any]], tuple[Any, Any]]:
    """The answers to a request, of moto alone and of the local cloud."""

    def answers(ask: Callable[[], Any]) -> tuple[Any, Any]:
        with LocalCloud(FakeApp(), START):
            quick = outcome(ask)
        with pytest.MonkeyPatch.context() as patch, mock_aws():
            patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
            return outcome(ask), quick

    return answers


def outcome(ask: Callable[[], Any]) -> Any:
    """The answer without what differs from request to request, or the error."""
    try:
        answer = dict(ask())
    except ClientError as error:
        return type(error).__name__, error.response["Error"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    except ParamValidationError as error:
        return str(error)
    about = answer.pop("ResponseMetadata")
    return answer, about["HTTPStatusCode"], sorted(about["HTTPHeaders"])


@pytest.mark.parametrize("value", [*VALUES, *WRONG], ids=str)
def test_a_value_comes_back_the_same(value: dict[str, Any], both: Any) -> None:
    def ask() -> Any:
        client = boto3.client("dynamodb")
        client.create_table(**TABLE)
        client.put_item(TableName="t", Item={"pk": {"S": "p"}, "sk": {"S": "s"}, "value": value})
        return client.query(
            TableName="t", KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "p"}}
        )

    plain, quick = both(ask)
    assert quick == plain
    if value in VALUES:
        assert quick[0]["Items"][0]["value"] == value


@pytest.mark.parametrize("request_of", REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_answered_the_same(request_of: tuple[str, str, dict[str, Any]], both: Any) -> None:
    service, operation, parameters = request_of
    plain, quick = both(lambda: getattr(boto3.client(service), operation)(**parameters))
    assert quick == plain
