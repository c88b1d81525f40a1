"""Nothing is seen or done without its line in the audit, also where something fails half-way. On the local cloud."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.aws.user_pool import UserPoolError
from chalicelib.people.person import Role
from chalicelib.text import Text
from chalicelib.wiring import wiring
from infra.local.desk.user_pool import UserPool
from infra.local.rehearsal import Rehearsal
from tests.flow.desk.browser import Browser, audited, person
from tests.flow.desk.calls_world import CALLS, World, note, row


def fails(error: Exception) -> Callable[..., Any]:
    def call(*args: Any, **named: Any) -> Any:
        raise error

    return call


@pytest.fixture
def manager(browser: Browser, cloud: Rehearsal) -> Browser:
    os.environ["VITOSMS_USER_POOL"] = UserPool("local", "http://127.0.0.1").id  # until the cloud closes
    wiring.cache_clear()
    browser.sign_in(person("am", Role.MANAGER))
    browser.post("/p/praxis/people", {"id": "BF", "name": "B. Frei", "role": "front_desk"})
    return browser


@pytest.mark.parametrize("act", ["end", "signout", "code"])
def test_what_the_pool_does_not_finish_is_audited(manager: Browser, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for call in ("delete", "sign_out", "give_code"):
        monkeypatch.setattr(wiring().users, call, fails(UserPoolError(Text("users.busy"))))
    assert manager.post(f"/p/praxis/person/bf/{act}").status == 422
    line = audited()[-1]
    assert (line["action"], line["who"], line["why"]) == ("person: not finished", "bf", "users.busy")
    assert line["route"].endswith(f"/{act}")


def test_a_changed_name_is_audited_if_the_pool_does_not_take_it(
    manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring().users, "rename", fails(UserPoolError(Text("users.busy"))))
    manager.post("/p/praxis/person/bf", {"version": "2", "name": "B. Neu", "role": "reader"})
    line = audited()[-1]
    assert (line["action"], line["who"], line["after"]["role"]) == ("person: not finished", "bf", "reader")


def test_an_outcome_is_audited_if_the_page_fails_after_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, name = world.browser("F. Fehler"), world.patient()
    page = browser.get(CALLS)
    monkeypatch.setattr(wiring().history, "write_activity", fails(OSError("away")))
    assert note(browser, name, "coming", page).status == 500
    line = audited()[-1]
    assert (line["name"], line["action"], line["failed"]) == ("F. Fehler", "call", "OSError")
    assert line["entry"] == row(page, name)["key"]


def test_a_sheet_that_comes_back_is_audited_with_its_patients(world: World) -> None:
    browser = world.browser("S. Blatt")
    sheet = browser.post(f"{CALLS}/sheets").location
    page = browser.get(f"{sheet}/report")
    keys = audited()[-1]["seen"]
    (first, *_) = re.findall(r'name="(outcome-\w+)"', page.body)
    for fields in ({}, {first: "dead"}):
        assert browser.post(f"{sheet}/report", fields).status == 422
        line = audited()[-1]
        assert (line["route"].partition(" ")[0], line["seen"]) == ("POST", keys)
