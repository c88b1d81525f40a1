"""A stage whose SMS are sent from another region: its second stack, by deploy, setup and destroy."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.account.regions import ARM, FRANKFURT, SERVICES, SMS, ZURICH, default_sms_region
from infra.deploy.sam_template import ours
from infra.sms_template import of_sms
from infra.translation import speak
from tests.cli.running import Vitosms
from tests.deploy.emulated import ACCOUNT, SENDER, Stage, emulated, packaged_template

pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning")  # moto about unsupported resources
LEAVES = "phone numbers and texts leave Switzerland"


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """In Zurich."""
    with emulated():
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            monkeypatch.setenv(name, ZURICH)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        yield Stage("ch", packaged_template("ch"), tmp_path, Vitosms(capsys))


@pytest.fixture
def small(stage: Stage) -> Stage:
    """The same with what is about SMS alone, which moto makes quickly."""
    kept = of_sms(stage.template, "ch")["Resources"]
    stage.template |= {"Resources": kept, "Outputs": {"SmsRegion": stage.template["Outputs"]["SmsRegion"]}}
    stage.package()
    return stage


def stacks(region: str) -> list[str]:
    found = boto3.client("cloudformation", region_name=region).describe_stacks()["Stacks"]
    return sorted(one["StackName"] for one in found)


def log_groups(region: str) -> set[str]:
    groups = boto3.client("logs", region_name=region).describe_log_groups()["logGroups"]
    return {one["logGroupName"] for one in groups if one["logGroupName"].startswith("sns/")}


def test_a_stage_in_zurich_sends_from_frankfurt_says_so_and_removes_both_stacks(stage: Stage) -> None:
    code, out, err = stage.deploy(*SENDER, "--yes")
    assert (code, stacks(ZURICH), stacks(FRANKFURT)) == (0, ["vitosms-ch"], ["vitosms-ch-sms"])
    assert (LEAVES in err, "arm64 in eu-central-2 is not proved" in err) == (True, True)
    assert ("vitosms-ch-sms: " in out, "SmsSpend" in out) == (True, True)
    groups = log_groups(FRANKFURT)
    assert (len(groups), log_groups(ZURICH)) == (2, set())
    lambdas = boto3.client("lambda", region_name=ZURICH)
    deliver = lambdas.get_function(FunctionName="vitosms-ch-deliver")["Configuration"]
    assert deliver["Environment"]["Variables"]["VITOSMS_SMS_REGION"] == FRANKFURT
    assert stage.deploy()[1].startswith("vitosms-ch: nothing to change")

    steps = {one["step"]: one for one in json.loads(stage.run("setup", "--json")[1])["steps"]}
    assert LEAVES in steps["SmsRegion"]["text"]
    role = boto3.client("sns", region_name=FRANKFURT).get_sms_attributes()["attributes"]["DeliveryStatusIAMRole"]
    assert role == f"arn:aws:iam::{ACCOUNT}:role/vitosms-ch-sms-sms-delivery-logs"
    assert "DeliveryStatusIAMRole" not in boto3.client("sns", region_name=ZURICH).get_sms_attributes()["attributes"]

    code, out, _ = stage.run("destroy", "--yes", "ch")
    assert (code, stacks(ZURICH), stacks(FRANKFURT), log_groups(FRANKFURT)) == (0, [], [], set())
    assert "vitosms-ch-sms + vitosms-ch: removed" in out


def test_an_own_choice_of_the_region_is_kept_and_a_change_of_it_is_told(small: Stage) -> None:
    document = json.loads(small.deploy(*SENDER, "--yes", "--json")[1])
    assert (document["sms"]["region"], document["sms"]["status"]) == (FRANKFURT, "CREATE_COMPLETE")
    code, _, err = small.deploy("--parameter", f"SmsRegion={ZURICH}", "--yes")
    assert (code, LEAVES in err, len(log_groups(ZURICH))) == (0, False, 2)
    assert "whether SNS sends SMS from eu-central-2 is not proved" in err
    assert "delete-stack --region eu-central-1 --stack-name vitosms-ch-sms" in err
    assert LEAVES not in small.deploy("--yes")[2]


def test_without_a_yes_neither_stack_is_made(small: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.readline", lambda: "n\n")
    assert small.deploy(*SENDER)[0] == 3
    assert (stacks(ZURICH), stacks(FRANKFURT)) == ([], [])


def test_a_stack_of_sms_that_was_never_finished_is_made_again(small: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert small.deploy(*SENDER, "--yes")[0] == 0
    small.have_status("ROLLBACK_COMPLETE", name="vitosms-ch-sms", region=FRANKFURT)
    code, _, err = small.deploy("--yes")
    assert (code, "vitosms-ch-sms was never finished (ROLLBACK_COMPLETE)" in err) == (0, True)
    small.have_status("UPDATE_IN_PROGRESS", name="vitosms-ch-sms", region=FRANKFURT)
    code, _, err = small.deploy("--yes")
    assert (code, "vitosms-ch-sms is being changed at the moment" in err) == (2, True)


def test_the_stack_of_sms_is_what_stands_on_its_condition_and_what_that_names() -> None:
    template = of_sms(ours(), "prod")
    resources: dict[str, Any] = template["Resources"]
    here = {name for name, one in resources.items() if one.get("Condition") in ("SmsHere", "MakesSmsLogGroups")}
    assert {"SmsDeliveries", "SmsFailures", "SmsLogRole", "SmsSpend"} <= here
    subscriptions = {name for name, one in ours()["Resources"].items() if one.get("Type") == "AWS::SNS::Subscription"}
    to_operator = subscriptions - {"MailEventsSubscription"}
    assert set(resources) - here == {"OperatorTopic", "OperatorTopicPolicy", "TopicsKey", *to_operator}
    assert template["Parameters"]["Stage"]["AllowedValues"] == ["prod-sms"]
    assert template["Outputs"].keys() == {"OperatorTopicArn", "SmsLogRoleArn"}


def test_every_alarm_on_sms_of_the_account_is_in_the_region_of_sms() -> None:
    alarms = {name: one for name, one in ours()["Resources"].items() if one.get("Type") == "AWS::CloudWatch::Alarm"}
    of_sns = {name for name, one in alarms.items() if "AWS/SNS" in json.dumps(one)}
    assert {alarms[name].get("Condition") for name in of_sns} == {"SmsHere"}


def test_cfn_lint_finds_nothing_in_the_stack_of_sms() -> None:
    from cfnlint.api import ManualArgs, lint  # imported here: it takes half a second

    found = lint(json.dumps(of_sms(ours(), "prod")), config=ManualArgs(regions=[FRANKFURT, ZURICH]))
    assert [(match.rule.id, match.message) for match in found] == []


@pytest.mark.parametrize(
    ("region", "default"), [(FRANKFURT, FRANKFURT), (ZURICH, FRANKFURT), ("eu-west-1", "eu-west-1")]
)
def test_sms_are_sent_from_the_own_region_unless_that_is_unproved(region: str, default: str) -> None:
    assert default_sms_region(region) == default


def test_the_table_of_services_is_that_of_the_documents() -> None:
    text = (Path(__file__).parents[2] / "docs/reference/stage.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    told = {row[0]: (row[1], row[2]) for row in rows if len(row) == 4}
    assert {name: told.get(name) for name in SERVICES} == {
        name: (known[FRANKFURT].value, known[ZURICH].value) for name, known in SERVICES.items()
    }
    assert {SMS, ARM} == {name for name, known in SERVICES.items() if known[ZURICH] != known[FRANKFURT]}


@pytest.mark.parametrize("name", ["prod-sms", "a-sms"])
def test_no_stage_has_the_name_of_a_stack_of_sms(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    speak("en")
    assert "not ending in -sms" in Vitosms(capsys).refuses("deploy", "--stage", name)
