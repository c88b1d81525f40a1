"""The provider's endpoint for tokens: a code, what belongs to it, and wrong answers on demand."""

from datetime import timedelta

import pytest

from infra.local.cloud import LocalCloud
from infra.local.desk.login import LoginTrouble
from infra.local.desk.server import DeskServer
from tests.browser import Browser
from tests.local.desk.provider import code_of, exchanged, part, signed_in


def test_a_code_is_taken_once(browser: Browser, asked: dict[str, str], meier: str) -> None:
    code = code_of(signed_in(browser, asked))
    assert exchanged(browser, asked, code)[0] == 200
    assert exchanged(browser, asked, code) == (400, {"error": "invalid_grant"})


def test_a_code_holds_five_minutes(browser: Browser, cloud: LocalCloud, asked: dict[str, str], meier: str) -> None:
    taken, late = (code_of(signed_in(browser, asked)) for _ in range(2))
    cloud.clock.move_to(cloud.clock.now() + timedelta(minutes=5))
    assert exchanged(browser, asked, taken)[0] == 200
    cloud.clock.move_to(cloud.clock.now() + timedelta(seconds=1))
    assert exchanged(browser, asked, late) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1/signed-in"}, "invalid_grant"),
        ({"code": "another"}, "invalid_grant"),
        ({"client_id": "another"}, "invalid_client"),
        ({"client_id": ""}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
    ],
)
def test_what_does_not_belong_to_a_code_is_refused(
    browser: Browser, asked: dict[str, str], meier: str, other: dict[str, str], error: str
) -> None:
    assert exchanged(browser, asked, code_of(signed_in(browser, asked)), **other) == (400, {"error": error})


@pytest.mark.parametrize(
    ("trouble", "claim"),
    [
        (LoginTrouble.NONCE, "nonce"),
        (LoginTrouble.AUDIENCE, "aud"),
        (LoginTrouble.ISSUER, "iss"),
        (LoginTrouble.EXPIRED, "exp"),
        (LoginTrouble.USE, "token_use"),
    ],
)
def test_trouble_changes_one_claim(
    browser: Browser, desk: DeskServer, asked: dict[str, str], meier: str, trouble: LoginTrouble, claim: str
) -> None:
    right = part(exchanged(browser, asked, code_of(signed_in(browser, asked)))[1]["id_token"], 1)
    desk.login.trouble = trouble
    wrong = part(exchanged(browser, asked, code_of(signed_in(browser, asked)))[1]["id_token"], 1)
    assert claim in right
    assert wrong.get(claim) != right[claim]


def test_trouble_leaves_no_tokens(browser: Browser, desk: DeskServer, asked: dict[str, str], meier: str) -> None:
    desk.login.trouble = LoginTrouble.DOWN
    assert browser.ask("POST", "/_login/oauth2/token", {}).status == 503
    desk.login.trouble = LoginTrouble.GARBAGE
    assert browser.ask("POST", "/_login/oauth2/token", {}).headers["content-type"].startswith("text/html")
    desk.login.trouble = LoginTrouble.SILENT
    hasty = Browser(desk.url, timeout=0.1)
    with pytest.raises(TimeoutError):
        hasty.ask("POST", "/_login/oauth2/token", {})


def test_tokens_are_given_while_the_lambda_runs(
    browser: Browser, cloud: LocalCloud, asked: dict[str, str], meier: str
) -> None:
    code = code_of(signed_in(browser, asked))
    with cloud.platform.alone:  # as the Lambda that asks for them
        assert exchanged(browser, asked, code)[0] == 200
