"""`vitosms deploy`, `setup` and `destroy` against moto's server on the loopback, with the packaged template.

Every test has its own stage. moto runs no Lambda and lacks some kinds of resources: the command names them.
"""

import io
import json
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.cli.operate.deploy import NOT_CONFIRMED
from tests.cli.running import Vitosms
from tests.deploy.emulated import ACCOUNT, REGION, SENDER, Stage, emulated, packaged_template
from tests.deploy.packaged import written
from tests.deploy.template import FUNCTIONS

pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning")  # moto about unsupported resources


@pytest.fixture(scope="module", autouse=True)
def emulator() -> Iterator[None]:
    with emulated():
        yield


_names = (f"stufe-{number}" for number in count(1))


@pytest.fixture
def stage(deployed: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Stage:
    """Another one for each test, beside dev, which has the log groups of SMS."""
    name = next(_names)
    return Stage(name, packaged_template(name), tmp_path, Vitosms(capsys))


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """The document of `vitosms deploy --json` for the stage dev."""
    from infra.cli import main

    folder = tmp_path_factory.mktemp("dev")
    written(folder, packaged_template("dev"))
    told = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", told)
        assert main.run(["deploy", "--package", str(folder), *SENDER, "--yes", "--json"]) == 0
    document: Mapping[str, Any] = json.loads(told.getvalue())
    return document


def rules(lambda_name: str) -> list[dict[str, Any]]:
    """The rules that call a Lambda."""
    arn = boto3.client("lambda").get_function(FunctionName=lambda_name)["Configuration"]["FunctionArn"]
    events = boto3.client("events")
    return [events.describe_rule(Name=name) for name in events.list_rule_names_by_target(TargetArn=arn)["RuleNames"]]


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("prepare", "cron(0/15 * * * ? *)"),
        ("send", "cron(5/15 * * * ? *)"),
        ("status", "cron(10/15 * * * ? *)"),
        ("nightly_check", "cron(35 1 * * ? *)"),
    ],
)
def test_each_tick_is_a_rule_of_its_own_and_enabled(deployed: object, name: str, expression: str) -> None:
    (rule,) = rules(f"vitosms-dev-{name}")
    assert (rule["ScheduleExpression"], rule["State"]) == (expression, "ENABLED")


def test_a_changed_parameter_of_the_stage_calls_the_switches(deployed: object) -> None:
    (rule,) = rules("vitosms-dev-switches")
    pattern = json.loads(rule["EventPattern"])
    assert pattern["detail-type"] == ["Parameter Store Change"]
    assert pattern["detail"]["name"] == [{"prefix": "/vitosms/dev/"}, {"prefix": "/vitosms-tarif/dev/"}]
    assert rule["State"] == "ENABLED"


@pytest.mark.parametrize(
    ("queue", "name", "concurrency"),
    [("runs", "run", 5), ("outbox", "deliver", 2), ("runs-dlq", "dead_runs", 2), ("outbox-dlq", "dead_outbox", 2)],
)
def test_each_queue_calls_its_lambda_with_one_message_and_so_many_at_once(
    deployed: object, queue: str, name: str, concurrency: int
) -> None:
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:vitosms-dev-{queue}"
    (mapping,) = boto3.client("lambda").list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]
    assert mapping["FunctionArn"].endswith(f":vitosms-dev-{name}")
    assert (mapping["BatchSize"], mapping["ScalingConfig"]) == (1, {"MaximumConcurrency": concurrency})
    assert mapping["State"] == "Enabled"


def test_every_lambda_has_its_name_and_the_environment_that_it_reads(deployed: Mapping[str, Any]) -> None:
    from chalicelib.settings import settings_of

    functions = {one["FunctionName"]: one for one in boto3.client("lambda").list_functions()["Functions"]}
    names = set(FUNCTIONS)
    assert {name for name in functions if name.startswith("vitosms-dev-")} == {f"vitosms-dev-{name}" for name in names}
    for name in names:
        environment = functions[f"vitosms-dev-{name}"]["Environment"]["Variables"]
        not_made = {"VITOSMS_MAIL_CONFIGURATION_SET": "moto makes none, so its name is missing"}
        settings = settings_of({**not_made, **environment, "AWS_REGION": REGION})
        assert (settings.stage, settings.table) == ("dev", "vitosms-dev")
        assert settings.alert_sender == "alarm@vitosms.example"
        assert settings.outbox_queue == deployed["outputs"]["OutboxQueueUrl"]


def test_what_the_emulator_has_left_out_is_named(deployed: Mapping[str, Any]) -> None:
    assert deployed["not_made"]["AWS::SES::ConfigurationSet"] == ["MailConfigurationSet"]
    assert not {"AWS::Lambda::Function", "AWS::Events::Rule", "AWS::SQS::Queue"} & deployed["not_made"].keys()


