"""The sign-in by Cognito's managed login: authorization code with PKCE, exchanged on the server. I/O.

The ID token comes straight from the token endpoint, so its TLS vouches for it (OpenID Connect Core 3.1.3.7): only its
claims are checked, and no tokens are kept.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import urllib3
from botocore.httpsession import get_cert_path

_SECONDS = urllib3.Timeout(connect=3, read=5)
_LEEWAY = 60  # seconds by which clocks may differ
_LONGEST = 64 * 1024  # bytes of an answer


class SignInError(Exception):
    """`code`: `unreachable`, `refused` (a code that was used, or is too old), or `token` (its claims are not ours)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class SignedIn:
    username: str
    subject: str


@dataclass(frozen=True)
class LoginProvider:
    """`login_url` is the managed login's domain, `desk_url` what its callback begins with; both without a slash."""

    login_url: str
    desk_url: str
    client: str
    issuer: str

    def authorize_url(self, state: str, nonce: str, verifier: str, language: str) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self.client, "redirect_uri": self._callback,
            "scope": "openid profile", "state": state, "nonce": nonce, "code_challenge": challenge,
            "code_challenge_method": "S256", "lang": language, "prompt": "login",  # not the last person again
        }  # fmt: skip
        return f"{self.login_url}/oauth2/authorize?{urlencode(asked)}"

    def sign_out_url(self) -> str:
        asked = {"client_id": self.client, "logout_uri": f"{self.desk_url}/signed-out"}
        return f"{self.login_url}/logout?{urlencode(asked)}"

    def exchange(self, code: str, verifier: str, nonce: str, now: datetime) -> SignedIn:
        """Exchange a code for its person. Raises SignInError."""
        asked = {
            "grant_type": "authorization_code", "client_id": self.client, "code": code,
            "redirect_uri": self._callback, "code_verifier": verifier,
        }  # fmt: skip
        claims = _claims(_posted(f"{self.login_url}/oauth2/token", asked))
        wanted = {"iss": self.issuer, "aud": self.client, "token_use": "id"}
        wrong = [name for name, value in wanted.items() if claims.get(name) != value]
        wrong += [] if hmac.compare_digest(str(claims.get("nonce")), nonce) else ["nonce"]
        expires = claims.get("exp")
        wrong += [] if isinstance(expires, int) and now.timestamp() < expires + _LEEWAY else ["exp"]
        username, subject = claims.get("cognito:username"), claims.get("sub")
        if wrong or not isinstance(username, str) or not isinstance(subject, str):
            raise SignInError("token", ", ".join(wrong) or "sub")
        return SignedIn(username, subject)

    @property
    def _callback(self) -> str:
        return f"{self.desk_url}/signed-in"


def _posted(url: str, fields: dict[str, str]) -> dict[str, Any]:
    """The answer of the token endpoint."""
    form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        with urllib3.PoolManager(timeout=_SECONDS, retries=False, ca_certs=get_cert_path(True)) as pool:
            answer = pool.request("POST", url, body=urlencode(fields), headers=form, preload_content=False)
            body = answer.read(_LONGEST)
            answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise SignInError("unreachable", type(error).__name__) from None
    if answer.status >= 500:
        raise SignInError("unreachable", str(answer.status))
    try:
        found = json.loads(body)
    except ValueError:
        raise SignInError("unreachable", "no JSON") from None
    if answer.status != 200 or not isinstance(found, dict):
        raise SignInError("refused", str(answer.status))
    return found


def _claims(tokens: dict[str, Any]) -> dict[str, Any]:
    try:
        _, payload, _ = str(tokens["id_token"]).split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (KeyError, ValueError, binascii.Error):
        raise SignInError("token", "shape") from None
    if not isinstance(claims, dict):
        raise SignInError("token", "shape")
    return claims
