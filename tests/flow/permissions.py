"""The IAM permissions of calls to AWS, those in the policies of `.chalice/`, and a watch on the handlers."""

from __future__ import annotations

import json
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

from infra.local.clients import ACCOUNT, REGION
from infra.local.cloud import ALERT_SENDER
from infra.local.platform import Platform

POLICIES = Path(__file__).parents[2] / ".chalice"
STAGE = "local"
_NAMES = {  # as CloudFormation fills them in
    "${AWS::Partition}": "aws",
    "${AWS::Region}": REGION,
    "${AWS::AccountId}": ACCOUNT,
    "${Stage}": STAGE,
    "${AlertSender}": ALERT_SENDER,
    "${MailSenders}": "*",  # by default
}
Params = Mapping[str, Any]


@dataclass(frozen=True)
class Need:
    """An action on a resource, in a context (condition keys and their values), where SMS are sent from a region."""

    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()
    sms_region: str = REGION


@dataclass(frozen=True)
class Permission:
    """One action and one resource of one statement; `resource` as the file has it, with names in `${}`."""

    action: str
    resource: str
    allbut: bool = False  # NotResource: everything except that
    conditions: Mapping[str, str] = field(default_factory=dict, hash=False)  # StringEquals and StringLike alike

    def allows(self, need: Need) -> bool:
        sms, context = need.sms_region, dict(need.context)
        matches = fnmatchcase(need.resource, filled(self.resource, sms))
        return (
            self.action == need.action
            and matches is not self.allbut
            and all(fnmatchcase(context.get(key, ""), filled(value, sms)) for key, value in self.conditions.items())
        )


def filled(text: str, sms_region: str = REGION) -> str:
    for name, value in {**_NAMES, "${SmsRegion}": sms_region}.items():
        text = text.replace(name, value)
    return text


class Watch:
    """Records in `needed` the permissions for each handler's calls, and refuses calls that its policy forbids."""

    def __init__(self) -> None:
        self.needed: dict[str, set[Need]] = defaultdict(set)
        self._running: list[str] = []
        self._lock = threading.Lock()

    @contextmanager
    def on(self) -> Iterator[None]:
        """Watch all clients and local clouds of this process until the block ends."""
        watch, invoke, call = self, Platform.invoke, BaseClient._make_api_call

        def watched(platform: Platform, name: str, event: Mapping[str, Any]) -> bool:
            watch._running.append(name)
            try:
                return invoke(platform, name, event)
            finally:
                watch._running.pop()

        def allowed(client: Any, operation: str, params: dict[str, Any]) -> Any:
            if watch._running:
                service, region = client.meta.service_model.service_name, client.meta.region_name
                watch._look(watch._running[-1], needs_of(service, operation, params, region))
            return call(client, operation, params)

        with patch.object(Platform, "invoke", watched), patch.object(BaseClient, "_make_api_call", allowed):
            yield

    def _look(self, handler: str, needs: list[Need]) -> None:
        with self._lock:
            new = set(needs) - self.needed[handler]
            self.needed[handler] |= new
        for need in new:
            if not any(permission.allows(need) for permission in permissions_of(handler)):
                raise PermissionError(f".chalice/policy-{handler}.json does not allow {need}")


@cache
def permissions_of(function: str) -> list[Permission]:
    """Returns the permissions in the policy file of a Lambda."""
    policy = json.loads((POLICIES / f"policy-{function}.json").read_text(encoding="utf-8"))
    return permissions_in(policy)


def permissions_in(policy: Mapping[str, Any]) -> list[Permission]:
    return [permission for statement in policy["Statement"] for permission in _of_statement(statement)]


def _of_statement(statement: Mapping[str, Any]) -> Iterator[Permission]:
    assert statement["Effect"] == "Allow"
    assert statement.keys() <= {"Sid", "Effect", "Action", "Resource", "NotResource", "Condition"}
    assert statement.get("Condition", {}).keys() <= {"StringEquals", "StringLike", "StringLikeIfExists"}
    given = [one for test in statement.get("Condition", {}).values() for one in test.items()]
    conditions = {key: value if isinstance(value, str) else f"${{{value['Ref']}}}" for key, value in given}
    for action in statement["Action"]:
        for resource in statement.get("Resource") or statement["NotResource"]:
            yield Permission(action, resource, "NotResource" in statement, conditions)


def own_log(function: str) -> list[Need]:
    """Returns the permissions that the Lambda service needs in the role of any function."""
    stream = _log(f"/aws/lambda/vitosms-{STAGE}-{function}", "2026/11/23/[$LATEST]0")
    return [Need("logs:CreateLogStream", stream), Need("logs:PutLogEvents", stream)]


def polling(queue: str) -> list[Need]:
    """Returns the permissions that the event source mapping of a queue needs in its function's role."""
    actions = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    return [Need(f"sqs:{action}", _arn("sqs", queue)) for action in actions]


