"""A request as the desk reads it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.desk.answers import BadFormError
from chalicelib.desk.cookies import Cookies, cookies_of
from chalicelib.people.session import hash_of

MOST_BYTES = 128 * 1024  # of a form: a sheet of 200 rows has 20 kB
_MOST_FIELDS = 2_000
_LONGEST = 200  # characters of a cookie with a secret


@dataclass(frozen=True)
class Incoming:
    """`base` is what every URL begins with: the stage's name on API Gateway's own domain, else empty.

    `path` is without it.
    """

    method: str
    base: str
    path: str
    query: Mapping[str, str]
    cookies: Cookies
    accepts: str  # languages
    site: str  # Sec-Fetch-Site; empty from browsers that do not say it
    body: bytes

    @property
    def session(self) -> tuple[str, str]:
        """The user name and the secret of the session's cookie; empty without one."""
        return _named_secret(self.cookies.get("session"))

    @property
    def device(self) -> tuple[str, str]:
        """The practice of a registered device and its secret; empty without its cookie."""
        return _named_secret(self.cookies.get("device"))

    @property
    def device_hash(self) -> str:
        """The hash of the secret of a registered device; empty without one."""
        _, secret = self.device
        return hash_of(secret) if secret else ""

    def form(self) -> dict[str, str]:
        """The fields of a form, the last of a name. Raises BadFormError."""
        if len(self.body) > MOST_BYTES:
            raise BadFormError("size")
        try:
            fields = parse_qsl(
                self.body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
            )
        except ValueError:
            raise BadFormError("form") from None
        return dict(fields)


def incoming_of(request: Any, path: str, parameters: Mapping[str, str], secure: bool) -> Incoming:
    """From Chalice's request for a route's path, such as `/p/{practice}/calls`."""
    for name, value in parameters.items():
        path = path.replace(f"{{{name}}}", value)
    asked = str(request.context.get("path") or path)
    body = request.raw_body or b""
    query = request.query_params or {}
    headers = request.headers
    return Incoming(
        method=request.method,
        base=asked.removesuffix(path) if asked.endswith(path) else "",
        path=path,
        query={name: query[name] for name in query},
        cookies=cookies_of(headers.get("cookie", ""), secure),
        accepts=headers.get("accept-language", ""),
        site=headers.get("sec-fetch-site", ""),
        body=body if isinstance(body, bytes) else body.encode(),
    )


def _named_secret(cookie: str) -> tuple[str, str]:
    """The parts of a cookie such as `am.praxis:…`; empty for what cannot be ours: no key of the table is as long."""
    name, _, secret = cookie.rpartition(":")
    return (name, secret) if name and secret and cookie.isascii() and len(cookie) <= _LONGEST else ("", "")
