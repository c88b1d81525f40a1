"""A browser without a screen: it asks the desk's Lambda as API Gateway does, and keeps cookies."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalice.config import Config
from chalice.local import ForbiddenError, LocalGateway

import app
from chalicelib.people.person import Person, Role
from chalicelib.people.session import Session, form_token, hash_of
from chalicelib.providers.log_events import log_events
from chalicelib.wiring import wiring
from infra.local.clients import client

CREATED = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def person(id: str = "am", role: Role = Role.FRONT_DESK, practice: str = "praxis", **more: Any) -> Person:
    """A person of a practice, by default A. Meier of the front desk."""
    practice = "" if role is Role.OPERATOR else practice
    return Person(
        practice, id, more.pop("name", f"{id[0].upper()}. Meier"), role, f"sub-{id}", created_at=CREATED, **more
    )


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: str

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def text(self) -> str:
        """The page without its tags, as a person reads it."""
        body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", self.body)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


@dataclass
class Browser:
    """`base` is what every URL begins with: `/api` on API Gateway's own domain."""

    base: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "en"
    token: str = ""

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, fields: Mapping[str, str] | None = None, token: bool = True, **more: str) -> Answer:
        """Send a form, with the token of the session."""
        form = {**({"token": self.token} if token else {}), **(fields or {}), **more}
        return self.ask("POST", path, urlencode(form).encode())

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        sent = {"Accept-Language": self.language, "Sec-Fetch-Site": "same-origin"}
        sent |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        sent |= {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        sent |= headers or {}
        gateway = _Gateway(app.app, Config.create(), self.base)
        try:
            found = gateway.handle_request(method, path.removeprefix(self.base), sent, body)
        except ForbiddenError:  # no route has this path
            return Answer(404, {}, (), "")
        set_cookies = tuple(found["multiValueHeaders"].get("Set-Cookie", ()))
        for one in set_cookies:
            self._keep(one)
        headers = {name.lower(): value for name, value in found["headers"].items()}
        return Answer(found["statusCode"], headers, set_cookies, found["body"])

    def _keep(self, header: str) -> None:
        cookie, *attributes = header.split("; ")
        name, _, value = cookie.partition("=")
        if "Max-Age=0" in attributes:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def follow(self, answer: Answer) -> Answer:
        """Go where an answer leads, within the desk."""
        to = urlsplit(answer.location)
        return self.get(f"{to.path}?{to.query}" if to.query else to.path)

    def sign_in(self, who: Person, **more: Any) -> Person:
        """Sign in a person, who is added to the table, without asking the managed login."""
        clients, now, secret = wiring(), wiring().clock(), f"secret-of-{who.id}"
        clients.people.add(who)
        clients.sessions.begin(Session(hash_of(secret), who.username, now, now, key=f"key-of-{who.id}", **more))
        self.cookies["__Host-session"] = f"{who.username}:{secret}"
        self.token = form_token(secret)
        return who


def audited() -> list[dict[str, Any]]:
    """The lines of the audit log."""
    found = log_events(client("logs"), logGroupName=wiring().settings.audit_group)
    return [json.loads(event["message"]) for event in found]


class _Gateway(LocalGateway):
    """API Gateway, which adds the name of its stage to the path of its context."""

    def __init__(self, app_object: Any, config: Config, base: str) -> None:
        super().__init__(app_object, config)
        self._base = base

    def _generate_lambda_event(self, *args: Any, **named: Any) -> dict[str, Any]:
        event: dict[str, Any] = super()._generate_lambda_event(*args, **named)
        event["requestContext"]["path"] = self._base + event["requestContext"]["path"]
        return event
