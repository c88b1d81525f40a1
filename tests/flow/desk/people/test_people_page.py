"""The page of people: let in with a slip, change, end at once; bad input comes back with what was typed."""

from __future__ import annotations

import os
import re
from dataclasses import replace

import pytest

from chalicelib.people.person import Person, Role
from chalicelib.wiring import wiring
from infra.local.desk.user_pool import UserPool
from infra.local.rehearsal import Rehearsal
from tests.flow.desk.browser import Answer, Browser, audited, person
from tests.flow.desk.walks.html_rules import forms, mistakes

PEOPLE = "/p/praxis/people"
NEW = {"id": "BF", "name": "B. Frei", "role": "front_desk"}


@pytest.fixture
def pool(cloud: Rehearsal) -> UserPool:
    made = UserPool("local", "http://127.0.0.1")
    os.environ["VITOSMS_USER_POOL"] = made.id  # until the cloud closes
    wiring.cache_clear()
    return made


@pytest.fixture
def manager(browser: Browser, pool: UserPool) -> Browser:
    browser.sign_in(person("am", Role.MANAGER))
    return browser


def stored(id: str) -> Person:
    found = wiring().people.person(f"{id}.praxis")
    assert found is not None
    return found


def changed(browser: Browser, id: str, **fields: str) -> Answer:
    """Send the form of a person as the page has it, with other values."""
    page = browser.get(f"/p/praxis/person/{id}")
    (form,) = [one for one in forms(page.body) if one.action == f"/p/praxis/person/{id}"]
    return browser.post(form.action, {**form.fields, **fields})


def test_the_slip_has_the_code_and_no_page_shows_it_again(manager: Browser, pool: UserPool) -> None:
    slip = manager.post(PEOPLE, NEW)
    assert (slip.status, mistakes(slip.body)) == (200, [])
    (code,) = re.findall(r"[A-Z][a-z]{3}-\d{4}-[A-Z][a-z]{3}", slip.text)
    assert all(part in slip.text for part in ("bf.praxis", "30.11.2026 09:55"))
    assert pool.confirm("bf.praxis", code) is not None
    page = manager.get(PEOPLE)
    assert ("one-time code valid until 30.11.2026" in page.text, code in page.body) == (True, False)
    assert (audited()[-1]["action"], audited()[-1]["who"], code in str(audited())) == ("person added", "bf", False)


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"id": "B.F"}, "id", "2 to 8 letters and digits"),
        ({"id": "am"}, "id", "The Kürzel AM belongs to A. Meier"),
        ({"name": " "}, "name", "The name is missing"),
        ({"role": "operator"}, "role", "There is no role “operator”"),
        ({"mandant:M9": "on"}, "mandanten", "There is no billing practitioner “M9”"),
        ({"last_day": "2026-11-22"}, "last_day", "The last day has passed already"),
    ],
)
def test_what_is_wrong_stands_on_top_and_at_its_field(
    manager: Browser, wrong: dict[str, str], field: str, said: str
) -> None:
    page = manager.post(PEOPLE, {**NEW, "practitioners": "Dr. Frei", **wrong})
    assert (page.status, page.text.count(said), mistakes(page.body)) == (422, 2, [])
    assert f'href="#{field}"' in page.body
    assert f'id="{field}-error"' in page.body
    assert 'value="Dr. Frei"' in page.body
    assert len(wiring().people.people("praxis")) == 1


def test_a_change_holds_and_is_audited(manager: Browser) -> None:
    manager.post(PEOPLE, NEW)
    answer = changed(manager, "bf", name="B. Frei-Moser", last_day="2026-12-31", **{"mandant:M1": "on"})
    assert answer.location == f"{PEOPLE}?done=changed#person-bf"
    assert "Saved." in manager.get(f"{PEOPLE}?done=changed").text
    found = stored("bf")
    assert (found.name, f"{found.last_day}", [*found.mandanten]) == ("B. Frei-Moser", "2026-12-31", ["M1"])
    line = audited()[-1]
    assert (line["before"]["name"], line["after"]["mandanten"]) == ("B. Frei", "M1")


