"""Signing in at the managed login, and what is kept over it. On the local cloud."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.aws.login_provider import SignedIn, SignInError
from chalicelib.people.session import form_token
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.flow.desk.browser import Answer, Browser, audited, person


class FakeLogin:
    """The managed login: a code that begins with `good` is of this user."""

    def __init__(self, username: str, subject: str) -> None:
        self.user, self.used, self.trouble = SignedIn(username, subject), set[str](), ""

    def authorize_url(self, state: str, nonce: str, verifier: str, language: str) -> str:
        return f"https://login.example/oauth2/authorize?state={state}&lang={language}"

    def sign_out_url(self) -> str:
        return "https://login.example/logout"

    def exchange(self, code: str, verifier: str, nonce: str, now: object) -> SignedIn:
        if self.trouble or code in self.used or not code.startswith("good"):
            raise SignInError(self.trouble or "refused")
        self.used.add(code)
        return self.user


@pytest.fixture
def login(cloud: Rehearsal) -> FakeLogin:
    who = person()
    wiring().people.add(who)
    wiring().__dict__["login"] = login = FakeLogin(who.username, who.subject)
    return login


def begun(browser: Browser, path: str = "/signin") -> str:
    """Go to the managed login; the state with which it comes back."""
    answer = browser.get(path)
    assert answer.status == 303
    return answer.location.partition("state=")[2].partition("&")[0]


def came_back(browser: Browser, state: str, code: str = "good") -> Answer:
    return browser.get(f"/signed-in?code={code}&state={state}")


def test_a_person_signs_in_and_out(browser: Browser, login: FakeLogin, cloud: Rehearsal) -> None:
    answer = came_back(browser, begun(browser, "/signin?to=/p/praxis/calls"))
    assert (answer.status, answer.location) == (303, "/p/praxis/calls")
    assert browser.cookies["__Host-session"].startswith("am.praxis:")
    assert "__Host-signin" not in browser.cookies
    assert browser.get("/").location == "/p/praxis/today"
    assert [(line["action"], line["person"]) for line in audited()] == [("signed in", "am")]


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a b", "/" + "x" * 400])
def test_a_sign_in_never_leads_elsewhere(browser: Browser, login: FakeLogin, to: str) -> None:
    assert came_back(browser, begun(browser, f"/signin?to={to}")).location == "/"


def test_a_callback_out_of_the_blue_changes_nothing(browser: Browser, login: FakeLogin) -> None:
    answer = came_back(browser, "x")
    assert (answer.status, "was not begun here" in answer.text) == (400, True)
    assert "__Host-session" not in browser.cookies


def test_another_state_is_refused(browser: Browser, login: FakeLogin) -> None:
    begun(browser)
    assert came_back(browser, "another").status == 400
    assert login.used == set()


def test_a_code_that_was_used_is_refused(browser: Browser, login: FakeLogin) -> None:
    came_back(browser, begun(browser))
    other = Browser()
    answer = came_back(other, begun(other))
    assert (answer.status, "already used" in answer.text) == (400, True)
    assert "__Host-session" not in other.cookies


def test_a_login_that_does_not_answer_is_said(browser: Browser, login: FakeLogin) -> None:
    login.trouble = "unreachable"
    answer = came_back(browser, begun(browser))
    assert (answer.status, "does not answer" in answer.text) == (503, True)


def test_a_user_that_was_made_anew_is_not_the_person(browser: Browser, login: FakeLogin) -> None:
    login.user = SignedIn("am.praxis", "another-sub")
    answer = came_back(browser, begun(browser))
    assert (answer.status, "__Host-session" in browser.cookies) == (403, False)


def test_who_signs_in_again_ends_the_session_before(browser: Browser, login: FakeLogin) -> None:
    came_back(browser, begun(browser))
    before = Browser(cookies=dict(browser.cookies))
    came_back(browser, begun(browser), "good again")
    assert (browser.get("/kept").location, before.get("/kept").location) == ("/", "/signin?to=/kept")


def sent_too_late(browser: Browser, cloud: Rehearsal, path: str) -> Answer:
    """Send a form after the session has ended, and sign in again."""
    came_back(browser, begun(browser))
    browser.token = _token(browser)
    cloud.cloud.clock.move_to(cloud.cloud.clock.now() + timedelta(hours=2))
    answer = browser.post(path, {"note": "später", "outcome": "coming"})
    assert answer.location.startswith("/signin?to=/kept&kept=")
    back = came_back(browser, begun(browser, answer.location), "good again")
    browser.token = _token(browser)
    return back


def test_a_form_after_the_end_of_the_session_is_kept(browser: Browser, login: FakeLogin, cloud: Rehearsal) -> None:
    back = sent_too_late(browser, cloud, "/p/praxis/calls/note")
    assert back.location == "/kept"
    page = browser.follow(back)
    assert "später" in page.text
    assert 'value="coming"' in page.body


@pytest.mark.parametrize("path", ["/p/praxis/calls/note", "/p/praxis/people", "/p/praxis/devices", "/privacy"])
def test_a_kept_form_that_is_discarded_leads_to_a_page(
    browser: Browser, login: FakeLogin, cloud: Rehearsal, path: str
) -> None:
    sent_too_late(browser, cloud, path)
    assert browser.follow(browser.post("/kept")).status in (200, 303)
    assert browser.get("/kept").location == "/"


def _token(browser: Browser) -> str:
    return form_token(browser.cookies["__Host-session"].partition(":")[2])
