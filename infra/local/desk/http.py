"""A request and an answer of HTTP, as both the gateway and the provider take and give them."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

TEXT = "text/html; charset=utf-8"


@dataclass(frozen=True)
class HttpRequest:
    """`target` is the path with the query; the names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form; none of a body that is no form."""
        if self.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
            return {}
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))


@dataclass(frozen=True)
class HttpAnswer:
    """Headers in their order; Content-Length is added by the server."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def page(status: int, title: str, body: str = "") -> HttpAnswer:
    """A page of ours, of `body` in HTML."""
    text = f"""<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{html.escape(title)}</title>
<style>
body {{ font: 1rem/1.5 sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }}
button {{ font: inherit; min-height: 44px; padding: 0 1rem }}
</style>
</head>
<body><main><h1>{html.escape(title)}</h1>
{body}</main></body>
</html>
"""
    return HttpAnswer(status, (("Content-Type", TEXT), ("Cache-Control", "no-store")), text.encode())


def redirect(url: str, **query: str) -> HttpAnswer:
    """302 to `url` with these fields added to its query."""
    joint = ("&" if urlsplit(url).query else "?") if query else ""
    return HttpAnswer(302, (("Location", url + joint + urlencode(query)), ("Cache-Control", "no-store")))
