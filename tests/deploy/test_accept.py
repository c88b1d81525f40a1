"""The acceptance of a stage, on the local cloud as far as that goes: its questions, its report, and what it undoes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.wiring import wiring
from infra.accept import stage_steps
from infra.accept.__main__ import STEPS, account_of
from infra.accept.session import Report, go_through
from infra.accept.stage_steps import cold_starts
from infra.accept.step import Account, Seen, Step, Undo, Verdict, judged
from infra.deploy.artifact_bucket import Artifacts
from infra.deploy.change_set import Change
from infra.deploy.stack import Found, Proposal
from infra.local.clients import ACCOUNT, REGION
from infra.local.cloud import LocalCloud
from infra.local.networks.networks import Aftermath
from infra.local.networks.receipts import put_log_events
from infra.local.networks.sent_message import ErrorAnswer, SentMessage
from tests.fakes.local_app import START, FakeApp

OPTED_OUT = "+41790000099"
ONLY_AWS = {"sms-in-zurich", "desk", "cold-starts", "take-over"}


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(FakeApp(), START, on_start=wiring.cache_clear) as opened:
        yield opened


@pytest.fixture
def account(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setattr("infra.accept.__main__._answer", lambda prompt: "+41791234567")
    made = account_of("local")
    made.local, made.now, made.ask = True, cloud.clock.now, lambda prompt: OPTED_OUT

    def wait(seconds: float) -> None:
        cloud.play(cloud.clock.now() + timedelta(seconds=seconds))

    made.wait = wait
    return made


def rows(report: Report) -> dict[str, list[tuple[str, str]]]:
    """Outcomes and verdicts, by step."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in report.path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) == 5 and cells[4].startswith("**"):
            found.setdefault(cells[1], []).append((cells[3], cells[4].strip("* |")))
    return found


def asked(cloud: LocalCloud, answers: Callable[[str], str]) -> Callable[[str], str]:
    """Answer by the step's code; AWS has no quota left from the spend limit on."""

    def answer(question: str) -> str:
        code = question.strip().partition(":")[0]
        cloud.weather.sms_account = str(Aftermath.ACCOUNT_LIMIT.value) if code == "spend-limit" else ""
        return answers(code)

    return answer


def refuses_the_opted_out(message: SentMessage) -> ErrorAnswer | None:
    return ErrorAnswer("InvalidParameter", "Phone number is opted out") if message.to == OPTED_OUT else None


def test_every_step_that_a_local_cloud_can_answer_is_as_expected_and_undone(
    cloud: LocalCloud, account: Account, tmp_path: Path
) -> None:
    cloud.networks.on_request = refuses_the_opted_out
    report = Report(tmp_path / "r.md", account)
    assert go_through(STEPS, account, report, asked(cloud, lambda code: "y"), print)
    seen = rows(report)
    assert {code for code, found in seen.items() if found[0][1] == Verdict.SKIPPED} == ONLY_AWS
    assert {code for code, found in seen.items() if found[0][1] == Verdict.OTHERWISE} == set()
    undone = {code for code, found in seen.items() if found[-1][1] == Verdict.UNDONE}
    assert undone == {"spend-limit", "bounce", "complaint", "pattern", "set-back"}
    assert seen.keys() == {step.code for step in STEPS}
    assert "No quota left for account" in seen["spend-limit"][0][0]
    assert "Bounce Permanent" in seen["bounce"][0][0]
    assert account.number not in report.path.read_text(encoding="utf-8")


def test_what_was_changed_is_as_before(cloud: LocalCloud, account: Account, tmp_path: Path) -> None:
    sns, sqs, dynamodb, ssm = (boto3.client(name) for name in ("sns", "sqs", "dynamodb", "ssm"))
    sns.set_sms_attributes(attributes={"MonthlySpendLimit": "200"})
    queues = sqs.list_queues()["QueueUrls"]
    go_through(STEPS, account, Report(tmp_path / "r.md", account), asked(cloud, lambda code: "y"), print)
    assert sns.get_sms_attributes()["attributes"]["MonthlySpendLimit"] == "200"
    assert sqs.list_queues()["QueueUrls"] == queues
    assert dynamodb.list_tables()["TableNames"] == ["vitosms-local"]
    assert ssm.describe_parameters()["Parameters"] == []


def test_nothing_is_done_without_a_yes(cloud: LocalCloud, account: Account, tmp_path: Path) -> None:
    before = cloud.calls.total()
    calls: list[str] = []
    cloud.gateway.before = calls.append
    report = Report(tmp_path / "r.md", account)
    assert go_through(STEPS, account, report, lambda question: "", print)
    assert (calls, cloud.calls.total(), cloud.networks.messages) == ([], before, [])
    assert {verdict for found in rows(report).values() for _, verdict in found} == {Verdict.SKIPPED}