def test_the_artifacts_lie_in_a_private_encrypted_bucket(deployed: object) -> None:
    s3, bucket = boto3.client("s3"), f"vitosms-artifacts-{ACCOUNT}-{REGION}"
    assert set(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values()) == {True}
    (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_a_change_is_shown_and_made_only_when_it_is_confirmed(stage: Stage, says: Any) -> None:
    says("n\n")
    code, out, err = stage.deploy(*SENDER)
    assert (code, stage.is_there()) == (NOT_CONFIRMED, False)
    assert f"vitosms-{stage.name}: " in out.splitlines()[0]
    assert "nothing was changed" in err
    says("y\n")
    code, out, err = stage.deploy(*SENDER)
    assert (code, stage.is_there()) == (0, True)
    assert f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/vitosms-{stage.name}-runs" in out
    assert "SES::ConfigurationSet" in out, "left out by the emulator"
    assert out.splitlines()[-1] == f"next: vitosms setup --stage {stage.name}"
    assert "the SAM template is expanded here" in err

    code, out, _ = stage.deploy()
    assert (code, out.splitlines()[0]) == (0, f"vitosms-{stage.name}: nothing to change")

    del stage.template["Resources"]["ReceiptsQueue"]["Properties"]["RedrivePolicy"]
    del stage.template["Resources"]["ReceiptsDeadLetters"]
    stage.template["Outputs"] = {}
    stage.package(code="x = 2")
    says("")  # nobody answers
    code, out, _ = stage.deploy()
    assert code == NOT_CONFIRMED
    assert "• Queue ReceiptsDeadLetters is removed; everything in it is lost" in out
    queues = boto3.client("sqs").list_queues(QueueNamePrefix=f"vitosms-{stage.name}-receipts")["QueueUrls"]
    assert len(queues) == 2
    document = json.loads(stage.deploy("--yes", "--json")[1])
    changes = {one["name"]: one["action"] for one in document["changes"]}
    assert (changes["ReceiptsDeadLetters"], changes["ReceiptsQueue"], changes["Run"]) == ("Remove", "Modify", "Modify")
    assert document["status"] == "UPDATE_COMPLETE"


def test_an_interrupted_question_leaves_no_proposal_behind(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin.readline", interrupted)
    assert stage.deploy(*SENDER)[0] == 130
    assert not stage.is_there()


def test_what_cannot_be_deployed_is_told_in_one_line(stage: Stage, tmp_path: Path) -> None:
    for args, told in (
        ((), "give --parameter AlertSender=VALUE"),
        (
            (*SENDER, "--parameter", "Farbe=rot"),
            "--parameter 'Farbe': the template has no such parameter; it has Stage, ",
        ),
        (("--parameter", "AlertSender"), "--parameter 'AlertSender': must be NAME=VALUE"),
        (("--arch", "mips"), "--arch 'mips': must be one of arm64, x86_64"),
        (("--json",), "give --yes as well"),
        (("--package", str(tmp_path)), "must be a folder with one template (.json) and one .zip"),
    ):
        code, out, err = stage.deploy(*args)
        assert (code, out, stage.status()) == (2, "", None)
        assert told in err.splitlines()[-1]


def test_a_stack_that_is_busy_or_stuck_is_left_alone_with_words_on_what_to_do(stage: Stage) -> None:
    stage.template["Resources"] = {"Table": stage.template["Resources"]["Table"]}
    stage.template["Outputs"] = {}
    stage.template["Conditions"] = {}
    stage.template["Parameters"] = {"Stage": stage.template["Parameters"]["Stage"]}
    stage.package()
    assert stage.deploy("--yes")[0] == 0
    for status, told in (
        ("UPDATE_IN_PROGRESS", "is being changed at the moment (UPDATE_IN_PROGRESS); wait"),
        ("ROLLBACK_COMPLETE", f"can only be removed: vitosms destroy --stage {stage.name}, then deploy again"),
        ("UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback"),
        ("DELETE_FAILED", "could not be removed"),
    ):
        stage.have_status(status)
        code, out, err = stage.deploy("--yes")
        assert (code, out, stage.status()) == (2, "", status)
        assert told in err
    stage.have_status("DELETE_IN_PROGRESS")
    assert "DELETE_IN_PROGRESS" in stage.run("destroy", "--yes", stage.name)[2]
    stage.have_status("REVIEW_IN_PROGRESS")
    assert "its empty stack is removed first" in stage.deploy("--yes")[2]


def test_a_stage_is_removed_when_its_name_is_typed_and_its_table_stays(stage: Stage, says: Any) -> None:
    assert stage.deploy(*SENDER, "--yes")[0] == 0
    sqs = boto3.client("sqs")
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName=f"vitosms-{stage.name}-receipts")["QueueUrl"], MessageBody="{}"
    )
    stage.vitosms.shows("practice", "add", "praxis", "--stage", stage.name)
    says("dev\n")
    code, out, _ = stage.run("destroy")
    assert (code, stage.is_there()) == (NOT_CONFIRMED, True)
    assert f"vitosms-{stage.name}-receipts: 1 message" in out
    assert "1 practice is registered (praxis)" in out
    goes, _, stays = out.partition("Stays")
    assert "Lambda::Function" in goes
    assert "DynamoDB::Table" not in goes
    for kept in (f"vitosms-{stage.name}", f"/vitosms/{stage.name}/Auftragsverlauf", "/aws/lambda/"):
        assert kept in stays
    says("\n")
    assert f"{stage.name}: the log groups with their SMS receipts" in stage.vitosms.run("destroy", lang="en")[1]
    assert "give the name of the stage to remove" in stage.run("destroy", "--yes", "dev")[2]
    says(f"{stage.name}\n")
    code, out, _ = stage.run("destroy")
    assert (code, stage.is_there()) == (0, False)
    assert "the next vitosms deploy takes over what stays" in out
    assert f"vitosms-{stage.name}" in boto3.client("dynamodb").list_tables()["TableNames"]
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix=f"vitosms-{stage.name}-")
    assert stage.run("destroy")[:2] == (0, f"there is no stack vitosms-{stage.name}: nothing to remove\n")
    assert "an emulator cannot take that over" in stage.deploy(*SENDER, "--yes")[2]
