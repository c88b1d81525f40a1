"""The provider answers as Cognito's managed login does (its developer guide, «Managed login endpoints reference»)."""

import hashlib
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import boto3
import pytest

from infra.local.cloud import LocalCloud
from infra.local.desk.server import DeskServer
from infra.local.desk.user_pool import UserPool
from tests.browser import Browser
from tests.local.desk.provider import CODE, add, code_of, coded, cognito, exchanged, part, signed_in


def test_a_person_signs_in_by_a_click(
    browser: Browser, pool: UserPool, cloud: LocalCloud, asked: dict[str, str], meier: str
) -> None:
    offered = browser.ask("GET", f"/_login/oauth2/authorize?{urlencode(asked)}")
    assert offered.status == 200
    assert '<button name="username" value="am.praxis">A. Meier – praxis</button>' in offered.text

    back = signed_in(browser, asked)
    assert back.status == 302
    assert back.location.startswith(f"{pool.callback}?code=")
    assert back.location.endswith("&state=of-the-browser")

    status, tokens = exchanged(browser, asked, code_of(back))
    assert (status, tokens["token_type"], tokens["expires_in"]) == (200, "Bearer", 300)
    assert part(tokens["id_token"], 0)["alg"] == "RS256"
    now = int(cloud.clock.now().timestamp())
    claims = part(tokens["id_token"], 1)
    assert claims.pop("jti")
    assert claims == {
        "sub": meier,
        "cognito:username": "am.praxis",
        "name": "A. Meier",
        "iss": f"https://cognito-idp.eu-central-1.amazonaws.com/{pool.id}",
        "aud": pool.client_id,
        "token_use": "id",
        "nonce": "once",
        "auth_time": now,
        "iat": now,
        "exp": now + 300,
        "at_hash": coded(hashlib.sha256(tokens["access_token"].encode()).digest()[:16]),
    }


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"response_type": "token"}, "unauthorized_client"),
        ({"response_type": ""}, "invalid_request"),
        ({"scope": "openid email"}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"nonce": ""}, "invalid_request"),
    ],
)
@pytest.mark.parametrize("path", ["GET /_login/oauth2/authorize", "POST /_login/login"])
def test_what_is_wrong_with_a_request_is_told_to_the_desk(
    browser: Browser, pool: UserPool, asked: dict[str, str], path: str, other: dict[str, str], error: str
) -> None:
    method, _, target = path.partition(" ")
    answer = browser.ask(method, f"{target}?{urlencode({**asked, **other})}", {} if method == "POST" else None)
    assert answer.status == 302
    assert answer.location.startswith(f"{pool.callback}?error_description=")
    told = dict(parse_qsl(urlsplit(answer.location).query))
    assert (told["error"], told["state"]) == (error, "of-the-browser")


@pytest.mark.parametrize(
    "other", [{"redirect_uri": "http://evil.example/signed-in"}, {"redirect_uri": ""}, {"client_id": "another"}]
)
def test_nobody_is_sent_to_a_site_that_is_not_the_desk(
    browser: Browser, desk: DeskServer, asked: dict[str, str], other: dict[str, str]
) -> None:
    answer = browser.ask("GET", f"/_login/oauth2/authorize?{urlencode({**asked, **other})}")
    assert (answer.status, urlsplit(answer.location).path) == (302, "/_login/error")
    shown = browser.ask("GET", answer.location)
    assert (shown.status, "redirect_mismatch" in shown.text or "invalid_request" in shown.text) == (400, True)


def test_who_is_new_signs_in_by_the_code_once(browser: Browser, pool: UserPool, asked: dict[str, str]) -> None:
    add(pool, "am.praxis", "A. Meier")
    assert "value=" not in browser.ask("GET", f"/_login/oauth2/authorize?{urlencode(asked)}").text
    assert signed_in(browser, asked).status == 400  # not by a click
    assert signed_in(browser, asked, code="wrong").status == 400
    assert signed_in(browser, asked, username="nobody", code=CODE).status == 400
    assert exchanged(browser, asked, code_of(signed_in(browser, asked, code=f" {CODE} ")))[0] == 200
    assert signed_in(browser, asked, code=CODE).status == 400
    assert signed_in(browser, asked).status == 302  # from now on by a click


def test_who_has_left_does_not_sign_in(browser: Browser, pool: UserPool, asked: dict[str, str], meier: str) -> None:
    cognito().admin_disable_user(UserPoolId=pool.id, Username="am.praxis")
    assert "value=" not in browser.ask("GET", f"/_login/oauth2/authorize?{urlencode(asked)}").text
    assert signed_in(browser, asked).status == 400


def test_signing_out_leads_back_to_the_desk_only(browser: Browser, pool: UserPool) -> None:
    query = {"client_id": pool.client_id, "logout_uri": pool.signed_out}
    assert browser.ask("GET", f"/_login/logout?{urlencode(query)}").location == pool.signed_out
    away = browser.ask("GET", f"/_login/logout?{urlencode({**query, 'logout_uri': 'http://evil.example/'})}")
    assert urlsplit(away.location).path == "/_login/error"


def test_the_stack_names_the_desk_and_its_pool(desk: DeskServer, pool: UserPool) -> None:
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName="vitosms-local")["Stacks"]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    assert outputs["DeskUrl"] == desk.url
    assert outputs["LoginUrl"] == f"{desk.url}/_login"
    assert (outputs["UserPoolId"], outputs["DeskClientId"]) == (pool.id, pool.client_id)


def test_a_browser_is_known_for_an_hour_unless_the_desk_has_it_ask(
    browser: Browser, cloud: LocalCloud, asked: dict[str, str], meier: str
) -> None:
    def answered(**more: str) -> int:
        return browser.ask("GET", f"/_login/oauth2/authorize?{urlencode({**asked, **more})}").status

    signed_in(browser, asked)
    assert (answered(), answered(prompt="login")) == (302, 200)
    cloud.clock.move_to(cloud.clock.now() + timedelta(minutes=61))
    assert answered() == 200