def needs_of(service: str, operation: str, params: Params, region: str = REGION) -> list[Need]:
    """Returns the permissions that a call to a region needs. KeyError for an operation that is not in the table."""
    needs = _NEEDS[f"{service}.{operation}"](params)
    asked, sms = (("aws:RequestedRegion", region),), os.environ.get("VITOSMS_SMS_REGION", REGION)
    there = f":{region}:"
    return [Need(one.action, one.resource.replace(f":{REGION}:", there), one.context + asked, sms) for one in needs]


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def _table(action: str) -> Callable[[Params], list[Need]]:
    def needs(params: Params) -> list[Need]:
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        return [Need(f"dynamodb:{action}", _arn("dynamodb", f"table/{params['TableName']}{index}"))]

    return needs


def _batch_get(params: Params) -> list[Need]:
    return [Need("dynamodb:BatchGetItem", _arn("dynamodb", f"table/{table}")) for table in params["RequestItems"]]


def _transaction(params: Params) -> list[Need]:
    """A transaction has no action of its own: it needs that of each of its writes."""
    writes = [(operation, write) for item in params["TransactItems"] for operation, write in item.items()]
    names = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
    return [need for operation, write in writes for need in _table(names[operation])(write)]


def _queue(action: str) -> Callable[[Params], list[Need]]:
    return lambda params: [Need(f"sqs:{action}", _arn("sqs", params["QueueUrl"].rpartition("/")[2]))]


def _log(group: str, stream: str) -> str:
    return _arn("logs", f"log-group:{group}:log-stream:{stream}")


def _logs(action: str) -> Callable[[Params], list[Need]]:
    """Filtering names no stream, but AWS requires a resource of that form."""
    return lambda params: [Need(f"logs:{action}", _log(params["logGroupName"], params.get("logStreamName", "")))]


def _secret(params: Params) -> list[Need]:
    parameter = _arn("ssm", f"parameter{params['Name']}")
    return [Need("ssm:GetParameter", parameter), *(_key("Decrypt", parameter) if params.get("WithDecryption") else [])]


def _new_secret(params: Params) -> list[Need]:
    parameter = _arn("ssm", f"parameter{params['Name']}")
    return [
        Need("ssm:PutParameter", parameter),
        *(_key("Encrypt", parameter) if params["Type"] == "SecureString" else []),
    ]


def _key(action: str, parameter: str) -> list[Need]:
    """Permissions for the key with which the Parameter Store encrypts a secret."""
    via, of = ("kms:ViaService", f"ssm.{REGION}.amazonaws.com"), ("kms:EncryptionContext:PARAMETER_ARN", parameter)
    return [Need(f"kms:{action}", _arn("kms", "key/00000000-0000-0000-0000-000000000000"), (via, of))]


def _publish(params: Params) -> list[Need]:
    """For a phone number, AWS requires the number itself as the resource."""
    return [Need("sns:Publish", params.get("TopicArn") or params["PhoneNumber"])]


def _mail(params: Params) -> list[Need]:
    sender = params["FromEmailAddress"]
    resources = [f"identity/{sender}"]
    if "ConfigurationSetName" in params:
        resources.append(f"configuration-set/{params['ConfigurationSetName']}")
    # SES names SendRawEmail where a raw one is not allowed, and documents SendEmail for the call
    actions = ["ses:SendEmail", *(["ses:SendRawEmail"] if "Raw" in params["Content"] else [])]
    context = (("ses:FromAddress", sender),)
    return [Need(action, _arn("ses", name), context) for action in actions for name in resources]


_NEEDS: Mapping[str, Callable[[Params], list[Need]]] = {
    "dynamodb.Query": _table("Query"),
    "dynamodb.GetItem": _table("GetItem"),
    "dynamodb.PutItem": _table("PutItem"),
    "dynamodb.UpdateItem": _table("UpdateItem"),
    "dynamodb.DeleteItem": _table("DeleteItem"),
    "dynamodb.BatchGetItem": _batch_get,
    "dynamodb.TransactWriteItems": _transaction,
    "sqs.SendMessageBatch": _queue("SendMessage"),
    "sqs.ReceiveMessage": _queue("ReceiveMessage"),
    "sqs.DeleteMessage": _queue("DeleteMessage"),  # the event source mapping, where a test plays it
    "sqs.DeleteMessageBatch": _queue("DeleteMessage"),
    "sqs.ChangeMessageVisibility": _queue("ChangeMessageVisibility"),
    "logs.CreateLogStream": _logs("CreateLogStream"),
    "logs.PutLogEvents": _logs("PutLogEvents"),
    "logs.FilterLogEvents": _logs("FilterLogEvents"),
    "logs.DescribeLogGroups": lambda params: [Need("logs:DescribeLogGroups", _arn("logs", "log-group::log-stream:"))],
    "ssm.GetParametersByPath": lambda params: [
        Need("ssm:GetParametersByPath", _arn("ssm", f"parameter{params['Path']}"))
    ],
    "ssm.GetParameter": _secret,
    "ssm.PutParameter": _new_secret,
    "sns.Publish": _publish,
    "sns.GetSMSAttributes": lambda params: [Need("sns:GetSMSAttributes", "*")],
    "cloudwatch.GetMetricStatistics": lambda params: [Need("cloudwatch:GetMetricStatistics", "*")],
    "sesv2.SendEmail": _mail,
}
