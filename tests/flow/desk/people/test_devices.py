"""Registered devices: people change by Kürzel and PIN; tries are counted, and a session ends with its device."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.people.device import REGISTERED_FOR
from chalicelib.people.person import Role
from chalicelib.people.pin import TRIES, pin_hash
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.flow.desk.browser import Browser, audited, person

PIN = pin_hash("4711", bytes(16))
HOME = "/p/praxis/today"


@pytest.fixture
def desk(browser: Browser) -> Browser:
    """A browser that a manager has registered; at it are B. Frei and C. Diem, both with a PIN."""
    browser.sign_in(person("am", Role.MANAGER, pin=PIN))
    for id in ("bf", "cd"):
        wiring().people.add(person(id, pin=PIN))
    assert browser.post("/p/praxis/devices", {"name": "Empfang links"}).status == 303
    del browser.cookies["__Host-session"]
    return browser


def by_pin(browser: Browser, kuerzel: str, pin: str = "4711") -> str:
    answer = browser.post("/device", {"kuerzel": kuerzel, "pin": pin, "to": "/"}, token=False)
    return answer.location if answer.status == 303 else answer.text


def test_people_change_by_kuerzel_and_pin(desk: Browser) -> None:
    assert desk.get("/kept").location == "/device?to=/kept"
    assert "Device: Empfang links" in desk.get("/device").text
    for kuerzel, id in (("BF", "bf"), ("cd ", "cd")):
        assert by_pin(desk, kuerzel) == "/"
        assert desk.get("/").location == HOME
        assert desk.cookies["__Host-session"].startswith(f"{id}.praxis:")
    assert [(line["action"], line["person"]) for line in audited()[-2:]] == [
        ("signed in by PIN", "bf"),
        ("signed in by PIN", "cd"),
    ]
    assert all(line["device"] for line in audited()[-2:])


def test_who_changes_ends_the_session_before(desk: Browser) -> None:
    by_pin(desk, "BF")
    before = desk.cookies["__Host-session"]
    by_pin(desk, "CD")
    desk.cookies["__Host-session"] = before
    assert desk.get("/kept").location == "/device?to=/kept"


def test_signing_out_leads_back_to_the_device(desk: Browser) -> None:
    by_pin(desk, "BF")
    assert "Change person" in desk.get("/pin").text
    secret = desk.cookies["__Host-session"].rpartition(":")[2]
    from chalicelib.people.session import form_token

    desk.token = form_token(secret)
    assert desk.post("/signout").location == "/device"


@pytest.mark.parametrize("path", ["/", "/signed-out"])
def test_the_address_of_the_desk_asks_for_kuerzel_and_pin(desk: Browser, path: str) -> None:
    assert desk.get(path).location == "/device"


def test_a_wrong_pin_is_counted_and_the_fifth_locks_it(desk: Browser) -> None:
    for _ in range(TRIES):
        assert "Kürzel or PIN is wrong" in by_pin(desk, "BF", "4712")
    assert "The PIN is locked" in by_pin(desk, "BF")
    assert by_pin(desk, "CD") == "/"
    wrong = [line for line in audited() if line["action"] == "wrong PIN"]
    assert ({line["who"] for line in wrong}, len(wrong)) == ({"bf"}, TRIES + 1)
    found = wiring().people.person("bf.praxis")
    assert found is not None
    assert found.pin_tries == TRIES


@pytest.mark.parametrize("kuerzel", ["ZZ", "", "b.f", "bf.praxis"])
def test_an_unknown_kuerzel_is_told_as_a_wrong_pin(desk: Browser, kuerzel: str) -> None:
    assert "Kürzel or PIN is wrong" in by_pin(desk, kuerzel)


def test_who_was_ended_has_no_pin_any_more(desk: Browser) -> None:
    before = wiring().people.person("bf.praxis")
    assert before is not None
    wiring().people.change(before, replace(before, ended_at=wiring().clock()))
    assert "Kürzel or PIN is wrong" in by_pin(desk, "BF")


def test_a_person_of_another_practice_has_no_pin_here(desk: Browser) -> None:
    wiring().people.add(person("xx", practice="zweite", pin=PIN))
    assert "Kürzel or PIN is wrong" in by_pin(desk, "XX")


def test_a_session_ends_with_its_device(desk: Browser) -> None:
    by_pin(desk, "BF")
    assert desk.get("/").location == HOME
    (device,) = wiring().people.devices("praxis")
    wiring().people.remove_device("praxis", device.hash)
    assert desk.get("/kept").location == "/device?to=/kept"
    assert desk.get("/device").location == "/signin"
    assert "__Host-device" not in desk.cookies


def test_a_session_of_a_device_is_nobody_elsewhere(desk: Browser) -> None:
    by_pin(desk, "BF")
    elsewhere = Browser(cookies={"__Host-session": desk.cookies["__Host-session"]})
    assert elsewhere.get("/kept").location == "/signin?to=/kept"


def test_a_registration_ends_after_thirty_days(desk: Browser, cloud: Rehearsal) -> None:
    cloud.cloud.clock.move_to(cloud.cloud.clock.now() + REGISTERED_FOR - timedelta(minutes=1))
    assert desk.get("/device").status == 200
    cloud.cloud.clock.move_to(cloud.cloud.clock.now() + timedelta(minutes=1))
    assert desk.get("/device").location == "/signin"


def test_a_manager_sees_and_removes_devices(desk: Browser) -> None:
    manager = Browser()
    manager.sign_in(person("mm", Role.MANAGER))
    page = manager.get("/p/praxis/people").text
    assert ("Empfang links" in page, "23.12.2026 09:55" in page) == (True, True)
    (device,) = wiring().people.devices("praxis")
    assert manager.post(f"/p/praxis/device/{device.hash}/remove").status == 303
    assert manager.post(f"/p/praxis/device/{device.hash}/remove").status == 404
    assert wiring().people.devices("praxis") == []


@pytest.mark.parametrize("name", ["", "x" * 41, "\u202e"])
def test_a_device_needs_a_name(browser: Browser, name: str) -> None:
    browser.sign_in(person("am", Role.MANAGER))
    page = browser.post("/p/praxis/devices", {"name": name})
    assert (page.status, "1 to 40 characters" in page.text) == (422, True)
    assert wiring().people.devices("praxis") == []


def test_ones_own_pin_is_typed_twice_and_not_trivial(browser: Browser) -> None:
    browser.sign_in(person("bf"))
    for pin, again, said in (
        ("1234", "1234", "too easy to guess"),
        ("47", "47", "4 to 8 digits"),
        ("4711", "4712", "differ"),
    ):
        page = browser.post("/pin", {"pin": pin, "again": again})
        assert (page.status, said in page.text) == (422, True)
        assert f'value="{pin}"' not in page.body
    assert "You have no PIN yet" in browser.get("/pin").text
    assert browser.post("/pin", {"pin": "4711", "again": "4711"}).status == 200
    assert "You have a PIN" in browser.get("/pin").text
    assert "4711" not in str(audited())
