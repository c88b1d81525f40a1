"""The step of the acceptance about the desk: a server on the loopback answers as AWS does, or not."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from infra.accept.desk_steps import first_pages
from infra.accept.step import Verdict

HTML = {"Content-Type": "text/html; charset=utf-8"}
SAFE = {
    "Content-Security-Policy": "default-src", "Strict-Transport-Security": "max-age=1",
    "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
}  # fmt: skip
Answers = dict[str, tuple[int, Mapping[str, str]]]  # by path
AS_AWS: Answers = {
    "/desk/there/is/no/such/page": (404, {**HTML, **SAFE}),
    "/desk/static/0/desk.css": (200, {"Content-Type": "text/css", "Content-Encoding": "gzip"}),
    "/desk/signin": (303, {"Location": "/login/oauth2/authorize?client_id=1"}),
    "/login/oauth2/authorize": (302, {"Location": "/login/login?client_id=1"}),
    "/login/login": (200, HTML),
    "/error": (200, HTML),
}


@pytest.fixture
def answers() -> Answers:
    return dict(AS_AWS)


@pytest.fixture
def account(answers: Answers) -> Iterator[Any]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers = answers[self.path.partition("?")[0]]
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        yield SimpleNamespace(outputs={"DeskUrl": f"{url}/desk", "LoginUrl": f"{url}/login"})
        server.shutdown()
        thread.join()


def test_the_first_pages_are_as_expected(account: Any) -> None:
    seen = first_pages(account)
    assert (seen.verdict, seen.told.startswith("404 in HTML")) == (Verdict.EXPECTED, True)


@pytest.mark.parametrize(
    ("path", "answer", "told"),
    [
        ("/desk/there/is/no/such/page", (403, {"Content-Type": "application/json", **SAFE}), "403 application/json"),
        ("/desk/there/is/no/such/page", (404, HTML), "without Strict-Transport-Security"),
        ("/desk/static/0/desk.css", (200, {"Content-Type": "text/css"}), "file: 200, not compressed"),
        ("/desk/signin", (502, HTML), "sign-in: 502 at "),
        ("/desk/signin", (303, {"Location": "/desk/signin"}), "sign-in: 303 at "),
        ("/login/oauth2/authorize", (302, {"Location": "/error?error=redirect_mismatch"}), "sign-in: 200 at "),
    ],
)
def test_what_is_otherwise_is_told_without_a_query(
    account: Any, answers: Answers, path: str, answer: tuple[int, Mapping[str, str]], told: str
) -> None:
    answers[path] = answer
    seen = first_pages(account)
    assert (seen.verdict, told in seen.told, "?" in seen.told) == (Verdict.OTHERWISE, True, False)


def test_a_stage_without_a_desk_is_skipped() -> None:
    account: Any = SimpleNamespace(outputs={})
    assert first_pages(account).verdict is Verdict.SKIPPED
