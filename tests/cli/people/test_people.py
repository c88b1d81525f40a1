"""`vitosms people` on a running stage: let in with a printed code, limited, changed, ended, and let in again."""

from __future__ import annotations

import re

import pytest

from chalicelib.admin.people import set_pin
from chalicelib.wiring import wiring
from infra.local.desk.user_pool import UserPool
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, words
from tests.flow.build import PRACTICE

URL = "http://127.0.0.1:8470"
CODE = r"[A-Z][a-z]{3}-\d{4}-[A-Z][a-z]{3}"
ADD = ("people", "add", "AM", "--name", "A. Meier", "--role", "manager")


@pytest.fixture
def pool(stage: Rehearsal) -> UserPool:
    """The stage has a desk."""
    return UserPool("local", URL)


def users(pool: UserPool) -> dict[str, str]:
    return {user.username: user.name for user in pool.users()}


def person(vitosms: Vitosms, kuerzel: str) -> dict[str, object]:
    (found,) = [one for one in vitosms.told("people", "list", "--all")["people"] if one["kuerzel"] == kuerzel]
    assert isinstance(found, dict)
    return found


def test_a_person_is_let_in_with_a_slip_to_hand_over(vitosms: Vitosms, pool: UserPool) -> None:
    assert "Noch darf sich niemand anmelden" in vitosms.shows("people", "list")
    shown = vitosms.shows(*ADD)
    assert "A. Meier (AM) darf sich anmelden, Rolle Praxisleitung" in shown
    assert re.search(rf"Adresse\s+{URL}\n\s+Benutzername\s+am\.{PRACTICE}\n\s+Einmalcode\s+{CODE}\n", shown)
    assert "Mo 30.11.2026 09:55" in shown
    assert "die einzige Praxisleitung" in shown
    assert users(pool) == {f"am.{PRACTICE}": "A. Meier"}
    assert person(vitosms, "AM")["status"] == "invited"
    assert "Einmalcode" in vitosms.shows("people", "list")


def test_the_code_is_printed_once_and_stored_nowhere(vitosms: Vitosms, pool: UserPool) -> None:
    told = vitosms.told(*ADD)
    assert (told["url"], told["code_until"]) == (URL, "2026-11-30T09:55:00+01:00")
    assert told["one_time_code"] not in str([*wiring().table.query("pk = :p", {":p": PRACTICE})])
    assert pool.confirm(f"am.{PRACTICE}", told["one_time_code"]) is not None
    again = vitosms.told("people", "code", "am")
    assert pool.confirm(f"am.{PRACTICE}", told["one_time_code"]) is None
    assert pool.confirm(f"am.{PRACTICE}", again["one_time_code"]) is not None


def test_a_second_manager_ends_the_advice_for_one(vitosms: Vitosms, pool: UserPool) -> None:
    assert len(vitosms.told(*ADD)["remarks"]) == 1
    second = vitosms.told("people", "add", "bf", "--name", "B. Frei", "--role", "manager")
    assert (second["person"]["kuerzel"], second["remarks"]) == ("BF", [])


def test_limits_are_those_of_the_practice_database(vitosms: Vitosms, pool: UserPool) -> None:
    asked = ("people", "add", "TM", "--name", "T. Moser", "--role", "front_desk", "--last-day", "31.12.2026")
    assert "no billing practitioner “M9”" in vitosms.refuses(*asked, "--mandant", "M9").replace("There is ", "")
    made = vitosms.told(*asked, "--mandant", "M1", "--practitioner", "Dr. Frei")["person"]
    assert made["limits"] == {"mandant": ["M1"], "practitioner": ["Dr. Frei"]}
    assert made["last_day"] == "2026-12-31"
    changed = vitosms.told("people", "change", "TM", "--mandant", "-", "--last-day", "-")["person"]
    assert changed["limits"] == {"mandant": [], "practitioner": ["Dr. Frei"]}
    assert changed["last_day"] is None
    assert "nothing is to be changed" in vitosms.refuses("people", "change", "TM", "--role", "front_desk")


