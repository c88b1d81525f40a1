"""Sessions end, foreign forms change nothing, and every answer has its headers. On the local cloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.desk.headers import _ALWAYS
from chalicelib.people.person import Role
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.flow.desk.browser import Answer, Browser, audited, person


def test_without_a_session_one_signs_in_and_comes_back(browser: Browser) -> None:
    assert browser.get("/practices").location == "/signin?to=/practices"


@pytest.mark.parametrize("minutes", [59, 60])
def test_a_session_ends_after_an_hour_without_a_request(browser: Browser, cloud: Rehearsal, minutes: int) -> None:
    browser.sign_in(person())
    cloud.cloud.clock.move_to(cloud.cloud.clock.now() + timedelta(minutes=minutes))
    assert browser.get("/").location == ("/p/praxis/today" if minutes < 60 else "/signin")


def test_a_session_ends_after_ten_hours_of_work(browser: Browser, cloud: Rehearsal) -> None:
    browser.sign_in(person())
    for _ in range(19):
        cloud.cloud.clock.move_to(cloud.cloud.clock.now() + timedelta(minutes=30))
        assert browser.get("/").location == "/p/praxis/today"
    cloud.cloud.clock.move_to(cloud.cloud.clock.now() + timedelta(minutes=30))
    assert browser.get("/").location == "/signin"


def test_a_session_is_written_at_most_every_five_minutes(browser: Browser, cloud: Rehearsal) -> None:
    browser.sign_in(person())
    with cloud.cloud.counting("api_handler"):
        for _ in range(3):
            browser.get("/")
        cloud.cloud.clock.move_to(cloud.cloud.clock.now() + timedelta(minutes=5))
        for _ in range(3):
            browser.get("/")
    calls = cloud.cloud.calls_by_handler["api_handler"]
    assert calls == {"dynamodb.BatchGetItem": 6, "dynamodb.UpdateItem": 1}


def test_who_is_no_longer_there_is_out_with_the_next_request(browser: Browser, cloud: Rehearsal) -> None:
    who = browser.sign_in(person())
    before = wiring().people.person(who.username)
    assert before
    wiring().people.change(before, replace(before, ended_at=wiring().clock()))
    assert browser.get("/").location == "/signin"


def test_a_cookie_of_another_stage_is_nobody(browser: Browser) -> None:
    browser.cookies["__Host-session"] = "am.praxis:a-secret-of-another-stage"
    assert browser.get("/").location == "/signin"


def test_a_cookie_without_its_prefix_is_nobody(browser: Browser) -> None:
    browser.sign_in(person())
    browser.cookies = {"session": browser.cookies["__Host-session"]}
    assert browser.get("/").location == "/signin"


def test_a_form_without_its_token_changes_nothing(browser: Browser) -> None:
    browser.sign_in(person())
    answer = browser.post("/privacy", {"private": "on"}, token=False)
    assert (answer.status, "Nothing was changed" in answer.text) == (403, True)
    assert browser.post("/privacy", {"private": "on", "token": "x"}, token=False).status == 403


def test_a_form_of_another_site_changes_nothing(browser: Browser) -> None:
    browser.sign_in(person())
    body = f"token={browser.token}&private=on".encode()
    assert browser.ask("POST", "/privacy", body, {"Sec-Fetch-Site": "cross-site"}).status == 403


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * 1_000_000, "application/x-www-form-urlencoded", 413),
        (b"note=%ff", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"{}", "application/json", 415),
        (b"a=1&" * 3000, "application/x-www-form-urlencoded", 400),
    ],
)
def test_a_body_that_is_no_form_of_ours_is_a_page(browser: Browser, body: bytes, kind: str, status: int) -> None:
    browser.sign_in(person())
    answer = browser.ask("POST", "/privacy", body, {"Content-Type": kind})
    assert (answer.status, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "Nothing was changed" in answer.text


def test_a_method_that_a_path_does_not_take_is_a_page(browser: Browser) -> None:
    answer = browser.get("/signout")
    assert (answer.status, "Page not found" in answer.text) == (405, True)


def test_every_answer_has_the_headers(browser: Browser) -> None:
    for answer in (browser.get("/signed-out"), browser.get("/signin"), browser.get("/signout"), _static(browser)):
        assert {name: answer.headers.get(name.lower()) for name in _ALWAYS} == _ALWAYS
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert answer.headers["strict-transport-security"]


def _static(browser: Browser) -> Answer:
    page = browser.get("/signed-out").body
    return browser.get("/static/" + page.partition("/static/")[2].partition('"')[0])


def test_static_files_are_kept_for_ever_and_pages_never(browser: Browser) -> None:
    assert browser.get("/signed-out").headers["cache-control"] == "no-store"
    assert "immutable" in _static(browser).headers["cache-control"]
    assert browser.get("/static/before/desk.css").headers["cache-control"] == "no-cache"
    assert browser.get("/static/before/..").status == 404


def test_urls_begin_with_the_stage_where_the_path_does(cloud: Rehearsal) -> None:
    browser = Browser("/api")
    assert browser.get("/practices").location == "/api/signin?to=/practices"
    assert 'href="/api/static/' in browser.get("/signed-out").body


def test_the_language_is_chosen_by_the_browser_then_by_the_person(browser: Browser) -> None:
    browser.language = "rm, fr-CH;q=0.9, de;q=0.8"
    assert "Vous êtes déconnecté" in browser.get("/signed-out").text
    assert browser.post("/language", {"language": "it", "back": "/signed-out"}).location == "/signed-out"
    assert "uscita" in browser.get("/signed-out").text
    assert browser.post("/language", {"language": "xx"}).status == 400


def test_an_operator_sees_the_practices_and_gives_a_reason(browser: Browser, cloud: Rehearsal) -> None:
    browser.sign_in(person("op", Role.OPERATOR))
    assert browser.get("/").location == "/practices"
    assert "praxis" in browser.get("/practices").text
    assert browser.post("/p/praxis/reason", {"reason": "x"}).status == 422
    assert browser.post("/p/nobody/reason", {"reason": "a good reason"}).status == 404
    assert browser.post("/p/praxis/reason", {"reason": "Frau Muster hat angerufen"}).location == "/p/praxis/calls"
    (line,) = audited()
    assert (line["role"], line["given"]) == ("operator", "Frau Muster hat angerufen")


@pytest.mark.parametrize("role", [Role.READER, Role.FRONT_DESK, Role.MANAGER])
def test_the_practices_are_the_operators(browser: Browser, role: Role) -> None:
    browser.sign_in(person(role=role))
    assert browser.get("/practices").status == 403
    assert browser.post("/p/praxis/reason", {"reason": "a good reason"}).status == 403


def test_pages_without_a_practice_in_their_address_lead_back_to_ones_own(browser: Browser) -> None:
    browser.sign_in(person())
    answer = browser.get("/practices")
    assert (answer.status, 'href="/p/praxis/calls"' in answer.body) == (403, True)
