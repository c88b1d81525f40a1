"""How the commands reach a stage: the cloud's time, and errors on the way. No local cloud is open here."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.cli.core import stage as deployment
from infra.cli.core.arguments import ArgumentError
from infra.translation import speak
from tests.cli.running import Vitosms


class _State(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"now": "2029-02-28T07:30:00+01:00"}).encode() if self.path == "/_vitosms/state" else b"{}"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _State) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_local_cloud_is_asked_for_its_time(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"{endpoint}/")
    assert deployment.now() == datetime(2029, 2, 28, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("wrong", ["http://127.0.0.1:9", "/other", "http://example.invalid", "nonsense", ""])
def test_any_other_cloud_has_the_time_of_this_machine(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint + wrong if wrong == "/other" else wrong)
    before = datetime.now(UTC)
    assert before <= deployment.now() <= datetime.now(UTC)


def test_a_local_cloud_that_does_not_answer_has_no_other_time(monkeypatch: pytest.MonkeyPatch) -> None:
    speak("en")
    monkeypatch.setattr(deployment, "_STATE_TAKES", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as busy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{busy.getsockname()[1]}")
        with pytest.raises(ArgumentError, match="is busy"):
            deployment.now()


@pytest.mark.parametrize(
    ("missing", "endpoint_url", "told"),
    [
        (("AWS_REGION", "AWS_DEFAULT_REGION"), None, "no AWS region: set AWS_REGION"),
        (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), None, "no AWS credentials: set AWS_PROFILE"),
        ((), "http://127.0.0.1:9", "cannot connect to http://127.0.0.1:9/"),
    ],
)
def test_what_keeps_from_aws_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    missing: tuple[str, ...],
    endpoint_url: str | None,
    told: str,
) -> None:
    """The only connections of the process are to a port of this machine on which nothing listens."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    usual = {"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    usual |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none"}
    for name in (*usual, "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in usual.items():
        if name not in missing:
            monkeypatch.setenv(name, value)
    if endpoint_url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint_url)
    assert told in Vitosms(capsys).refuses("jobs", "list")


@pytest.mark.parametrize("name", ["jobs", "switches", "queue", "credits", "licences", "optout", "practice", "local"])
def test_a_group_alone_shows_its_commands(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert "Befehle:" in Vitosms(capsys).shows(name)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("no such table", "AWS refuses SendMessage: 404: no such table"),
        ("\n<!doctype html>\n<title>404</title>", "AWS refuses SendMessage: 404, with a web page; does it support"),
    ],
)
def test_what_aws_says_is_one_line_and_the_page_of_an_emulator_is_none_of_it(message: str, told: str) -> None:
    speak("en")
    with pytest.raises(ArgumentError) as refused, deployment.aws_in_one_line():
        raise ClientError({"Error": {"Code": "404", "Message": message}}, "SendMessage")
    assert str(refused.value).startswith(told)
    assert "doctype" not in str(refused.value)


@pytest.mark.parametrize("code", ["InvalidClientTokenId", "UnrecognizedClientException"])
def test_a_region_that_the_account_has_not_enabled_is_thought_of(code: str) -> None:
    """AWS says then that it does not know the credentials."""
    speak("en")
    with pytest.raises(ArgumentError, match="has not enabled the region"), deployment.aws_in_one_line():
        raise ClientError({"Error": {"Code": code, "Message": "The security token is invalid"}}, "DescribeStacks")


@pytest.mark.parametrize(("given", "language"), [({}, "en"), ({"OperatorLanguage": "fr"}, "fr")])
def test_a_stage_of_an_earlier_version_has_an_operator_who_reads_english(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], language: str
) -> None:
    names = ("TableName", "RunsQueueUrl", "OutboxQueueUrl", "ReceiptsQueueUrl", "MailConfigurationSet")
    outputs = dict.fromkeys(names, "x") | {"OperatorTopicArn": "arn:aws:sns:eu-central-1:123456789012:x"}
    monkeypatch.setattr(deployment, "_outputs", lambda stage: (outputs | given, "eu-central-1"))
    assert deployment._settings("dev").operator_language == language
