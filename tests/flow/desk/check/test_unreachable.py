"""The page of those without a usable address: the command's list, ticked, printed, saved."""

from __future__ import annotations

import re

import pytest

from chalicelib.people.person import Role
from tests.cli.running import Vitosms
from tests.flow.desk.browser import Answer, Browser, audited
from tests.flow.desk.calls_world import World

PAGE = "/p/praxis/unreachable"


def key(page: Answer, name: str) -> str:
    """The hidden key of a patient's row."""
    row = next(one for one in re.findall(r'(?s)<tr id="r-.*?</tr>', page.body) if name in one)
    (found,) = re.findall(r'name="key" value="(\w+)"', row)
    return str(found)


def tick(browser: Browser, name: str, done: str = "yes") -> Answer:
    return browser.follow(browser.post(f"{PAGE}/corrected", {"key": key(browser.get(PAGE), name), "done": done}))


def test_page_and_command_have_the_same_list(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    vitosms = Vitosms(capsys)
    told, page = vitosms.told("patients", "unreachable")["patients"], world.browser().get(PAGE)
    assert f"{len(told)} Patienten der nächsten 14 Tage haben keine brauchbare Adresse" in page.text
    assert re.findall(r"Nr. (P\d+)</span>", page.body) == [one["patient"] for one in told]
    for one in told:
        assert f"{one['name']}</span>" in page.body
    reasons = re.findall(r'data-label="Grund">([^<]*)', page.body)
    assert reasons == [one["reason"]["text"] for one in told]
    file = world.browser().get(f"{PAGE}/file")
    assert file.headers["content-disposition"] == 'attachment; filename="adressen-2026-11-23.csv"'
    _, csv, _ = vitosms.run("patients", "unreachable", "--csv", "-")
    assert file.body.lstrip("\ufeff").splitlines() == csv.lstrip("\ufeff").splitlines()


def test_a_tick_is_seen_by_others_and_taken_back(world: World) -> None:
    anna, ben, name = world.browser(), world.browser("B. Keller"), "Muster010"
    assert "Vermerkt." in tick(anna, name).text
    page = ben.get(PAGE)
    assert ("1 korrigiert" in page.text, "✓ Korrigiert 10:20, A. Meier" in page.text) == (True, True)
    assert "Das hat schon jemand vermerkt." in tick(ben, name).text
    assert "✓ Korrigiert 10:20, A. Meier" in ben.get(PAGE).text
    line = next(one for one in audited() if one["action"] == "address ticked")
    assert (line["before"], line["after"], line["name"], len(line["seen"])) == (False, True, "A. Meier", 1)
    items = [one for one in world.day.cloud.scan_table() if one["sk"].startswith("corrected#")]
    assert [sorted(one) for one in items] == [["at", "by", "pk", "sk", "ttl"]]  # nothing of the patient
    assert "Der Vermerk ist entfernt." in tick(ben, name, "no").text
    assert "A. Meier" not in ben.get(PAGE).text


def test_who_has_an_address_leaves_with_the_tick(world: World) -> None:
    browser, name, patient = world.browser(), "Muster030", "P30"
    page = browser.get(PAGE)
    tick(browser, name)
    old = key(page, name)
    world.database.set_patient(patient, "Mobiltelefon", "079 00")()
    page = browser.get(PAGE)
    assert (name in page.body, "✓" in page.text) == (True, False)  # something else is wrong now
    assert "hat jetzt eine brauchbare Adresse" in browser.follow(browser.post(f"{PAGE}/corrected", {"key": old})).text
    world.database.set_patient(patient, "Mobiltelefon", "079 000 12 34")()
    assert name not in browser.get(PAGE).body
    world.database.set_patient(patient, "Mobiltelefon", "044 000 00 30")()


def test_limits_roles_and_the_operator(world: World) -> None:
    limited = world.browser("C. Rot", mandanten=frozenset({"M2"}))
    assert "5 Patienten der nächsten" in limited.get(PAGE).text
    foreign = key(world.browser().get(PAGE), "Muster010")
    assert "told=gone" in limited.post(f"{PAGE}/corrected", {"key": foreign, "done": "yes"}).location
    reader = world.browser("L. Leser", Role.READER).get(PAGE)
    assert ("Muster010" in reader.body, "Korrigiert in der" in reader.text, "/file" in reader.body) == (
        True, False, False,
    )  # fmt: skip
    operator = world.browser("O. Per", Role.OPERATOR).get(PAGE)
    assert ("Muster" in operator.body, 'name="reason"' in operator.body) == (False, True)
    assert "Muster010" in world.browser("O. Per", Role.OPERATOR, reasons={"praxis": "Frau B. rief an"}).get(PAGE).body


def test_the_sheet_has_boxes_and_is_confidential(world: World) -> None:
    page = world.browser().get(f"{PAGE}/sheet")
    assert "Vertraulich · Stand Mo 23.11. 10:20" in page.text
    assert page.body.count("<i></i>") == page.body.count('<th scope="row">') == 10


def test_a_page_takes_eight_calls_and_one_statement(world: World) -> None:
    browser, cloud = world.browser(), world.day.cloud
    browser.get(PAGE)
    world.day.statements.clear()
    with cloud.counting("page"):
        browser.get(PAGE)
    calls = cloud.calls_by_handler["page"]
    assert (sum(calls.values()), calls["dynamodb.Query"], len(world.day.statements)) == (8, 1, 1)


def test_without_the_practice_database_the_page_says_so(world: World) -> None:
    path = world.database.path
    browser, whole = world.browser(), path.read_bytes()
    before = browser.get(PAGE)
    known = key(before, "Muster050")
    path.write_bytes(b"no database")
    try:
        page, ticked = browser.get(PAGE), browser.post(f"{PAGE}/corrected", {"key": known, "done": "yes"})
    finally:
        path.write_bytes(whole)
    assert (page.status, "Ohne das gibt es keine Liste." in page.text, ticked.location) == (200, True, PAGE)
    assert browser.get(PAGE).body.count("✓") == before.body.count("✓")


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Adresses à corriger"), ("it", "Indirizzi da correggere"), ("en", "Addresses")]
)
def test_other_languages(world: World, language: str, words: str) -> None:
    browser = world.browser()
    browser.language = language
    assert words in browser.get(PAGE).text
