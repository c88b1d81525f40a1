"""Create the resources of `infra/resources.yaml`.

moto's CloudFormation creates the tables, queues, topics and log groups. The others are created here by calls
that take their arguments from the template: nothing of the template is repeated.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from moto.cloudformation.models import cloudformation_backends
from moto.cloudformation.parsing import clean_json
from moto.cloudformation.utils import yaml_tag_constructor
from moto.sns.models import sns_backends

from chalicelib.providers.sms_spending import LIMIT
from infra import sms_template
from infra.local.clients import ACCOUNT, REGION, client
from infra.local.networks.delivery_outcomes import LIMIT_USD

TEMPLATE = Path(__file__).parent.parent / "resources.yaml"
_BY_MOTO = {
    "AWS::DynamoDB::Table",
    "AWS::IAM::Role",  # not assumed here, but named in the outputs
    "AWS::Logs::LogGroup",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
}
CANARY_PRACTICE = "canary"  # watched if it exists
ALERT_SENDER = "vitosms@example.ch"  # of e-mails to people of a practice; a parameter of infra/functions.yaml
# The resources that only AWS needs, and why they are not created here.
_IGNORED = {
    "AWS::CloudWatch::Alarm": "nobody measures a Lambda or a queue here; an operator sees what happens at once",
    "AWS::CloudWatch::Dashboard": "for the same reason",
    "AWS::KMS::Key": "nothing is encrypted here, and moto takes longer to make one than all the rest",
    "AWS::Logs::QueryDefinition": "moto runs neither filters nor statistics: tests/deploy reads the queries",
    "AWS::SES::ConfigurationSetEventDestination": "receipts.py plays it: see MailEvents",
    "AWS::SNS::TopicPolicy": "moto lets everybody do everything",
    "AWS::SQS::QueuePolicy": "moto lets everybody do everything",
}
# Conditions of the template exclude the rest: no OperatorEmail is given, so there is no subscription.

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class MailEvents:
    """The topic to which SES publishes events of these types, for one configuration set."""

    configuration_set: str
    topic_arn: str
    types: frozenset[str]  # in lower case: "send", "bounce"


@dataclass(frozen=True)
class Stack:
    """`outputs` are the template's own."""

    outputs: Mapping[str, str]
    mail_events: MailEvents


class _Loader(yaml.SafeLoader):
    """Parses the short forms of CloudFormation: !Ref, !Sub, !GetAtt."""


_Loader.add_multi_constructor("!", lambda loader, tag, node: yaml_tag_constructor(loader, f"!{tag}", node))


def create(stage: str, sms_region: str = REGION) -> Stack:
    """Create all resources of a stage; what its SMS need, in their region. Raises ValueError for an unknown kind."""
    own = {"CanaryPractice": CANARY_PRACTICE, "AlertSender": ALERT_SENDER, "SmsRegion": sms_region}
    parameters = {**template().get("Parameters", {}), "AlertSender": {"Type": "String"}}
    resources = _create({**template(), "Parameters": parameters}, f"vitosms-{stage}", {"Stage": stage, **own}, REGION)
    if sms_region != REGION:
        of_sms = sms_template.of_sms(template(), stage)
        there = {"Stage": stage + sms_template.SUFFIX, "SmsRegion": sms_region}
        _create(of_sms, f"vitosms-{stage}{sms_template.SUFFIX}", there, sms_region)
    sns_backends[ACCOUNT][sms_region].sms_attributes[LIMIT] = str(LIMIT_USD)
    return Stack(_outputs(stage), _mail_events(template()["Resources"], resources))


def _create(described: Mapping[str, Any], name: str, parameters: Mapping[str, str], region: str) -> Any:
    """Create a stack; moto's map of its resources."""
    ignored = {name for name, r in described["Resources"].items() if r["Type"] in _IGNORED}
    wanted = {name: _without(ignored, r) for name, r in described["Resources"].items() if name not in ignored}
    made = {name: r for name, r in wanted.items() if r["Type"] in _BY_MOTO}
    makers = [(_maker(r["Type"]), r) for name, r in wanted.items() if name not in made]
    client("cloudformation", region).create_stack(
        StackName=name,
        TemplateBody=json.dumps({**described, "Resources": made}),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
    )
    resources = cloudformation_backends[ACCOUNT][region].get_stack(name).resource_map
    for resource in made.values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            _complete_table(clean_json(resource["Properties"], resources))
    for make, resource in makers:
        if "Condition" not in resource or resources.lazy_condition_map[resource["Condition"]]:
            make(clean_json(resource["Properties"], resources))
    return resources


def _without(ignored: set[str], resource: dict[str, Any]) -> dict[str, Any]:
    """The resource without the properties that name an ignored one."""
    properties = resource["Properties"].items()
    kept = {name: value for name, value in properties if not (isinstance(value, dict) and value.get("Ref") in ignored)}
    return {**resource, "Properties": kept}


def template() -> dict[str, Any]:
    return read_template(TEMPLATE)


@cache
def read_template(path: Path) -> dict[str, Any]:
    """A template, with `!Ref X` as `{"Ref": "X"}`."""
    read: dict[str, Any] = _Loader(path.read_text(encoding="utf-8")).get_single_data()
    return read


def _outputs(stage: str) -> dict[str, str]:
    described = client("cloudformation").describe_stacks(StackName=f"vitosms-{stage}")["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


def _mail_events(described: Mapping[str, Any], resources: Any) -> MailEvents:
    (found,) = (r for r in described.values() if r["Type"] == "AWS::SES::ConfigurationSetEventDestination")
    properties = clean_json(found["Properties"], resources)
    destination = properties["EventDestination"]
    types = frozenset(kind.lower() for kind in destination["MatchingEventTypes"])
    return MailEvents(properties["ConfigurationSetName"], destination["SnsDestination"]["TopicARN"], types)


def _maker(kind: str) -> Callable[[Properties], None]:
    makers = {"AWS::SNS::Subscription": _subscribe, "AWS::SES::ConfigurationSet": _make_configuration_set}
    if kind not in makers:
        raise ValueError(f"the local cloud does not know how to make {kind}")
    return makers[kind]


def _complete_table(table: Properties) -> None:
    dynamodb, name = client("dynamodb"), table["TableName"]
    ttl = table["TimeToLiveSpecification"]
    dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
    recovery = table["PointInTimeRecoverySpecification"]
    dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)


def _subscribe(subscription: Properties) -> None:
    raw = str(subscription.get("RawMessageDelivery", False)).lower()
    client("sns").subscribe(
        TopicArn=subscription["TopicArn"],
        Protocol=subscription["Protocol"],
        Endpoint=subscription["Endpoint"],
        Attributes={"RawMessageDelivery": raw} if raw == "true" else {},
    )


def _make_configuration_set(configuration_set: Properties) -> None:
    client("sesv2").create_configuration_set(ConfigurationSetName=configuration_set["Name"])
