"""A person with limits does not get beyond them by managing people. On the local cloud."""

from __future__ import annotations

import os

import pytest

from chalicelib.people.person import Role
from chalicelib.wiring import wiring
from infra.local.desk.user_pool import UserPool
from infra.local.rehearsal import Rehearsal
from tests.flow.desk.browser import Browser, person

PEOPLE = "/p/praxis/people"
NEW = {"id": "BF", "name": "B. Frei", "role": "front_desk"}


@pytest.fixture
def limited(browser: Browser, cloud: Rehearsal) -> Browser:
    """A manager of Mandant M1 only."""
    os.environ["VITOSMS_USER_POOL"] = UserPool("local", "http://127.0.0.1").id  # until the cloud closes
    wiring.cache_clear()
    wiring().people.add(person("mm", Role.MANAGER))
    browser.sign_in(person("am", Role.MANAGER, mandanten=frozenset({"M1"})))
    return browser


def test_nobody_lifts_their_own_limits(limited: Browser) -> None:
    page = limited.post("/p/praxis/person/am", {"version": "1", "name": "A. Meier", "role": "manager"})
    assert (page.status, page.text.count("You are limited to M1")) == (422, 2)
    found = wiring().people.person("am.praxis")
    assert found
    assert found.mandanten == {"M1"}


def test_nobody_lets_in_who_sees_more(limited: Browser) -> None:
    assert limited.post(PEOPLE, NEW).status == 422
    assert limited.post(PEOPLE, {**NEW, "mandant:M1": "on"}).status == 200


@pytest.mark.parametrize("act", ["", "/code", "/pin", "/signout", "/end"])
def test_nobody_takes_the_account_of_who_sees_more(limited: Browser, act: str) -> None:
    form = {"version": "1", "name": "M. M.", "role": "reader", "mandant:M1": "on"}
    assert limited.post(f"/p/praxis/person/mm{act}", form).status == 403
    found = wiring().people.person("mm.praxis")
    assert found
    assert found.version == 1
