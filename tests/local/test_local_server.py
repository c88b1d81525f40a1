"""The local cloud over HTTP: which clients are answered, how a request is read, and its consequences."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import Message
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.wiring import wiring
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.times import instant
from infra.local.cloud import LocalCloud
from infra.local.http_request import NotSignedError, service_request
from infra.local.server import CloudServer
from tests.fakes.local_app import START, FakeApp, fail

JSON = "application/x-amz-json-1.1"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
ZURICH = ZoneInfo("Europe/Zurich")


def signed(service: str, **headers: str) -> dict[str, str]:
    scope = f"AKIAEXAMPLE/20261122/eu-west-3/{service}/aws4_request"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0", **named}


def message(headers: dict[str, str]) -> Message:
    made = Message()
    for name, value in headers.items():
        made[name] = value
    return made


@pytest.mark.parametrize(
    ("service", "method", "path", "headers", "body", "expected", "url"),
    [
        pytest.param("ssm", "POST", "/", {"X_Amz_Target": "AmazonSSM.PutParameter", "Content_Type": JSON}, b"{}",
                     ("ssm", "PutParameter"), "https://ssm.eu-central-1.amazonaws.com/", id="by a header"),
        pytest.param("sns", "POST", "/", {"Content_Type": FORM}, b"Action=Publish&Message=Action",
                     ("sns", "Publish"), "https://sns.eu-central-1.amazonaws.com/", id="by a form"),
        pytest.param("sns", "GET", "/?Action=ListTopics", {}, b"",
                     ("sns", "ListTopics"), "https://sns.eu-central-1.amazonaws.com/?Action=ListTopics", id="a query"),
        pytest.param("ses", "POST", "/v2/email/outbound-emails", {"Content_Type": "application/json"}, b"{}",
                     ("sesv2", "SendEmail"), "https://email.eu-central-1.amazonaws.com/v2/email/outbound-emails",
                     id="by its path"),
        pytest.param("ses", "POST", "/", {"Content_Type": FORM}, b"Action=GetSendQuota",
                     ("ses", "GetSendQuota"), "https://email.eu-central-1.amazonaws.com/", id="the older API"),
        pytest.param("ses", "POST", "/v2/nothing", {}, b"",
                     ("sesv2", "Unknown"), "https://email.eu-central-1.amazonaws.com/v2/nothing", id="unknown"),
    ],
)  # fmt: skip
def test_a_request_is_one_to_the_service_that_signed_it(
    service: str, method: str, path: str, headers: dict[str, str], body: bytes, expected: tuple[str, str], url: str
) -> None:
    asked = service_request(method, path, message(signed(service, Host="127.0.0.1:1", **headers)), body)
    assert (asked.service, asked.action) == expected
    assert asked.request.url == url
    assert "Host" not in asked.request.headers


@pytest.mark.parametrize(
    ("signed_for", "host"),
    [("eu-central-2", "eu-central-2"), ("eu-central-1", "eu-central-1"), ("us-east-1", "eu-central-1")],
)
def test_a_request_is_one_to_the_region_that_signed_it_if_the_cloud_has_it(signed_for: str, host: str) -> None:
    headers = signed("sns", Content_Type=FORM)
    headers["Authorization"] = headers["Authorization"].replace("eu-west-3", signed_for)
    asked = service_request("POST", "/", message(headers), b"Action=Publish", {"eu-central-1", "eu-central-2"})
    assert asked.request.url == f"https://sns.{host}.amazonaws.com/"


def test_a_request_without_a_signature_is_none_to_aws() -> None:
    with pytest.raises(NotSignedError):
        service_request("GET", "/", message({"Authorization": "Bearer x"}), b"")


class Browser:
    """Ask the server, with a connection per request."""

    def __init__(self, port: int) -> None:
        self._port = port

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, Any]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=300)
        connection.request(method, path, body.encode(), named)
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        return answer.status, json.loads(read or b"null")

    def put(self, name: str) -> tuple[int, Any]:
        body = json.dumps({"Name": name, "Value": "fr", "Type": "String"})
        headers = signed("ssm", X_Amz_Target="AmazonSSM.PutParameter", Content_Type=JSON)
        return self.ask("POST", "/", body, **headers)


@contextmanager
def serving(app: FakeApp) -> Iterator[tuple[LocalCloud, Browser]]:
    with LocalCloud(app, START, on_start=wiring.cache_clear) as cloud, CloudServer(0) as server:
        thread = threading.Thread(target=server.serve, args=[cloud])
        thread.start()
        try:
            yield cloud, Browser(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
    wiring.cache_clear()


@pytest.fixture
def served(app: FakeApp) -> Iterator[tuple[LocalCloud, Browser]]:
    with serving(app) as both:
        yield both


def test_a_saved_parameter_is_told_before_anybody_asks_again(app: FakeApp, served: tuple[LocalCloud, Browser]) -> None:
    _, browser = served
    status, answer = browser.put("/vitosms/local/praxis/Schalter/Sprache")
    assert (status, answer["Version"]) == (200, 1)
    state = browser.ask("GET", "/_vitosms/state")
    assert state == (200, {"stage": "local", "now": "2026-11-22T09:00:00+00:00", "zone": "Europe/Zurich",
                           "database": "up"})  # fmt: skip
    assert app.times("switches") == ["09:00:00"]
    assert app.times("prepare") == ["09:00:00"]  # what was due when the cloud began


def test_the_clock_moves_when_it_is_asked_to(app: FakeApp, served: tuple[LocalCloud, Browser]) -> None:
    cloud, browser = served
    app.act["status"] = fail
    status, told = browser.ask("POST", "/_vitosms/play", '{"to": "2026-11-22T10:10:00+01:00"}')
    assert status == 200
    assert told["now"] == cloud.clock.now().isoformat() == "2026-11-22T09:10:00+00:00"
    assert told["failed"] == ["status"]  # what is due at that time has happened
    assert (told["runs"], told["messages"], told["notices"]) == ([], [], [])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/_vitosms/play", '{"to": "2026-11-21T10:00:00+01:00"}', 400),
        ("POST", "/_vitosms/play", '{"to": "2026-11-23T10:00:00"}', 400),
        ("POST", "/_vitosms/play", "[]", 400),
        ("POST", "/_vitosms/provider", '{"next": "loud", "count": 1}', 400),
        ("POST", "/_vitosms/provider", '{"next": "silent", "count": -1}', 400),
        ("POST", "/_vitosms/provider", '{"next": "silent", "count": "1"}', 400),
        ("POST", "/_vitosms/provider", "no document", 400),
        ("POST", "/_vitosms/database", '{"state": "away"}', 400),
        ("POST", "/_vitosms/tick", '{"rule": "run", "count": 1}', 400),
        ("GET", "/_vitosms/play", "", 404),
        ("GET", "/", "", 403),
    ],
)
def test_what_cannot_be_done_is_said(
    served: tuple[LocalCloud, Browser], method: str, path: str, body: str, status: int
) -> None:
    answered, told = served[1].ask(method, path, body)
    assert answered == status
    assert told["error"]
    assert served[0].clock.now() == START


def test_a_page_in_a_browser_does_not_reach_it_by_another_name(served: tuple[LocalCloud, Browser]) -> None:
    assert served[1].ask("GET", "/_vitosms/sent", Host="rebound.example:4599")[0] == 403
    assert served[1].ask("GET", "/_vitosms/sent", Host="localhost:4599")[0] == 200


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("10:30", "2026-11-23T10:30+01:00"),
        ("9:45", "2026-11-24T09:45+01:00"),
        ("2026-11-23T10:30", "2026-11-23T10:30+01:00"),
        ("2026-11-24", "2026-11-24T00:00+01:00"),
        ("2026-11-23T09:30Z", "2026-11-23T10:30+01:00"),
        ("2026-11-23T09:30:15+00:00", "2026-11-23T10:30:15+01:00"),
    ],
)
def test_a_time_is_given_as_one_likes(given: str, expected: str) -> None:
    now = datetime(2026, 11, 23, 8, 45, tzinfo=UTC)
    assert instant("--to", given, now, ZURICH) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "given", ["", "25:00", "soon", "2026-11-31T10:00Z", "2026-11-23T10:00+99:00", "1999-01-01T00:00Z"]
)
def test_what_is_no_time_is_refused(given: str) -> None:
    with pytest.raises(ArgumentError, match="--to"):
        instant("--to", given, datetime(2026, 11, 23, 8, 45, tzinfo=UTC), ZURICH)
