"""Acts of a manager have their line in the audit, also if the pool of users fails. On the local cloud."""

from __future__ import annotations

import os
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


def test_no_name_of_a_device_stands_for_who_did_it(manager: Browser) -> None:
    manager.post("/p/praxis/devices", {"name": "B. Frei"})
    manager.post(f"/p/praxis/device/{wiring().people.devices('praxis')[0].hash}/remove")
    lines = audited()[-2:]
    assert [(line["name"], line["device_name"]) for line in lines] == [("A. Meier", "B. Frei")] * 2
