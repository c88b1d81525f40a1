"""Requests to the provider, as the desk and a browser make them."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import boto3

from infra.local.desk.user_pool import UserPool
from tests.browser import Answer, Browser

VERIFIER = "v" * 43
CODE = "Hnkp-7352-Wvse"


def coded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def cognito() -> Any:
    return boto3.client("cognito-idp")


def add(pool: UserPool, username: str, name: str) -> str:
    """As an administrator does; the one-time code is CODE."""
    created = cognito().admin_create_user(
        UserPoolId=pool.id,
        Username=username,
        TemporaryPassword=CODE,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "name", "Value": name}],
    )
    (subject,) = (one["Value"] for one in created["User"]["Attributes"] if one["Name"] == "sub")
    return str(subject)


def signed_in(browser: Browser, asked: dict[str, str], **fields: str) -> Answer:
    return browser.ask("POST", f"/_login/login?{urlencode(asked)}", {"username": "am.praxis", **fields})


def code_of(answer: Answer) -> str:
    return dict(parse_qsl(urlsplit(answer.location).query))["code"]


def exchanged(browser: Browser, asked: dict[str, str], given: str, **other: str) -> tuple[int, dict[str, Any]]:
    form = {
        "grant_type": "authorization_code",
        "client_id": asked["client_id"],
        "redirect_uri": asked["redirect_uri"],
        "code": given,
        "code_verifier": VERIFIER,
        **other,
    }
    answer = browser.ask("POST", "/_login/oauth2/token", {name: value for name, value in form.items() if value})
    return answer.status, json.loads(answer.body)


def part(token: str, number: int) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[number] + "=="))
    return read
