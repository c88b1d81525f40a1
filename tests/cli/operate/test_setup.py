"""`vitosms setup` of a stage on moto's server; answers of SNS and SES that moto cannot give are in the unit tests."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.cli.running import Vitosms
from tests.deploy.emulated import SENDER, Stage, emulated, packaged_template
from tests.flow.build import TOMORROW_9, Database

pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning")  # moto about unsupported resources


@pytest.fixture(scope="module", autouse=True)
def emulator() -> Iterator[None]:
    with emulated():
        yield


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Stage:
    return Stage("stufe", packaged_template("stufe"), tmp_path, Vitosms(capsys))


def outcomes(stage: Stage, *args: str) -> dict[str, str]:
    code, out, err = stage.run("setup", "--json", *args)
    assert (code, err) == (0, "")
    return {
        " ".join(filter(None, (step["step"], step["subject"]))): step["outcome"] for step in json.loads(out)["steps"]
    }


def test_setup_does_once_what_cloudformation_cannot_and_leaves_the_rest_to_a_person(
    stage: Stage, tmp_path: Path
) -> None:
    Database(tmp_path / "praxis.db").patient(TOMORROW_9)
    assert stage.deploy(*SENDER, "--yes")[0] == 0
    given = (
        "--practice", "praxis", "--database", f"sqlite:///{tmp_path}/praxis.db", "--sender", "praxis@praxis.example",
        "--meldung-an", "empfang@praxis.example", "--licence", "L1", "--topup", "M1=100", "--reference", "R-1",
        "--credits-per-sms", "2", "--identity", "andere.example",
    )  # fmt: skip
    first = outcomes(stage, *given)
    mine = {
        "DefaultSMSType": "done", "DeliveryStatusSuccessSamplingRate": "done", "MonthlySpendLimit": "person",
        "CreditsProSMS": "done", "CreditsProEMail": "done", "operator_alerts": "not_known",
        "sms_access": "not_known", "email_access": "not_known",
        "practice praxis": "done", "licence L1": "done", "credits M1": "done",
        "sender_domain andere.example": "person", "sender_domain praxis.example": "person",
        "sender_domain vitosms.example": "person",
    }  # fmt: skip
    assert first.items() >= mine.items()
    again = outcomes(stage, *given)
    assert again.items() >= {what: "unchanged" if done == "done" else done for what, done in mine.items()}.items()
    assert stage.vitosms.told("credits", "balance", "--stage", stage.name)["credits"]["M1"]["balance"] == 100
    (licence,) = stage.vitosms.told("licences", "list", "--stage", stage.name)["licences"]
    assert (licence["number"], licence["problem"]) == ("L1", None)
    switches = stage.vitosms.told("switches", "list", "--stage", stage.name)["switches"]
    assert [one["name"] for one in switches if one["own"]] == ["MeldungAn"], "nothing is sent yet"
    wrong = outcomes(stage, "--practice", "praxis", "--topup", "M9=5", "--topup", "M1=1", "--reference", "R-1")
    assert {wrong["credits M9"], wrong["credits M1"]} == {"person"}
    shown = stage.run("setup")[1]
    assert "SMS production access" in shown
    assert "sender domain praxis.example" in shown
    assert "  bounce.praxis.example  MX    10 feedback-smtp.eu-central-1.amazonses.com" in shown.splitlines()
    assert f"next: vitosms doctor --practice ID --stage {stage.name}" in shown


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--topup", "M1=5", "--practice", "praxis"), "--topup needs a --reference"),
        (("--practice", "praxis", "--database", "postgres://x"), "--database: must be mssql://"),
        (("--practice", "praxis", "--database", "mssql://u:p@h/d"), "add --insecure-argument"),
        (("--practice", "praxis", "--licence", " "), "must be 1 to 64 characters"),
        (
            ("--topup", "M1=0", "--practice", "praxis", "--reference", "R"),
            "--topup 'M1=0': must be a whole number, 1 or more",
        ),
        (("--licence", "L1"), "--licence is about a practice: give --practice as well"),
        (("--identity", "kein komma"), "--identity 'kein komma': must be a domain or an e-mail address"),
        (("--stage", "nie"), "there is no CloudFormation stack vitosms-nie"),
    ],
)
def test_setup_with_wrong_arguments_changes_nothing(
    capsys: pytest.CaptureFixture[str], args: tuple[str, ...], told: str
) -> None:
    before = boto3.client("sns").get_sms_attributes()["attributes"]
    assert told in Vitosms(capsys).refuses("setup", *args)
    assert boto3.client("sns").get_sms_attributes()["attributes"] == before
