"""`vitosms local up` in a process of its own, and other processes that use it as if it were AWS."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.text import DEFAULT_LANGUAGE
from infra.cli import main
from infra.translation import VARIABLE
from tests.cli.running import LISTING, Vitosms
from tests.flow.build import TOMORROW_9, Database

ROOT = Path(__file__).parents[2]
VITOSMS = (sys.executable, "-c", "from infra.cli.main import main; main()")
CLIENT = Path(__file__).parent / "independent_client.py"
DESK = "empfang@praxis.example"
OF_SEND = "/vitosms/local/praxis/Auftraege/send/Zeitplan"


@dataclass(frozen=True)
class Running:
    """The output of `up`, and the environment that it asks for."""

    welcome: str
    environment: dict[str, str]

    def output(self, *command: str) -> str:
        """Return the output of another process."""
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
        return done.stdout

    def client(self, *args: str) -> str:
        return self.output(sys.executable, str(CLIENT), *args)


@pytest.fixture(scope="module")
def up() -> Iterator[Running]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VITOSMS_"))}
    clean[VARIABLE] = DEFAULT_LANGUAGE
    command = [*VITOSMS, "local", "up", "--port", "0", "--start", "2026-11-23T09:45"]
    with subprocess.Popen(command, env=clean, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        welcome = ""
        while "vitosms local messages" not in welcome:
            line = process.stdout.readline()
            assert line, welcome
            welcome += line
        exports = re.findall(r"\b((?:AWS|VITOSMS)_[A-Z_]+)=(\S+)", welcome)
        yield Running(welcome, {**clean, **dict(exports), "COLUMNS": "80"})
        process.send_signal(signal.SIGINT)
        assert process.wait(300) == 0


@pytest.fixture(scope="module")
def practice(up: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A practice with one appointment tomorrow, made by the commands that `up` names; its environment is ours too."""
    database = Database(tmp_path_factory.mktemp("up") / "praxis.db")
    database.patient(TOMORROW_9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        for name, value in up.environment.items():
            patch.setenv(name, value)
        for command in (
            f"practice add praxis --database {database.url} --meldung-an {DESK}",
            "licences add L1",
            "credits topup M1 100 --reference R1 --yes",
            "switches set TerminerinnerungSenden Ja --yes",
        ):
            assert main.run(command.split()) == 0
        yield up


@pytest.fixture
def vitosms(practice: Running, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    """The command, in this process, with the environment that `up` asks for."""
    return Vitosms(capsys)


def test_it_says_how_to_go_on(up: Running) -> None:
    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:" in up.welcome
    assert f'export PATH={Path(sys.executable).parent}:"$PATH"' in up.welcome
    assert "--sender praxis@praxis.example" in up.welcome
    assert "export VITOSMS_STAGE=local" in up.welcome
    assert "Mo 23.11.2026 09:45 (Europe/Zurich)" in up.welcome
    assert "steht still" in up.welcome


def test_a_zeitplan_that_another_program_saves_holds_at_once(practice: Running, vitosms: Vitosms) -> None:
    assert practice.client(OF_SEND, "Mo-Fr 10:20") == "2\n"
    assert "Mo 23.11.2026 10:20" in practice.output(*VITOSMS, "jobs", "next", "send")
    assert job_of("send")["schedule"] == {"S": "Mo-Fr 10:20"}  # by an event, not by polling


def job_of(job: str) -> dict[str, Any]:
    key = {"pk": {"S": "praxis"}, "sk": {"S": f"job#{job}"}}
    item: dict[str, Any] = boto3.client("dynamodb").get_item(TableName="vitosms-local", Key=key)["Item"]
    return item


@pytest.mark.parametrize(
    ("words", "packages"),
    [
        (("switches", "list"), "boto3 rich"),
        (("jobs", "list"), "boto3 rich"),
        (("status",), "boto3 rich sqlite3"),  # which knows the Mandanten
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_a_command_loads_only_what_it_uses(practice: Running, words: tuple[str, ...], packages: str) -> None:
    code = LISTING.format(code=f"from infra.cli.main import run; assert run({list(words)!r}) == 0")
    assert practice.output(sys.executable, "-c", code).splitlines()[-1].strip() == packages


def test_a_wrong_value_is_in_the_history_and_in_the_mailbox(practice: Running, vitosms: Vitosms) -> None:
    practice.client("/vitosms/local/praxis/Schalter/Versandfenster", "08:00-08:00")
    sentence = "hat den Wert «08:00-08:00». Erlaubt ist: HH:MM-HH:MM, zum Beispiel 08:00-20:00."
    assert sentence in vitosms.told("history", "--errors")["alerts"][-1]["text"]
    notice = vitosms.told("local", "mailbox")["notices"][-1]
    assert (notice["to"], notice["subject"]) == (DESK, "vitosms praxis: Ein Wert ist falsch: Schalter/Versandfenster")
    assert sentence in notice["text"]
    assert "╭─ vitosms praxis: Ein Wert ist falsch: Schalter/Versandfenster ─" in vitosms.shows("local", "mailbox")
    vitosms.shows("switches", "unset", "Versandfenster", "--yes")


def test_its_clock_moves_when_it_is_told_to(vitosms: Vitosms) -> None:
    vitosms.shows("jobs", "schedule", "send", "täglich 10:05")
    assert vitosms.told("local", "play", "--to", "10:00")["messages"] == []
    shown = vitosms.shows("local", "play", "--to", "2026-11-23T10:05")  # the ticks of 10:05 happen too
    assert "übergeben 1, Credits 1" in shown
    assert "+41790000001" in shown
    assert shown.endswith("Die Uhr steht auf Mo 23.11.2026 10:05 (Europe/Zurich).\n")
    assert "Es geschah nichts." in vitosms.shows("local", "play", "--to", "2026-11-23T09:05Z")
    assert "+41790000001" in vitosms.shows("local", "messages")
    assert "this is past; the clock stands at" in vitosms.refuses("local", "play", "--to", "2026-11-23T10:00")
    assert "must be at most a year ahead" in vitosms.refuses("local", "play", "--to", "2028-01-01")


def test_a_run_that_is_queued_runs_at_once(vitosms: Vitosms) -> None:
    vitosms.shows("jobs", "run", "prepare-reminders")
    assert vitosms.told("history", "--job", "prepare-reminders")["runs"][-1]["counts"]["searched"] == 1


def test_what_aws_refuses_is_refused(practice: Running) -> None:
    name = "/vitosms/local/praxis/Vorlagen/Geburtstag/SMS/de"
    with pytest.raises(ClientError, match="ValidationException"):
        boto3.client("ssm").put_parameter(Name=name, Value="Hallo {{Vorname}}", Type="String")


def test_a_command_meets_the_practice_databases_as_the_cloud_does(vitosms: Vitosms) -> None:
    vitosms.shows("local", "database", "--down")
    assert "Die Praxisdatenbank ist nicht erreichbar" in " ".join(vitosms.run("doctor")[1].split())
    vitosms.shows("local", "database", "--up")
    assert "nicht erreichbar" not in vitosms.run("doctor")[1]


def test_a_port_is_taken_once(vitosms: Vitosms) -> None:
    port = os.environ["AWS_ENDPOINT_URL"].rpartition(":")[2]
    assert f"--port '{port}': it is taken; give another one" in vitosms.refuses("local", "up", "--port", port)


@pytest.mark.parametrize("command", ["play --to 10:30", "mailbox", "messages"])
def test_where_none_runs_that_is_told(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert "no local cloud runs at http://127.0.0.1:9; start one" in Vitosms(capsys).refuses("local", *command.split())
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://ssm.eu-central-1.amazonaws.com")
    assert "runs on this machine" in Vitosms(capsys).refuses("local", *command.split())


def test_the_demo_has_its_own_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert "has its own time" in Vitosms(capsys).refuses("local", "up", "--demo", "--start", "10:00")


def test_the_region_of_sms_is_one_of_aws(capsys: pytest.CaptureFixture[str]) -> None:
    refused = Vitosms(capsys).refuses("local", "up", "--sms-region", "Zürich")
    assert "--sms-region 'Zürich': must be a region of AWS, such as eu-central-2" in refused
