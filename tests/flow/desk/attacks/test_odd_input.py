"""Cookies, paths and fields that an attacker makes up get a page, and never an error of ours."""

from __future__ import annotations

import base64
import json

import pytest

from chalicelib.people.person import Role
from infra.local.rehearsal import Rehearsal
from tests.flow.desk.browser import Browser, person

CALLS = "/p/praxis/calls"


def packed(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def begun(**changed: object) -> str:
    return packed({"state": "s", "nonce": "n", "verifier": "v", "to": "/", "kept": "", **changed})


@pytest.mark.parametrize(
    "cookie",
    [
        "é", "====", "AA", packed("["  * 5000), packed("1" * 5000), packed([]), packed("null"),
        begun(state="\ud800"), begun(state="é"), begun(verifier=None),
    ],
)  # fmt: skip
def test_a_made_up_cookie_of_the_sign_in_is_none(browser: Browser, cookie: str) -> None:
    browser.cookies["__Host-signin"] = cookie
    assert browser.get("/signed-in?state=x").status == 400


@pytest.mark.parametrize("nonce", ["é", "\ud800"])
def test_a_made_up_nonce_is_none(browser: Browser, nonce: str) -> None:
    browser.cookies["__Host-signin"] = begun(nonce=nonce)
    assert browser.get("/signed-in?state=s&code=c").status == 400


@pytest.mark.parametrize(
    "username", ["x" * 3000, f"am.{'x' * 3000}", ".", "#operators", "am.praxis#sheets", "é.praxis"]
)
def test_a_made_up_session_is_none(browser: Browser, username: str) -> None:
    for cookie in (f"{username}:secret", f"{username}:", f":{username}"):
        browser.cookies = {"__Host-session": cookie}
        assert browser.get("/kept").location == "/signin?to=/kept"
    browser.cookies = {"__Host-device": f"{username}:secret"}
    assert browser.get("/device").location == "/signin"


@pytest.mark.parametrize(
    "cookie",
    [
        packed("[" * 5000), "é", packed({"practice": "praxis", "day": "zz"}),
        packed({"practice": "praxis", "day": "9999-99-99"}), packed({"practice": "praxis", "place": ["\ud800"]}),
        packed({"practice": "praxis", "mandant": "\ud800"}),
    ],
)  # fmt: skip
def test_made_up_filters_are_none(browser: Browser, cookie: str) -> None:
    browser.sign_in(person())
    browser.cookies["__Host-filters"] = cookie
    assert browser.get(CALLS).status == 200


@pytest.mark.parametrize("day", ["zz", "9999-99-99", "20261124", "2026-W48-2"])
def test_a_made_up_day_of_the_filters_does_not_stay(browser: Browser, day: str) -> None:
    browser.sign_in(person())
    assert browser.post(f"{CALLS}/filters", {"day": day}).status == 303
    assert browser.get(CALLS).status == 200


@pytest.mark.parametrize("kept", ["x" * 9000, "é", "²"])
def test_a_made_up_name_of_a_kept_form_goes_nowhere(browser: Browser, cloud: Rehearsal, kept: str) -> None:
    (cookie,) = browser.get(f"/signin?kept={kept}").cookies
    assert len(cookie) < 600


@pytest.mark.parametrize("id", ["x" * 1100, "am.zweite", "%00", "."])
def test_a_made_up_person_or_device_is_not_found(browser: Browser, id: str) -> None:
    browser.sign_in(person("am", Role.MANAGER))
    assert browser.get(f"/p/praxis/person/{id}").status == 404
    assert browser.post(f"/p/praxis/device/{id}/remove").status == 404


def test_limits_are_short(browser: Browser) -> None:
    """A change whose audit line is too long for the log would leave no trace."""
    browser.sign_in(person("am", Role.MANAGER))
    form = {"id": "BF", "name": "B. Frei", "role": "reader"}
    for more in ({"practitioners": "x" * 100_000}, {"practitioners": ",".join(map(str, range(1000)))}):
        page = browser.post("/p/praxis/people", {**form, **more})
        assert (page.status, "practitioners-error" in page.body) == (422, True)
