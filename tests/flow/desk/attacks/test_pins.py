"""The PIN of a colleague: guessed by ten at once, set at an open page, kept with a form. On the local cloud."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.people.person import Role
from chalicelib.people.pin import TRIES, is_pin, pin_hash
from chalicelib.people.session import form_token
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.flow.desk.browser import Answer, Browser, audited, person

PIN = pin_hash("4711", bytes(16))


@pytest.fixture
def desk(browser: Browser) -> Browser:
    """A registered browser at which B. Frei has signed in by PIN."""
    browser.sign_in(person("am", Role.MANAGER))
    wiring().people.add(person("bf", pin=PIN))
    wiring().people.add(person("cd", pin=PIN))
    browser.post("/p/praxis/devices", {"name": "Empfang"})
    tried(browser, "BF", "4711")
    browser.token = form_token(browser.cookies["__Host-session"].rpartition(":")[2])
    return browser


def tried(browser: Browser, kuerzel: str, pin: str) -> Answer:
    return browser.post("/device", {"kuerzel": kuerzel, "pin": pin}, token=False)


def has(pin: str) -> bool:
    found = wiring().people.person("bf.praxis")
    assert found
    return is_pin(found, pin)


def test_ten_guesses_at_once_are_five(desk: Browser) -> None:
    others = [Browser(cookies=dict(desk.cookies)) for _ in range(10)]
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda n: tried(others[n], "CD", f"47{n + 12}"), range(10)))
    assert sum("is wrong" in answer.text for answer in answers) == TRIES
    assert tried(desk, "CD", "4711").status == 422


def test_who_finds_an_open_page_sets_no_pin(desk: Browser) -> None:
    assert 'name="old"' in desk.get("/pin").body
    new = {"pin": "8264", "again": "8264"}
    assert desk.post("/pin", new).status == 422
    assert desk.post("/pin", {**new, "old": "4712"}).status == 422
    assert has("4711")
    assert [line["action"] for line in audited()[-2:]] == ["wrong PIN"] * 2
    assert desk.post("/pin", {**new, "old": "4711"}).status == 200
    assert has("8264")


def test_an_open_page_guesses_no_pin(desk: Browser) -> None:
    for n in range(TRIES):
        desk.post("/pin", {"pin": "8264", "again": "8264", "old": f"000{n}"})
    assert "locked" in desk.post("/pin", {"pin": "8264", "again": "8264", "old": "4711"}).text
    assert has("4711")


def test_a_pin_is_not_kept_over_the_end_of_a_session(browser: Browser, cloud: Rehearsal) -> None:
    browser.sign_in(person())
    cloud.cloud.clock.move_to(cloud.cloud.clock.now() + timedelta(hours=2))
    answer = browser.post("/pin", {"pin": "471147", "again": "471147"})
    assert answer.location.startswith("/signin?to=")
    assert "kept=" not in answer.location
    assert "471147" not in json.dumps(cloud.cloud.scan_table(), default=str)