def test_a_person_stops_and_goes_on_later_in_the_same_report(
    cloud: LocalCloud, account: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.md"
    answer = asked(cloud, lambda code: "stop" if code == "set-back" else "y")
    go_through(STEPS, account, Report(path, account), answer, print)
    assert "--from set-back" in capsys.readouterr().out
    first = rows(Report(path, account))
    assert ("set-back" in first, first["pattern"][-1][1]) == (False, Verdict.UNDONE)
    codes = [step.code for step in STEPS]
    go_through(STEPS[codes.index("set-back") :], account, Report(path, account), asked(cloud, lambda code: "y"), print)
    both = rows(Report(path, account))
    assert both.items() >= first.items()
    assert both["set-back"][0][1] == Verdict.EXPECTED


def test_what_is_refused_is_otherwise_and_what_cannot_be_undone_is_told(account: Account, tmp_path: Path) -> None:
    def refused() -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DeleteThing")

    def act(_: Account) -> Seen:
        return judged("made", True, Undo("aws thing delete", refused))

    def fails(_: Account) -> Seen:
        raise ClientError({"Error": {"Code": "Throttling", "Message": "slow"}}, "Do")

    steps = [Step("made", "makes", "it", act), Step("fails", "does", "it", fails)]
    report = Report(tmp_path / "r.md", account)
    told: list[str] = []
    assert not go_through(steps, account, report, lambda question: "y", told.append)
    found = rows(report)
    assert [verdict for _, verdict in found["made"]] == [Verdict.EXPECTED, Verdict.NOT_UNDONE]
    assert "To undo: aws thing delete" in found["made"][0][0]
    assert "Throttling" in found["fails"][0][0]
    assert any("NOT undone" in line and "aws thing delete" in line for line in told)


def test_cold_starts_are_read_from_the_logs(account: Account) -> None:
    assert cold_starts(account).verdict is Verdict.OTHERWISE, "none at all"
    group, logs = "/aws/lambda/vitosms-local-run", boto3.client("logs")
    logs.create_log_stream(logGroupName=group, logStreamName="1")
    line = "REPORT RequestId: 1 Duration: 812.00 ms Init Duration: {} ms"
    for longest, verdict in ((901.5, Verdict.EXPECTED), (5100.0, Verdict.OTHERWISE)):
        put_log_events(group, "1", [{"timestamp": int(START.timestamp() * 1000), "message": line.format(longest)}])
        seen = cold_starts(account)
        assert (seen.verdict, f"run {longest:.0f} ms" in seen.told) == (verdict, True)


class FakeStack:
    """A stack that goes and comes, with its retained table imported."""

    client = SimpleNamespace(get_template=lambda **_: {"TemplateBody": json.dumps({"Resources": {}})})
    told: ClassVar[list[str]] = []

    def __init__(self, client: object, name: str) -> None:
        self.name = name

    def existing(self) -> Found:
        return Found("id", "CREATE_COMPLETE", {"Stage": "local"}, {})

    def delete(self, stack_id: str, report: object) -> str:
        self.told.append(f"delete {stack_id}")
        return "DELETE_COMPLETE"

    def propose(self, source: object, parameters: object, *, new: bool, takes_over: bool) -> Proposal:
        self.told.append(f"propose {parameters} {new} {takes_over}")
        return Proposal("change", "id", True, [Change("Import", "Table", "AWS::DynamoDB::Table")])

    def execute(self, proposal: Proposal, report: object) -> str:
        self.told.append("execute")
        return "CREATE_COMPLETE"


def test_only_an_empty_stage_is_removed_and_taken_over(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage_steps, "Stack", FakeStack)
    monkeypatch.setattr(stage_steps, "left_over", lambda named: ["vitosms-local"])
    monkeypatch.setattr(Artifacts, "put_template", lambda self, template, folder: "https://x")
    wiring().practices.add("praxis", [], [])
    assert (stage_steps.take_over(account).verdict, FakeStack.told) == (Verdict.SKIPPED, [])
    boto3.client("dynamodb").delete_item(TableName="vitosms-local", Key=_only_key())
    seen = stage_steps.take_over(account)
    assert (seen.verdict, "imported: Table" in seen.told) == (Verdict.EXPECTED, True)
    assert FakeStack.told == ["delete id", "propose {'Stage': 'local'} True True", "execute"]
    before = account.outputs
    for known_to_others in ("PublicAddressId", "DeskDomainTarget"):
        account.outputs = {**before, known_to_others: "x"}
        assert stage_steps.take_over(account).verdict is Verdict.SKIPPED


def _only_key() -> dict[str, Any]:
    (item,) = boto3.client("dynamodb").scan(TableName="vitosms-local")["Items"]
    return {name: item[name] for name in ("pk", "sk")}


def test_the_report_says_of_what_it_is(account: Account, tmp_path: Path) -> None:
    assert (account.account, account.region, os.environ["AWS_REGION"]) == (ACCOUNT, REGION, REGION)
    text = Report(tmp_path / "r.md", account).path.read_text(encoding="utf-8")
    assert text.startswith("# Acceptance of the stage local\n\nthe local cloud, eu-central-1; SMS from eu-central-1")
