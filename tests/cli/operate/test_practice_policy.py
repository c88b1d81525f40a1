"""`vitosms practice policy`: what it allows, asked as AWS would, and what only the operator may do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.clients import ACCOUNT, REGION
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running
from tests.flow.build import PRACTICE
from tests.flow.iam.needs import Need, needs_of
from tests.flow.permissions import permissions_in

SETTING = f"/vitosms/local/{PRACTICE}/Schalter/Sprache"
HISTORY, ACTIVITIES = "/vitosms/local/Auftragsverlauf", "/vitosms/local/Aktivitaeten"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with running(tmp_path_factory.mktemp("policy")) as (rehearsed, _):
        yield rehearsed


@pytest.fixture
def policy(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert stage
    code, out, err = Vitosms(capsys).run("practice", "policy", PRACTICE)
    assert (code, err.count("https://")) == (0, 2)
    made: dict[str, Any] = json.loads(out)  # stdout is the policy alone: `> policy.json`
    return made


def needs(call: str, params: dict[str, Any]) -> list[Need]:
    """Of AWS's actions and resources, also for calls that no Lambda makes."""
    service, operation = call.split(".")
    arn, action = f"arn:aws:{service}:{REGION}:{ACCOUNT}", f"{service}:{operation}"
    match operation:
        case "GetParameters" | "GetParameterHistory":
            names = params.get("Names") or [params["Name"]]
            return [Need(action, f"{arn}:parameter{name}") for name in names]
        case "DescribeParameters":
            return [Need(action, f"{arn}:*")]
        case "GetLogEvents" | "StartQuery":
            stream = params.get("logStreamName", "")
            return [Need(action, f"{arn}:log-group:{params['logGroupName']}:log-stream:{stream}")]
    return needs_of(service, operation, params)


def allowed(policy: dict[str, Any], call: str, params: dict[str, Any]) -> bool:
    """Whether AWS would answer a call of somebody who has this policy only."""
    granted = permissions_in(policy)
    return all(any(permission.allows(need) for permission in granted) for need in needs(call, params))


@pytest.mark.parametrize(
    ("call", "params", "may"),
    [
        ("ssm.GetParameter", {"Name": SETTING}, True),
        ("ssm.GetParameters", {"Names": [SETTING, f"/vitosms/local/{PRACTICE}/Auftraege/send/Zeitplan"]}, True),
        ("ssm.GetParameterHistory", {"Name": SETTING}, True),
        ("ssm.PutParameter", {"Name": SETTING, "Value": "fr", "Type": "String", "Overwrite": True}, True),
        ("ssm.PutParameter", {"Name": f"/vitosms/local/{PRACTICE}/Vorlagen/Geburtstag/SMS/de", "Type": "String"}, True),
        ("logs.GetLogEvents", {"logGroupName": HISTORY, "logStreamName": PRACTICE}, True),
        ("logs.GetLogEvents", {"logGroupName": ACTIVITIES, "logStreamName": PRACTICE}, True),
        # of another practice, whose name begins with the same letters, and of another stage
        ("ssm.GetParameter", {"Name": f"/vitosms/local/{PRACTICE}-zwei/Schalter/Sprache"}, False),
        ("ssm.GetParameters", {"Names": [SETTING, "/vitosms/local/andere/Schalter/Sprache"]}, False),
        ("ssm.PutParameter", {"Name": f"/vitosms/prod/{PRACTICE}/Schalter/Sprache", "Type": "String"}, False),
        ("logs.GetLogEvents", {"logGroupName": HISTORY, "logStreamName": f"{PRACTICE}-zwei"}, False),
        # the operator's
        ("ssm.GetParameter", {"Name": f"/vitosms-secrets/local/{PRACTICE}/Datenbank", "WithDecryption": True}, False),
        ("ssm.PutParameter", {"Name": "/vitosms-tarif/local/CreditsProSMS", "Type": "String"}, False),
        ("ssm.GetParametersByPath", {"Path": "/vitosms/local"}, False),
        ("ssm.DescribeParameters", {}, False),
        ("logs.FilterLogEvents", {"logGroupName": HISTORY}, False),
        ("logs.StartQuery", {"logGroupName": HISTORY}, False),
        ("logs.GetLogEvents", {"logGroupName": "/aws/lambda/vitosms-local-deliver", "logStreamName": PRACTICE}, False),
        ("logs.GetLogEvents",
         {"logGroupName": f"sns/{REGION}/123456789012/DirectPublishToPhoneNumber", "logStreamName": "x"}, False),
    ],
)  # fmt: skip
def test_a_practice_reaches_its_own_settings_and_logs_only(
    policy: dict[str, Any], call: str, params: dict[str, Any], may: bool
) -> None:
    assert allowed(policy, call, params) is may


def test_links_open_the_streams_of_the_practice_in_the_console(
    stage: Rehearsal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stage
    told = Vitosms(capsys).told("practice", "policy", PRACTICE)
    console = f"https://{REGION}.console.aws.amazon.com/cloudwatch/home?region={REGION}#logsV2:log-groups/log-group"
    assert told["links"] == [
        f"{console}/$252Fvitosms$252Flocal$252FAuftragsverlauf/log-events/{PRACTICE}",
        f"{console}/$252Fvitosms$252Flocal$252FAktivitaeten/log-events/{PRACTICE}",
    ]
    assert {one["stream"] for one in stage.cloud.log_events(HISTORY)} <= {PRACTICE}
