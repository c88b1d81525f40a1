"""A provider to sign in at, in place of Cognito's managed login, whose endpoints it has and whose answers it gives.

A user of the pool signs in by a click; one who is new there by the printed one-time code.
"""

import base64
import hashlib
import html
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from chalicelib.text import LANGUAGES
from infra.local.desk.authorize_request import fault_of
from infra.local.desk.http import HttpAnswer, HttpRequest, page, redirect
from infra.local.desk.login_page import people_page
from infra.local.desk.people import has_expired_code
from infra.local.desk.user_pool import PoolUser, UserPool
from infra.translation import speaking, spoken, tr

PATH = "/_login"
COOKIE = "cognito"
_STAYS = timedelta(hours=1)  # signed in here, as at Cognito, if the desk does not have it ask
_CODE_HOLDS = timedelta(minutes=5)


class LoginTrouble(StrEnum):
    """Faults in the answers of the endpoint for tokens, as a test asks for them."""

    NONCE = "nonce"  # of somebody else
    AUDIENCE = "audience"  # another client
    ISSUER = "issuer"  # another pool
    EXPIRED = "expired"
    USE = "use"  # an access token in place of the ID token
    GARBAGE = "garbage"  # a page in place of a document
    DOWN = "down"  # 503
    SILENT = "silent"  # no answer


@dataclass(frozen=True)
class _Grant:
    """The sign-in that a code stands for. Times are UTC."""

    user: PoolUser
    redirect_uri: str
    challenge: str
    nonce: str
    at: datetime


