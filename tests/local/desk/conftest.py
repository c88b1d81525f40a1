"""A desk of a few routes of our own, before the local cloud's gateway, and its provider."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from chalice import Chalice, Response

from chalicelib.wiring import wiring
from infra.local.cloud import LocalCloud
from infra.local.desk.server import DeskServer
from infra.local.desk.user_pool import UserPool
from tests.browser import Browser
from tests.fakes.local_app import START, FakeApp
from tests.local.desk.provider import CODE, VERIFIER, add, coded, cognito

FORM = "application/x-www-form-urlencoded"


def small_app() -> Chalice:
    app = Chalice("small")

    @app.route("/")
    def home() -> Response:
        return Response("<p>Grüezi", headers={"Content-Type": "text/html", "Set-Cookie": ["a=1", "b=2"]})

    @app.route("/echo/{name}", methods=["POST"], content_types=[FORM])
    def echo(name: str) -> dict[str, Any]:
        request: Any = app.current_request
        return {"name": name, "body": request.raw_body.decode(), "query": dict(request.query_params or {}),
                "cookie": request.headers.get("Cookie"), "path": request.context["path"]}  # fmt: skip

    @app.route("/reads")
    def reads() -> list[int]:
        def one(number: int) -> int:
            answer = boto3.client("dynamodb").describe_table(TableName="vitosms-local")
            return number + len(answer["Table"]["KeySchema"])

        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(one, range(4)))

    @app.route("/split")
    def split() -> Response:
        return Response("", headers={"X": ["a\r\nSet-Cookie: b=1"]})

    @app.route("/icon")
    def icon() -> Response:
        return Response(b"\x89PNG", headers={"Content-Type": "image/png"})

    @app.route("/dies")
    def dies() -> None:
        raise SystemExit

    return app


@pytest.fixture
def chalice() -> Chalice:
    return small_app()


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(FakeApp(), START, on_start=wiring.cache_clear) as opened:
        yield opened
    wiring.cache_clear()


@pytest.fixture
def desk(cloud: LocalCloud, chalice: Chalice) -> Iterator[DeskServer]:
    with DeskServer(0) as server, server.serving(chalice, cloud):
        yield server


@pytest.fixture
def pool(desk: DeskServer) -> UserPool:
    return desk.pool


@pytest.fixture
def browser(desk: DeskServer) -> Browser:
    return Browser(desk.url)


@pytest.fixture
def asked(pool: UserPool) -> dict[str, str]:
    """The query of the desk when a person signs in."""
    return {
        "response_type": "code",
        "client_id": pool.client_id,
        "redirect_uri": pool.callback,
        "scope": "openid profile",
        "state": "of-the-browser",
        "nonce": "once",
        "code_challenge": coded(hashlib.sha256(VERIFIER.encode()).digest()),
        "code_challenge_method": "S256",
        "lang": "de",
    }


@pytest.fixture
def meier(pool: UserPool) -> str:
    """A person who has signed in before; her `sub`."""
    subject = add(pool, "am.praxis", "A. Meier")
    cognito().admin_set_user_password(UserPoolId=pool.id, Username="am.praxis", Password=f"{CODE}2", Permanent=True)
    return subject
