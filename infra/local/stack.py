"""Creates what `infra/resources.yaml` describes.

moto's CloudFormation makes the tables, queues, topics and log groups. What it leaves out is made here by
calls that take their arguments from the template: nothing of the template is written down twice.
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

from infra.local.clients import ACCOUNT, REGION, client

TEMPLATE = Path(__file__).parent.parent / "resources.yaml"
_BY_MOTO = {"AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::Logs::LogGroup"}
# Policies and alarms mean nothing to moto.
_WITHOUT_EFFECT = {"AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::CloudWatch::Alarm"}

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class MailEvents:
    """Where SES tells what became of e-mails: of one configuration set, events of these types."""

    configuration_set: str
    topic_arn: str
    types: frozenset[str]  # in lower case: "send", "bounce"


@dataclass(frozen=True)
class Stack:
    """`outputs` are the template's own."""

    outputs: Mapping[str, str]
    mail_events: MailEvents


class _Loader(yaml.SafeLoader):
    """Reads the short forms of CloudFormation: !Ref, !Sub, !GetAtt."""


_Loader.add_multi_constructor("!", lambda loader, tag, node: yaml_tag_constructor(loader, f"!{tag}", node))


def create(stage: str) -> Stack:
    """Create everything of a stage. Raises ValueError for a kind of resource that nothing here makes."""
    template = _template()
    rest = {name: r for name, r in template["Resources"].items() if r["Type"] not in _BY_MOTO}
    made = {name: r for name, r in template["Resources"].items() if r["Type"] in _BY_MOTO}
    client("cloudformation").create_stack(
        StackName=f"vitosms-{stage}",
        TemplateBody=json.dumps({**template, "Resources": made}),
        Parameters=[{"ParameterKey": "Stage", "ParameterValue": stage}],
    )
    resources = cloudformation_backends[ACCOUNT][REGION].get_stack(f"vitosms-{stage}").resource_map
    for resource in made.values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            _complete_table(clean_json(resource["Properties"], resources))
    for resource in rest.values():
        _maker(resource["Type"])(clean_json(resource["Properties"], resources))
    return Stack(_outputs(stage), _mail_events(rest, resources))


@cache
def _template() -> dict[str, Any]:
    template: dict[str, Any] = _Loader(TEMPLATE.read_text(encoding="utf-8")).get_single_data()
    return template


def _outputs(stage: str) -> dict[str, str]:
    described = client("cloudformation").describe_stacks(StackName=f"vitosms-{stage}")["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


def _mail_events(rest: Mapping[str, Any], resources: Any) -> MailEvents:
    (found,) = (r for r in rest.values() if r["Type"] == "AWS::SES::ConfigurationSetEventDestination")
    properties = clean_json(found["Properties"], resources)
    destination = properties["EventDestination"]
    types = frozenset(kind.lower() for kind in destination["MatchingEventTypes"])
    return MailEvents(properties["ConfigurationSetName"], destination["SnsDestination"]["TopicARN"], types)


def _maker(kind: str) -> Callable[[Properties], None]:
    makers: dict[str, Callable[[Properties], None]] = {
        "AWS::SNS::Subscription": _subscribe,
        "AWS::SES::ConfigurationSet": _make_configuration_set,
        "AWS::SES::ConfigurationSetEventDestination": _nothing,  # the carriers play it: see MailEvents
        **dict.fromkeys(_WITHOUT_EFFECT, _nothing),
    }
    if kind not in makers:
        raise ValueError(f"the local cloud does not know how to make {kind}")
    return makers[kind]


def _nothing(_: Properties) -> None:
    return None


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
