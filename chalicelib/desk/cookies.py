"""Cookies of the desk. Pure.

On loopback there is no TLS, so they lack `Secure` and the prefix that demands it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

YEAR = 365 * 24 * 3600  # seconds
_PREFIX = "__Host-"


@dataclass(frozen=True)
class Cookies:
    """The cookies of a request, by name without prefix; `secure`: whether the desk is reached by TLS."""

    values: dict[str, str]
    secure: bool

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    def set(self, name: str, value: str, seconds: int | None = None) -> str:
        """A Set-Cookie header; None keeps it until the browser is closed. Raises ValueError for an unsafe value."""
        if not value.isascii() or not value.isprintable() or set(value) & set(' ",;\\'):
            raise ValueError(f"the cookie {name} holds no such characters")
        age = "" if seconds is None else f"; Max-Age={seconds}"
        prefix, secure = (_PREFIX, "; Secure") if self.secure else ("", "")
        return f"{prefix}{name}={value}; Path=/{age}; HttpOnly; SameSite=Lax{secure}"

    def clear(self, name: str) -> str:
        return self.set(name, "", 0)


def packed(values: Mapping[str, str]) -> str:
    """Texts as the value of a cookie."""
    return base64.urlsafe_b64encode(json.dumps(dict(values)).encode()).decode().rstrip("=")


def unpacked(cookie: str) -> dict[str, str]:
    """The texts of `packed` that can be read on a screen; none of what is no such cookie: anybody can make one up."""
    try:
        found = json.loads(base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)))
    except (ValueError, RecursionError):
        return {}
    texts = found.items() if isinstance(found, dict) else ()
    return {name: text for name, text in texts if isinstance(text, str) and text.isprintable()}


def cookies_of(header: str, secure: bool) -> Cookies:
    """Parse a Cookie header; others' and doubled cookies are ignored, the first of two counts."""
    found: dict[str, str] = {}
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if secure and not name.startswith(_PREFIX):
            continue
        found.setdefault(name.removeprefix(_PREFIX), value)
    return Cookies(found, secure)
