"""The exchange of a code at a token endpoint that answers as a test says. On loopback."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.aws.login_provider import LoginProvider, SignedIn, SignInError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLAIMS: dict[str, Any] = {
    "iss": "https://issuer.example/pool", "aud": "client", "token_use": "id", "nonce": "n", "sub": "s",
    "cognito:username": "am.praxis", "exp": int(NOW.timestamp()) + 300,
}  # fmt: skip


def token(claims: dict[str, Any]) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{payload}.c2ln"


@contextmanager
def answering(status: int, body: bytes) -> Iterator[tuple[LoginProvider, list[dict[str, list[str]]]]]:
    asked: list[dict[str, list[str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Print nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        yield LoginProvider(url, "https://desk.example", "client", CLAIMS["iss"]), asked
        server.shutdown()


def test_a_code_is_exchanged_for_its_person() -> None:
    with answering(200, json.dumps({"id_token": token(CLAIMS)}).encode()) as (login, asked):
        assert login.exchange("code", "verifier", "n", NOW) == SignedIn("am.praxis", "s")
    assert asked == [{
        "grant_type": ["authorization_code"], "client_id": ["client"], "code": ["code"],
        "redirect_uri": ["https://desk.example/signed-in"], "code_verifier": ["verifier"],
    }]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://issuer.example/another"},
        {"aud": "another"},
        {"aud": ["client"]},
        {"token_use": "access"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": int(NOW.timestamp()) - 61},
        {"exp": "later"},
        {"sub": None},
        {"cognito:username": 7},
    ],
    ids=str,
)
def test_another_token_is_refused(wrong: dict[str, Any]) -> None:
    with (
        answering(200, json.dumps({"id_token": token({**CLAIMS, **wrong})}).encode()) as (login, _),
        pytest.raises(SignInError) as error,
    ):
        login.exchange("code", "verifier", "n", NOW)
    assert error.value.code == "token"


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, b'{"error": "invalid_grant"}', "refused"),
        (200, b"[]", "refused"),
        (200, b"{}", "token"),
        (200, b'{"id_token": "a.b"}', "token"),
        (200, b'{"id_token": "a.W10.c"}', "token"),
        (200, b"<html>", "unreachable"),
        (503, b"{}", "unreachable"),
        (302, b"{}", "refused"),
    ],
)
def test_a_strange_answer_is_refused(status: int, body: bytes, code: str) -> None:
    with answering(status, body) as (login, _), pytest.raises(SignInError) as error:
        login.exchange("code", "verifier", "n", NOW)
    assert error.value.code == code


def test_a_login_that_is_down_is_unreachable() -> None:
    with pytest.raises(SignInError) as error:
        LoginProvider("http://127.0.0.1:9", "https://desk.example", "client", "i").exchange("c", "v", "n", NOW)
    assert error.value.code == "unreachable"


def test_the_way_to_the_login_has_what_it_needs() -> None:
    login = LoginProvider("https://login.example", "https://desk.example", "client", "i")
    asked = parse_qs(urlsplit(login.authorize_url("s", "n", "verifier", "fr")).query)
    assert asked["code_challenge"] == ["iMnq5o6zALKXGivsnlom_0F5_WYda32GHkxlV7mq7hQ"]  # S256, RFC 7636
    wanted = {
        "state": ["s"], "nonce": ["n"], "lang": ["fr"], "code_challenge_method": ["S256"], "prompt": ["login"],
        "redirect_uri": ["https://desk.example/signed-in"],
    }  # fmt: skip
    assert {name: asked[name] for name in wanted} == wanted
