"""How the desk gets its address, domain and firewall: the commands against moto's server on the loopback.

moto makes the API and its Lambda, and neither a user pool nor a domain.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.account.desk import desk_step, notes, refusal
from infra.account.step import Outcome
from infra.cli.core.output import answer
from infra.cli.operate.deploy_report import changes_shown
from infra.deploy.change_set import changes_of
from infra.doctor.desk import desk
from infra.doctor.finding import Result
from infra.translation import speak
from tests.cli.running import Vitosms
from tests.deploy.emulated import SENDER, Stage, emulated, packaged_template

pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning")  # moto about unsupported resources
CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/x"
DOMAIN = ("--parameter", "DeskDomain=desk.firma.example", "--parameter", f"DeskCertificateArn={CERTIFICATE}")
NO_DOMAIN = ("--parameter", "DeskDomain=", "--parameter", "DeskCertificateArn=")
SECOND = "now its sign-in is told"


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Stage]:
    with emulated():
        yield Stage("pult", packaged_template("pult"), tmp_path, Vitosms(capsys))


def environment() -> dict[str, Any]:
    found = boto3.client("lambda").get_function(FunctionName="vitosms-pult-api_handler")["Configuration"]
    variables: dict[str, Any] = found["Environment"]["Variables"]
    return variables


def parameters() -> dict[str, str]:
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName="vitosms-pult")["Stacks"]
    return {one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]}


def test_a_first_deployment_tells_the_sign_in_the_address_that_it_has_found(stage: Stage) -> None:
    code, out, err = stage.deploy(*SENDER, "--yes")
    (api,) = boto3.client("apigateway").get_rest_apis()["items"]
    url = f"https://{api['id']}.execute-api.eu-central-1.amazonaws.com/desk"
    assert (code, parameters()["DeskUrl"], environment()["VITOSMS_DESK_URL"]) == (0, url, url)
    assert "a second change, of a minute" in err.split(SECOND)[0], "said before it is made"
    assert f"desk: {url}" in out.splitlines()

    code, out, err = stage.deploy()
    assert (code, out.splitlines()[0], SECOND in err) == (0, "vitosms-pult: nothing to change", False)


def test_what_was_interrupted_between_the_two_is_completed_by_the_next_deployment(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("infra.cli.operate.deploy_desk.unknown_address", lambda *_: None)
        assert stage.deploy(*SENDER, "--yes")[0] == 0
    assert environment()["VITOSMS_DESK_URL"] == ""
    steps = {one["step"]: one for one in json.loads(stage.run("setup", "--json")[1])["steps"]}
    assert "sign-in does not know the address of the desk yet: vitosms deploy" in steps["desk"]["text"]
    code, _, err = stage.deploy("--yes")
    assert (code, SECOND in err) == (0, False)
    assert environment()["VITOSMS_DESK_URL"] == parameters()["DeskUrl"] != ""


def test_a_domain_is_known_from_the_start_and_can_be_given_up(stage: Stage) -> None:
    code, out, err = stage.deploy(*SENDER, *DOMAIN, "--yes")
    assert (code, SECOND in err) == (0, False)
    assert environment()["VITOSMS_DESK_URL"] == "https://desk.firma.example"
    assert "desk: https://desk.firma.example" in out.splitlines()
    assert SECOND not in stage.deploy()[2]

    code, out, err = stage.deploy(*NO_DOMAIN, "--yes")
    assert (code, SECOND in err) == (0, True)
    assert environment()["VITOSMS_DESK_URL"] == parameters()["DeskUrl"]
    assert parameters()["DeskUrl"].endswith(".execute-api.eu-central-1.amazonaws.com/desk")


@pytest.mark.parametrize("given", [DOMAIN[:2], DOMAIN[2:]])
def test_a_domain_without_its_certificate_is_refused_before_the_upload(stage: Stage, given: tuple[str, ...]) -> None:
    code, out, err = stage.deploy(*SENDER, *given, "--yes")
    assert (code, out, stage.is_there()) == (2, "", False)
    assert "a domain of the desk needs its certificate" in err


def test_the_firewall_is_priced_before_the_question(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.readline", lambda: "n\n")
    code, out, err = stage.deploy(*SENDER, "--parameter", "DeskWaf=true")
    assert (code, stage.is_there(), "WAFv2::WebACL" in out) == (3, False, True)
    assert "DeskWaf costs about 7 USD a month: 5 for the firewall, 1 for each of its 2 rules" in err


def test_a_pool_that_the_stack_loses_is_shown_as_kept_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    speak("en")
    kind = "AWS::Cognito::UserPool"
    change = {"Action": "Remove", "LogicalResourceId": "UserPool", "ResourceType": kind, "PolicyAction": "Retain"}
    answer(False, {}, *changes_shown(changes_of([{"ResourceChange": change}]), "vitosms-pult"))
    assert "UserPool UserPool is removed; the old one stays, outside the stack" in capsys.readouterr().out
    (note,) = notes((), {kind})
    assert "delete-user-pool" in note
    assert list(notes({kind}, ())) == []


def test_both_or_neither_of_domain_and_certificate() -> None:
    speak("en")
    assert refusal({}) is None
    assert refusal({"DeskDomain": "a.example", "DeskCertificateArn": CERTIFICATE}) is None
    assert refusal({"DeskDomain": "a.example"}) == refusal({"DeskCertificateArn": CERTIFICATE}) is not None


URL = "https://a.example/desk"
KNOWN = {"DeskUrl": URL, "DeskDomain": ""}


@pytest.mark.parametrize(
    ("given", "outputs", "operator", "outcome", "told"),
    [
        ({}, {}, True, Outcome.PERSON, "does not know the address of the desk yet"),
        ({"DeskUrl": "", "DeskDomain": ""}, {"DeskUrl": URL}, True, Outcome.PERSON, "does not know the address"),
        (KNOWN, {"DeskUrl": URL}, True, Outcome.UNCHANGED, URL),
        (KNOWN, {"DeskUrl": URL}, False, Outcome.PERSON, f"{URL}; nobody of the operator can sign in yet"),
        ({**KNOWN, "SubnetIds": "subnet-1"}, {"DeskUrl": URL}, True, Outcome.UNCHANGED, "need a NAT gateway"),
        ({**KNOWN, "SubnetIds": "['']"}, {"DeskUrl": URL}, True, Outcome.UNCHANGED, URL),
    ],
)
def test_setup_says_what_is_left_until_people_sign_in(
    given: dict[str, str], outputs: dict[str, str], operator: bool, outcome: Outcome, told: str
) -> None:
    speak("en")
    step = desk_step(given, outputs, "prod", operator)
    assert (step.outcome, told in step.told) == (outcome, True)


def test_setup_has_the_record_of_an_own_domain() -> None:
    target = "d-x.execute-api.eu-central-1.amazonaws.com"
    outputs = {"DeskUrl": "https://desk.firma.example", "DeskDomainTarget": target}
    step = desk_step({"DeskUrl": "", "DeskDomain": "desk.firma.example"}, outputs, "prod", has_operator=True)
    assert [(one.name, one.kind, one.value) for one in step.records] == [("desk.firma.example", "CNAME", target)]


@pytest.mark.parametrize(
    ("given", "people", "result", "found", "fix"),
    [
        ({"DeskUrl": "", "DeskDomain": ""}, 2, Result.DOUBTFUL, "does not know the address", "vitosms deploy"),
        (KNOWN, 2, Result.GOOD, f"2 people may sign in: {URL}", ""),
        (KNOWN, 0, Result.DOUBTFUL, f"0 people may sign in: {URL}", "vitosms people add --role manager --practice p"),
        ({**KNOWN, "SubnetIds": "subnet-1"}, 1, Result.GOOD, "1 person may sign in: https://a.example/desk; own", ""),
    ],
)
def test_doctor_says_who_can_sign_in(given: dict[str, str], people: int, result: Result, found: str, fix: str) -> None:
    speak("en")
    (finding,) = desk(given, {"DeskUrl": URL}, "p", people)
    assert (finding.result, found in str(finding.found), finding.fix) == (result, True, fix)
    assert list(desk({}, {}, "p", people)) == [], "a stage of an earlier version"