def test_the_last_manager_is_not_removed_or_demoted_by_accident(vitosms: Vitosms, pool: UserPool) -> None:
    vitosms.shows(*ADD)
    for args in (("remove", "AM", "--yes"), ("change", "AM", "--role", "reader")):
        assert "the only active manager" in vitosms.refuses("people", *args)
    assert person(vitosms, "AM")["role"] == "manager"
    gone = vitosms.told("people", "remove", "AM", "--yes", "--force")
    assert (gone["person"]["status"], users(pool)) == ("ended", {})
    assert "has no manager" in words(vitosms.told("people", "list")["remarks"])[0] or gone["remarks"]


def test_who_left_keeps_the_kuerzel_and_may_come_back(vitosms: Vitosms, pool: UserPool) -> None:
    vitosms.shows(*ADD)
    vitosms.shows("people", "add", "bf", "--name", "B. Frei", "--role", "front_desk")
    assert "End the access of B. Frei (BF) (praxis) at once?" in vitosms.asks("people", "remove", "bf")
    vitosms.shows("people", "remove", "bf", "--yes")
    assert [one["kuerzel"] for one in vitosms.told("people", "list")["people"]] == ["AM"]
    taken = vitosms.refuses("people", "add", "BF", "--name", "B. Fuchs", "--role", "reader")
    assert "The Kürzel BF belongs to B. Frei" in taken
    vitosms.shows("people", "code", "BF")
    assert (person(vitosms, "BF")["status"], users(pool)[f"bf.{PRACTICE}"]) == ("invited", "B. Frei")


def test_operators_are_apart(vitosms: Vitosms, pool: UserPool) -> None:
    made = vitosms.told("people", "add", "OW", "--name", "O. Wyss", "--operator")
    assert (made["practice"], made["person"]["username"], made["person"]["role"]) == (None, "ow", "operator")
    assert vitosms.told("people", "list")["people"] == []
    assert [one["name"] for one in vitosms.told("people", "list", "--operator")["people"]] == ["O. Wyss"]
    vitosms.shows("people", "remove", "OW", "--operator", "--yes")
    assert "give either" in vitosms.refuses("people", "list", "--operator", "--practice", PRACTICE)


def test_sessions_and_pins_are_ended_from_here(vitosms: Vitosms, pool: UserPool) -> None:
    vitosms.shows(*ADD)
    people = wiring().people
    found = people.person(f"am.{PRACTICE}")
    assert found is not None
    set_pin(found, "4711", "4711", bytes(16), wiring())
    assert person(vitosms, "AM")["pin"] == "set"
    for _ in range(5):
        people.count_try(f"am.{PRACTICE}", 5)
    assert person(vitosms, "AM")["pin"] == "locked"
    vitosms.shows("people", "pin-reset", "AM")
    assert person(vitosms, "AM")["pin"] == "none"
    vitosms.shows("people", "sign-out", "AM")
    after = people.person(f"am.{PRACTICE}")
    assert after is not None
    assert after.sessions_from == wiring().clock()


def test_what_is_wrong_is_said_in_one_line(vitosms: Vitosms, pool: UserPool) -> None:
    assert "2 to 8 letters" in vitosms.refuses("people", "add", "A", "--name", "A", "--role", "reader")
    assert "--role is missing" in vitosms.refuses("people", "add", "AM", "--name", "A")
    assert "must be one of reader, front_desk, manager" in vitosms.refuses(*ADD[:-1], "boss")
    assert "name is missing" in vitosms.refuses("people", "add", "AM", "--role", "reader")
    assert "no person 'ZZ'" in vitosms.refuses("people", "code", "ZZ")
    vitosms.shows(*ADD)
    assert "known are AM" in vitosms.refuses("people", "code", "ZZ")


def test_a_stage_without_a_desk_lets_nobody_in(vitosms: Vitosms) -> None:
    assert "There is no sign-in for people here yet" in vitosms.refuses(*ADD)
    assert vitosms.told("people", "list", "--all")["people"] == []


def test_a_removed_practice_signs_everybody_out(vitosms: Vitosms, pool: UserPool) -> None:
    vitosms.shows(*ADD)
    vitosms.shows("practice", "remove", PRACTICE, "--yes", PRACTICE)
    assert users(pool) == {}
    assert person(vitosms, "AM")["status"] == "no_code"
    shown = vitosms.shows("practice", "reinstate", PRACTICE, "--yes")
    assert "vitosms people code" in shown
    vitosms.shows("people", "code", "AM")
    assert users(pool) == {f"am.{PRACTICE}": "A. Meier"}
