"""The step about the desk: what API Gateway and Cognito answer a browser that has not signed in. I/O."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import urllib3
from botocore.httpsession import get_cert_path

from infra.accept.step import Account, Seen, Step, Verdict, judged

_REDIRECTS = 5
_ACCEPTS = {"Accept": "text/html", "Accept-Encoding": "gzip", "User-Agent": "vitosms-accept"}
_EXPECTED = "404 in HTML with its headers, files compressed, and the page to sign in at"
_HEADERS = ("Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "Cache-Control")


def first_pages(account: Account) -> Seen:
    """Ask for a page that there is not, for a file, and for the sign-in, to its last redirect."""
    desk, login = account.outputs.get("DeskUrl"), account.outputs.get("LoginUrl")
    if not desk or not login:
        return Seen("the stage has no desk", Verdict.SKIPPED)
    wrong = list(_wrong(desk, login))
    return judged(
        "; ".join(wrong) or "404 in HTML with its headers, files compressed, the page to sign in at", not wrong
    )


def _wrong(desk: str, login: str) -> Iterator[str]:
    missing = _got(f"{desk}/there/is/no/such/page")
    if (missing.status, missing.headers.get("Content-Type", "")[:9]) != (404, "text/html"):
        yield f"no such page: {missing.status} {missing.headers.get('Content-Type')}"
    yield from (f"no such page: without {name}" for name in _HEADERS if name not in missing.headers)
    file = _got(f"{desk}/static/0/desk.css")
    if (file.status, file.headers.get("Content-Encoding")) != (200, "gzip"):
        yield f"file: {file.status}, {file.headers.get('Content-Encoding', 'not compressed')}"
    url, answer = f"{desk}/signin", _got(f"{desk}/signin")
    for _ in range(_REDIRECTS):
        if 300 <= answer.status < 400:
            url = urljoin(url, answer.headers.get("Location", ""))
            answer = _got(url)
    if answer.status != 200 or not url.startswith(login) or urlsplit(url).path == "/error":
        yield f"sign-in: {answer.status} at {url.partition('?')[0]}"


def _got(url: str) -> urllib3.BaseHTTPResponse:
    """The answer, as it comes: no redirect is followed, nothing decompressed."""
    with urllib3.PoolManager(timeout=30, ca_certs=get_cert_path(True)) as pool:
        return pool.request("GET", url, headers=_ACCEPTS, redirect=False, decode_content=False)


DESK_STEPS = (
    Step(
        "desk",
        "asks the desk and its sign-in for their first pages, without signing in",
        _EXPECTED,
        first_pages,
        "the local cloud plays API Gateway and Cognito",
    ),
)
