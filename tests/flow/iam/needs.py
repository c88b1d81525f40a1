"""The IAM permissions that calls to AWS need, and those that AWS itself needs in the name of a Lambda."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.clients import ACCOUNT, REGION

STAGE = "local"
Params = Mapping[str, Any]


@dataclass(frozen=True)
class Need:
    """An action on a resource, in a context (condition keys and their values), where SMS are sent from a region."""

    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()
    sms_region: str = REGION


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


def _parameters(params: Params) -> list[Need]:
    """Several at once; the key is needed for the secrets among them."""
    names = [_arn("ssm", f"parameter{name}") for name in params["Names"]]
    secret = [key for one in names if "/vitosms-secrets/" in one for key in _key("Decrypt", one)]
    return [*(Need("ssm:GetParameters", one) for one in names), *secret]


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


def _user(action: str) -> Callable[[Params], list[Need]]:
    return lambda params: [Need(f"cognito-idp:{action}", _arn("cognito-idp", f"userpool/{params['UserPoolId']}"))]


_OF_USERS = (
    "AdminCreateUser", "AdminDeleteUser", "AdminSetUserPassword", "AdminUpdateUserAttributes", "AdminUserGlobalSignOut",
)  # fmt: skip
_NEEDS: Mapping[str, Callable[[Params], list[Need]]] = {
    **{f"dynamodb.{name}": _table(name) for name in ("Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem")},
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
    "ssm.GetParameters": _parameters,
    "ssm.PutParameter": _new_secret,
    "sns.Publish": _publish,
    "sns.GetSMSAttributes": lambda params: [Need("sns:GetSMSAttributes", "*")],
    "cloudwatch.GetMetricStatistics": lambda params: [Need("cloudwatch:GetMetricStatistics", "*")],
    "sesv2.SendEmail": _mail,
    **{f"cognito-idp.{name}": _user(name) for name in _OF_USERS},
}