def test_of_two_managers_the_second_reads_what_the_first_did_and_keeps_the_input(manager: Browser) -> None:
    manager.post(PEOPLE, NEW)
    shown = manager.get("/p/praxis/person/bf")
    (form,) = [one for one in forms(shown.body) if one.action == "/p/praxis/person/bf"]
    changed(manager, "bf", role="reader")
    second = manager.post(form.action, {**form.fields, "name": "B. Moser"})
    assert (second.status, mistakes(second.body)) == (409, [])
    assert "B. Frei was changed by somebody else meanwhile" in second.text
    assert "BF · Read only" in second.text
    assert 'value="B. Moser"' in second.body
    assert stored("bf").name == "B. Frei"
    (again,) = [one for one in forms(second.body) if one.action == "/p/praxis/person/bf"]
    assert manager.post(again.action, again.fields).status == 303
    assert stored("bf").name == "B. Moser"


def test_who_is_ended_is_out_with_the_next_request(manager: Browser, pool: UserPool) -> None:
    manager.post(PEOPLE, NEW)
    beat = Browser()
    beat.sign_in(stored("bf"))
    assert beat.get("/").location == "/p/praxis/today"
    assert manager.post("/p/praxis/person/bf/end").location == f"{PEOPLE}?done=ended#person-bf"
    assert beat.get("/").location == "/signin"
    assert [user.username for user in pool.users()] == []
    assert "left on 23.11.2026" in manager.get(PEOPLE).text
    assert "Let in again" in manager.get("/p/praxis/person/bf").text
    assert manager.post("/p/praxis/person/bf/code").status == 200
    assert stored("bf").ended_at is None


def test_a_limit_holds_from_the_next_request(manager: Browser) -> None:
    manager.post(PEOPLE, {**NEW, "role": "manager"})
    beat = Browser()
    beat.sign_in(stored("bf"))
    assert beat.get(PEOPLE).status == 200
    changed(manager, "bf", role="reader")
    assert beat.get(PEOPLE).status == 403


def test_the_last_manager_stays(manager: Browser) -> None:
    assert "Two managers are better than one" in manager.get(PEOPLE).text
    for answer in (manager.post("/p/praxis/person/am/end"), changed(manager, "am", role="reader")):
        assert (answer.status, "A. Meier is the only active manager" in answer.text) == (422, True)
    manager.post(PEOPLE, {**NEW, "role": "manager"})
    assert "Two managers are better than one" not in manager.get(PEOPLE).text
    assert manager.post("/p/praxis/person/am/end").status == 303


def test_signed_out_everywhere_and_in_again(manager: Browser) -> None:
    manager.post(PEOPLE, NEW)
    beat = Browser()
    beat.sign_in(stored("bf"))
    assert manager.post("/p/praxis/person/bf/signout").status == 303
    wiring().people.signed_in("bf.praxis", wiring().clock())
    assert stored("bf").sessions_from == wiring().clock()
    before = stored("bf")
    wiring().people.change(before, replace(before, sessions_from=None))
    assert beat.get("/").status == 303


def test_without_a_pool_nobody_is_let_in(browser: Browser) -> None:
    browser.sign_in(person("am", Role.MANAGER))
    page = browser.post(PEOPLE, NEW)
    assert (page.status, "There is no sign-in for people here yet" in page.text) == (422, True)
    assert len(wiring().people.people("praxis")) == 1


@pytest.mark.parametrize("language", ["de", "fr", "it", "en"])
def test_the_pages_are_good_html_in_each_language(manager: Browser, language: str) -> None:
    manager.language = language
    manager.post(PEOPLE, NEW)
    manager.post("/p/praxis/devices", {"name": "Empfang links"})
    for path in (PEOPLE, f"{PEOPLE}/new", "/p/praxis/person/bf", "/pin", "/device"):
        page = manager.get(path)
        assert (page.status, mistakes(page.body)) == (200, []), path
