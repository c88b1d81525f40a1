"""From a request without a session to a page, through the code that ships and the local provider."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

import app as lambdas
from chalicelib.admin import people as acts
from chalicelib.people.person import Person, Role
from chalicelib.schedule.time_zone import DEFAULT, zone_named
from chalicelib.wiring import wiring
from infra.local.cloud import LocalCloud
from infra.local.desk.login import LoginTrouble
from infra.local.desk.people import let_in
from infra.local.desk.server import DeskServer
from tests.browser import Browser

FREI = Person("", "of", "O. Frei", Role.OPERATOR)


@pytest.fixture
def desk(cloud: LocalCloud) -> Iterator[DeskServer]:
    with DeskServer(0) as server, server.serving(lambdas.app, cloud):
        yield server


def test_a_click_leads_to_the_first_page(browser: Browser, desk: DeskServer, cloud: LocalCloud) -> None:
    let_in([FREI], desk.pool)
    offered = browser.get("/")
    assert offered.url.startswith(f"{desk.url}/_login/oauth2/authorize?")
    assert '<button name="username" value="of">Betreiber – O. Frei</button>' in offered.text
    page = browser.sign_in("of")
    assert (page.status, page.url) == (200, f"{desk.url}/practices")
    assert "O. Frei" in page.text
    assert set(browser.cookies) == {"session", "cognito"}
    assert cloud.calls_by_handler["api_handler"]["dynamodb.BatchGetItem"]
    assert not cloud.lambda_errors


def test_the_page_that_was_asked_for_comes_after_signing_in(browser: Browser, desk: DeskServer) -> None:
    let_in([FREI], desk.pool)
    assert browser.sign_in("of", start="/practices").url == f"{desk.url}/practices"


def test_who_is_new_signs_in_by_the_printed_code(browser: Browser, desk: DeskServer, cloud: LocalCloud) -> None:
    code = acts.add(FREI, wiring(), cloud.clock.now(), zone_named(DEFAULT)).code
    assert browser.sign_in("of", "wrong").status == 400
    assert browser.sign_in("OF", code).url == f"{desk.url}/practices"


@pytest.mark.parametrize("trouble", [one for one in LoginTrouble if one is not LoginTrouble.SILENT])
def test_a_wrong_answer_of_the_provider_signs_nobody_in(
    browser: Browser, desk: DeskServer, trouble: LoginTrouble
) -> None:
    let_in([FREI], desk.pool)
    desk.login.trouble = trouble
    page = browser.sign_in("of")
    assert page.url.startswith(f"{desk.url}/signed-in?")
    assert page.headers["content-type"].startswith("text/html")
    assert page.status >= 400
    assert "session" not in browser.cookies


def test_who_signs_out_is_asked_again(browser: Browser, desk: DeskServer) -> None:
    let_in([FREI], desk.pool)
    signed_in = browser.sign_in("of")
    out = browser.post("/signout", token=signed_in.field("token"))
    assert out.url == f"{desk.url}/signed-out"
    assert browser.get("/practices").url.startswith(f"{desk.url}/_login/")


def test_whose_session_at_the_desk_has_ended_is_asked_again(browser: Browser, desk: DeskServer) -> None:
    let_in([FREI], desk.pool)
    browser.sign_in("of")
    del browser.cookies["session"]
    assert browser.cookies["cognito"]  # which knows the browser for an hour: the next person at it may be another
    assert browser.get("/practices").url.startswith(f"{desk.url}/_login/")


def test_a_printed_code_holds_a_week(browser: Browser, desk: DeskServer, cloud: LocalCloud) -> None:
    code = acts.add(FREI, wiring(), cloud.clock.now(), zone_named(DEFAULT)).code
    cloud.clock.move_to(cloud.clock.now() + timedelta(days=7, seconds=1))
    assert browser.sign_in("of", code).status == 400
