"""The desk's server and the gateway before its Lambda, over HTTP."""

import json
import socket
import threading
from datetime import timedelta
from urllib.request import urlopen

import pytest

from infra.local.cloud import LocalCloud
from infra.local.desk.server import DeskServer
from infra.local.server import CloudServer
from tests.browser import Browser


def test_a_page_and_its_cookies(browser: Browser, cloud: LocalCloud) -> None:
    answer = browser.ask("GET", "/")
    assert (answer.status, answer.text, answer.headers["content-type"]) == (200, "<p>Grüezi", "text/html")
    assert answer.set_cookies == ("a=1", "b=2")
    assert cloud.invocations["api_handler"] == 1


def test_what_a_handler_reads_of_a_request(browser: Browser) -> None:
    browser.cookies = {"session": "am.praxis:x"}
    answer = browser.ask("POST", "/echo/a%C3%BC?q=1&q=2", {"name": "Zoë & Co"})
    assert json.loads(answer.body) == {
        "name": "aü",
        "body": "name=Zo%C3%AB+%26+Co",
        "query": {"q": "2"},
        "cookie": "session=am.praxis:x",
        "path": "/echo/a%C3%BC",
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nothing"), ("POST", "/"), ("HEAD", "/"), ("OPTIONS", "/"), ("GET", "/echo"),
     ("GET", "/echo/x/"), ("GET", "/%00"), ("GET", "/_login/nothing"), ("GET", "/_login")],
)  # fmt: skip
def test_what_has_no_route_is_a_page_that_does_not_exist(
    browser: Browser, cloud: LocalCloud, method: str, path: str
) -> None:
    answer = browser.ask(method, path)
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert bool(answer.body) == (method != "HEAD")
    assert not cloud.invocations


def test_pages_without_a_lambda_are_those_of_the_template(browser: Browser) -> None:
    page = browser.ask("GET", "/nothing")
    assert "Diese Seite gibt es nicht." in page.text
    assert (page.headers["cache-control"], page.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert "Der Dienst ist gestört." in browser.ask("GET", "/dies").text


def test_the_time_moves_while_the_desk_is_asked(desk: DeskServer, cloud: LocalCloud) -> None:
    before, done = cloud.clock.now(), threading.Event()
    answers: list[int] = []

    def ask() -> None:
        while not (done.is_set() and answers):
            answers.append(Browser(desk.url).ask("GET", "/reads").status)

    asking = [threading.Thread(target=ask) for _ in range(3)]
    with CloudServer(0) as server:
        serving = threading.Thread(target=server.serve, args=[cloud])
        for thread in (serving, *asking):
            thread.start()
        until = (before + timedelta(hours=6)).isoformat()
        with urlopen(f"{server.url}/_vitosms/play", json.dumps({"to": until}).encode()) as played:  # noqa: S310
            assert played.status == 200
        done.set()
        for thread in asking:
            thread.join()
        server.shutdown()
        serving.join()
    assert cloud.clock.now().isoformat() == until
    assert set(answers) == {200}
    assert not cloud.lambda_errors


def test_threads_of_one_request_read_at_once_and_are_counted(browser: Browser, cloud: LocalCloud) -> None:
    assert json.loads(browser.ask("GET", "/reads").body) == [2, 3, 4, 5]
    assert cloud.calls_by_handler["api_handler"] == {"dynamodb.DescribeTable": 4}


def test_requests_at_once_come_to_the_lambda_one_after_the_other(desk: DeskServer, cloud: LocalCloud) -> None:
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: answers.append(Browser(desk.url).ask("GET", "/reads").body)) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [json.loads(answer) for answer in answers] == [[2, 3, 4, 5]] * 10
    assert cloud.calls_by_handler["api_handler"] == {"dynamodb.DescribeTable": 40}


def test_connections_that_stay_silent_block_nobody(desk: DeskServer, browser: Browser) -> None:
    silent = [socket.create_connection(("127.0.0.1", desk.server_address[1])) for _ in range(20)]
    silent[0].sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    silent[1].sendall(b"POST /echo/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nq=")
    assert browser.ask("GET", "/").status == 200
    for connection in silent:
        connection.close()
    assert browser.ask("GET", "/").status == 200


def test_a_connection_is_kept(desk: DeskServer) -> None:
    with (
        socket.create_connection(("127.0.0.1", desk.server_address[1])) as connection,
        connection.makefile("rb") as reads,
    ):
        for _ in range(2):
            connection.sendall(b"HEAD /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert reads.readline() == b"HTTP/1.1 404 Not Found\r\n"
            while reads.readline() != b"\r\n":
                pass


def test_a_client_that_leaves_disturbs_nobody(
    desk: DeskServer, browser: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", desk.server_address[1])) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # the answer meets a reset
            connection.sendall(b"GET /reads HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert browser.ask("GET", "/reads").status == 200
    assert "Traceback" not in capfd.readouterr().err


def test_a_body_of_a_megabyte_arrives_and_a_larger_one_than_api_gateway_takes_does_not(browser: Browser) -> None:
    arrived = browser.ask("POST", "/echo/x", {"text": "x" * 1_000_000})
    assert len(json.loads(arrived.body)["body"]) == 1_000_005
    refused = browser.ask("POST", "/echo/x", {"text": "x" * 11_000_000})
    assert refused.status == 413


def test_a_body_without_a_length_is_refused(desk: DeskServer) -> None:
    for header in (b"Transfer-Encoding: chunked", b"Content-Length: -1", b"Content-Length: x"):
        with socket.create_connection(("127.0.0.1", desk.server_address[1])) as connection:
            connection.sendall(b"POST /echo/x HTTP/1.1\r\nHost: 127.0.0.1\r\n" + header + b"\r\n\r\n")
            with connection.makefile("rb") as reads:
                assert reads.readline() == b"HTTP/1.1 411 Length Required\r\n"


def test_a_page_of_another_name_does_not_reach_it(desk: DeskServer, browser: Browser, cloud: LocalCloud) -> None:
    port = desk.server_address[1]
    assert browser.ask("GET", "/", Host=f"rebound.example:{port}").status == 403
    assert browser.ask("POST", "/_login/oauth2/token", {}, Host=f"rebound.example:{port}").status == 403
    moved = browser.ask("GET", "/?a=1", Host=f"localhost:{port}")
    assert (moved.status, moved.location) == (302, f"{desk.url}/?a=1")  # of its two names cookies know one
    assert not cloud.invocations


def test_what_a_lambda_returns_that_cannot_be_sent_is_a_failure(browser: Browser) -> None:
    answer = browser.ask("GET", "/split")
    assert (answer.status, answer.set_cookies) == (502, ())


def test_a_lambda_that_dies_is_a_failure(browser: Browser, cloud: LocalCloud) -> None:
    assert browser.ask("GET", "/dies").status == 502
    assert [error.handler for error in cloud.lambda_errors] == ["api_handler"]
    assert browser.ask("GET", "/").status == 200


def test_bytes_arrive_as_they_are(browser: Browser) -> None:
    assert browser.ask("GET", "/icon", Accept="image/png").body == b"\x89PNG"