class Login:
    """Answers what is under `/_login/`; `role` has the words for a user name.

    `alone` is held while moto is asked; never for tokens (see `server`).
    """

    def __init__(
        self,
        pool: UserPool,
        now: Callable[[], datetime],
        alone: AbstractContextManager[object],
        role: Callable[[str], str],
    ) -> None:
        self.trouble: LoginTrouble | None = None
        self._pool, self._now, self._alone, self._role = pool, now, alone, role
        self._grants: dict[str, _Grant] = {}
        self._sessions: dict[str, tuple[str, datetime]] = {}  # user name, and when it began
        self._lock = threading.Lock()

    def answer(self, request: HttpRequest) -> HttpAnswer | None:
        """Answer a request; None if it is to stay without an answer."""
        match request.method, request.path.removeprefix(PATH):
            case "GET", "/oauth2/authorize":
                return self._wrong(request.query) or self._known(request) or self._people(request.query)
            case "POST", "/login":
                return self._wrong(request.query) or self._sign_in(request.query, request.form)
            case "POST", "/oauth2/token":
                return self._tokens(request)
            case "GET", "/logout":
                return self._sign_out(request)
            case "GET", "/error":
                return page(400, tr("Sign-in is not possible"), f"<p>{html.escape(request.query.get('error', ''))}</p>")
        return page(404, tr("There is no such page"))

    def _wrong(self, query: Mapping[str, str]) -> HttpAnswer | None:
        """The answer to a request that is not one of the desk; None for one that is.

        Only an error that cannot go back to the desk is shown here.
        """
        client_id, back = query.get("client_id", ""), query.get("redirect_uri", "")
        if client_id != self._pool.client_id:
            return redirect(f"{PATH}/error", error="invalid_request", client_id=client_id)
        if back != self._pool.callback:
            return redirect(f"{PATH}/error", error="redirect_mismatch", client_id=client_id)
        error = fault_of(query, self._pool.scopes)
        state = {"state": query["state"]} if "state" in query else {}
        return redirect(back, error_description=error[1], error=error[0], **state) if error else None

    def _people(self, query: Mapping[str, str], refused: bool = False) -> HttpAnswer:
        """The page on which a person signs in, in the language that the desk asks for."""
        language = query.get("lang", "")
        with self._alone, speaking(language if language in LANGUAGES else spoken()):
            users = [user for user in self._pool.users() if user.enabled and user.confirmed]
            words = {user.username: [self._role(user.username), user.name, user.practice] for user in users}
            return people_page(
                f"{PATH}/login?{urlencode(query)}",
                {name: " – ".join(filter(None, parts)) for name, parts in words.items()},
                refused,
            )

    def _known(self, request: HttpRequest) -> HttpAnswer | None:
        """A code at once for a browser in which somebody has signed in and not out; None otherwise."""
        username, began = self._sessions.get(_session_of(request), ("", self._now()))
        if not username or self._now() - began > _STAYS or request.query.get("prompt") == "login":
            return None
        user = self._user(username)
        return self._code(user, request.query) if user else None

    def _sign_in(self, query: Mapping[str, str], form: Mapping[str, str]) -> HttpAnswer:
        username = form.get("username", "").strip().lower()  # the pool takes any case
        if "code" in form:
            with self._alone:
                user = None if has_expired_code(username) else self._pool.confirm(username, form["code"].strip())
        else:
            user = self._user(username)
        if user is None or not user.enabled:
            return self._people(query, refused=True)
        session = secrets.token_urlsafe(24)
        self._sessions[session] = username, self._now()
        return _with_cookie(self._code(user, query), session, _STAYS)

    def _user(self, username: str) -> PoolUser | None:
        """A user who may sign in without a code."""
        with self._alone:
            users = self._pool.users()
        return next((one for one in users if one.username == username and one.confirmed and one.enabled), None)

    def _code(self, user: PoolUser, query: Mapping[str, str]) -> HttpAnswer:
        """Back to the desk, with a code that it changes into tokens."""
        grant = _Grant(user, query["redirect_uri"], query["code_challenge"], query["nonce"], self._now())
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._grants[code] = grant
        return redirect(query["redirect_uri"], code=code, state=query["state"])

    def _tokens(self, request: HttpRequest) -> HttpAnswer | None:
        if self.trouble is LoginTrouble.SILENT:
            return None
        if self.trouble is LoginTrouble.DOWN:
            return HttpAnswer(503)
        if self.trouble is LoginTrouble.GARBAGE:
            return page(200, "?")
        form = request.form
        if form.get("grant_type") != "authorization_code":
            return _refused("unsupported_grant_type" if "grant_type" in form else "invalid_request")
        if form.get("client_id") != self._pool.client_id or "authorization" in request.headers:
            return _refused("invalid_client")  # which has no secret
        with self._lock:
            grant = self._grants.pop(form.get("code", ""), None)
        if grant is None or not self._holds(grant, form):
            return _refused("invalid_grant")
        return _document(200, self._tokens_of(grant))

    def _holds(self, grant: _Grant, form: Mapping[str, str]) -> bool:
        return (
            self._now() - grant.at <= _CODE_HOLDS
            and form.get("redirect_uri") == grant.redirect_uri
            and _hash(form.get("code_verifier", "")) == grant.challenge
        )

    def _tokens_of(self, grant: _Grant) -> dict[str, object]:
        user, signed_in = grant.user, int(grant.at.timestamp())
        access = self._pool.token(user, "access", auth_time=signed_in, scope="openid profile")
        own: dict[str, object] = {"auth_time": signed_in, "nonce": grant.nonce, "name": user.name}
        own["at_hash"] = _half(access)
        match self.trouble:
            case LoginTrouble.NONCE:
                own["nonce"] = "another"
            case LoginTrouble.AUDIENCE:
                own["aud"] = "another"
            case LoginTrouble.ISSUER:
                own["iss"] = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_another"
            case LoginTrouble.EXPIRED:
                own["exp"] = int((self._now() - self._pool.token_holds).timestamp())
        identity = self._pool.token(user, "id", **own)
        return {
            "id_token": access if self.trouble is LoginTrouble.USE else identity,
            "access_token": access,
            "refresh_token": secrets.token_urlsafe(64),
            "token_type": "Bearer",
            "expires_in": int(self._pool.token_holds.total_seconds()),
        }

    def _sign_out(self, request: HttpRequest) -> HttpAnswer:
        query = request.query
        if query.get("client_id") != self._pool.client_id or query.get("logout_uri") != self._pool.signed_out:
            return redirect(f"{PATH}/error", error="redirect_mismatch", client_id=query.get("client_id", ""))
        self._sessions.pop(_session_of(request), None)
        return _with_cookie(redirect(query["logout_uri"]), "", timedelta())


def _session_of(request: HttpRequest) -> str:
    cookie = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    return cookie.value if cookie else ""


def _with_cookie(answer: HttpAnswer, value: str, stays: timedelta) -> HttpAnswer:
    seconds = int(stays.total_seconds())
    cookie = f"{COOKIE}={value}; Path={PATH}; Max-Age={seconds}; HttpOnly; SameSite=Lax"
    return replace(answer, headers=(*answer.headers, ("Set-Cookie", cookie)))


def _hash(verifier: str) -> str:
    """The challenge that belongs to a verifier (RFC 7636, S256)."""
    return _base64(hashlib.sha256(verifier.encode()).digest())


def _half(token: str) -> str:
    """`at_hash` of an access token (OIDC Core 3.1.3.6)."""
    return _base64(hashlib.sha256(token.encode()).digest()[:16])


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _refused(error: str) -> HttpAnswer:
    return _document(400, {"error": error})


def _document(status: int, document: Mapping[str, object]) -> HttpAnswer:
    headers = (("Content-Type", "application/json;charset=UTF-8"), ("Cache-Control", "no-store"))
    return HttpAnswer(status, headers, json.dumps(document).encode())
