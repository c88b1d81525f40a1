"""Lists on paper and in Excel, filters, the refresh, and the list without the practice database."""

from __future__ import annotations

import csv
import gzip
import io
import re
from datetime import timedelta
from html import unescape

import pytest

from chalicelib.people.person import Role
from tests.cli.running import Vitosms
from tests.flow.desk.browser import Answer, Browser, audited
from tests.flow.desk.calls_world import CALLS, World, note, row, told

ID, MINUTE = 12, timedelta(minutes=1)


def printed(browser: Browser) -> str:
    """The path of a new sheet."""
    return browser.post(f"{CALLS}/sheets", {"reasons": "yes"}).location


def ids(world: World, name: str) -> str:
    return row(world.browser().get(CALLS), name)["key"][:ID]


def state(browser: Browser, page: Answer) -> Answer:
    """The fragment by which a page refreshes itself."""
    (url,) = re.findall(r'data-state="([^"]*)"', page.body)
    return browser.get(unescape(url))


def test_a_sheet_has_a_number_and_its_outcomes_are_saved_at_once(world: World) -> None:
    browser, first, second = world.browser(), world.patient(), world.patient()
    path = printed(browser)
    sheet = browser.get(path)
    number = path.rpartition("/")[2]
    assert f"Vertraulich · Stand Mo 23.11. 10:20 · Blatt {number}" in sheet.text
    assert all(text in sheet.text for text in (first, second, "044 000 00", "Keine Mobilnummer", "Dr. Eins"))
    assert browser.post(f"{CALLS}/sheet", {"number": number}).location == f"{path}/report"
    form = {f"outcome-{ids(world, first)}": "coming", f"outcome-{ids(world, second)}": "not_reached"}
    answer = browser.post(f"{path}/report", {**form, f"note-{ids(world, second)}": "Combox"})
    assert (answer.status, answer.location) == (303, f"{CALLS}?told=sheet")
    assert told(browser, first) == "erledigt 10:20, A. Meier: kommt"
    assert told(browser, second) == "1. Versuch 10:20, A. Meier – «Combox»"
    line = next(one for one in reversed(audited()) if one["action"] == "sheet reported")
    assert sorted(line["noted"].values()) == ["coming", "not_reached"]


def test_what_somebody_noted_after_the_print_comes_back_with_the_note(world: World) -> None:
    browser, ben, name, other = world.browser(), world.browser("B. Keller"), world.patient(), world.patient()
    path = printed(browser)
    world.day.cloud.clock.move_to(world.day.cloud.clock.now().replace(microsecond=0) + MINUTE)
    note(ben, name, "not_reached")
    form = {f"outcome-{ids(world, name)}": "coming", f"note-{ids(world, name)}": "kommt später"}
    answer = browser.post(f"{path}/report", {**form, f"outcome-{ids(world, other)}": "coming"})
    assert answer.status == 409
    assert ("B. Keller war schneller" in answer.text, 'value="kommt später"' in answer.body) == (True, True)
    assert ("1 Ergebnis wurde gespeichert" in answer.text, "1 Ergebnis wurde nicht gespeichert" in answer.text) == (
        True, True,
    )  # fmt: skip
    assert told(browser, other).startswith("erledigt")
    assert told(browser, name).endswith("Versuch 10:21, B. Keller")


def test_a_claim_after_the_print_is_no_conflict(world: World) -> None:
    browser, ben, name = world.browser(), world.browser("B. Keller"), world.patient()
    path = printed(browser)
    note(ben, name, "calling")
    assert browser.post(f"{path}/report", {f"outcome-{ids(world, name)}": "not_coming"}).status == 303


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("outcome", "dead", "Wählen Sie eines der Ergebnisse"),
        ("outcome", "calling", "Wählen Sie eines der Ergebnisse"),
        ("note", "x" * 201, "höchstens 200 Zeichen"),
        ("note", "ohne Ergebnis", "Kreuzen Sie ein Ergebnis an"),
    ],
)
def test_a_sheet_with_wrong_values_saves_nothing(world: World, field: str, value: str, why: str) -> None:
    browser = world.browser()
    path = printed(browser)
    key = re.findall(r'name="outcome-(\w+)"', browser.get(f"{path}/report").body)
    answer = browser.post(f"{path}/report", {f"outcome-{key[-1]}": "not_reached", f"{field}-{key[0]}": value})
    assert (answer.status, why in answer.text, "Nichts wurde gespeichert" in answer.text) == (422, True, True)
    assert browser.post(f"{path}/report").status == 422


def test_a_sheet_that_there_is_not_and_one_of_others(world: World) -> None:
    browser = world.browser()
    answer = browser.post(f"{CALLS}/sheet", {"number": "999"})
    assert (answer.status, answer.text.count("Es gibt kein Blatt 999")) == (422, 2)
    assert browser.get(f"{CALLS}/sheets/999").status == 404
    limited = world.browser("C. Rot", mandanten=frozenset({"M2"}))
    path = printed(world.browser("D. Eins", mandanten=frozenset({"M1"})))
    assert [limited.get(f"{path}{end}").status for end in ("", "/report")] == [404, 404]
    assert limited.post(f"{path}/report", {f"outcome-{'0' * ID}": "coming"}).status == 404


def test_filters_are_remembered_and_hold_for_paper_and_file(world: World) -> None:
    browser = world.browser()
    answer = browser.post(f"{CALLS}/filters", {"practitioner": "Dr. Drei", "mandant": "M2"})
    assert answer.location == CALLS
    page = browser.get(CALLS)
    wanted = {f"Muster{n:02}" for n in range(3, 25, 6)}
    assert set(re.findall(r"Muster\d\d", page.body)) == wanted
    assert "weitere Zeilen sind wegen der Filter nicht gezeigt" in page.text
    assert set(re.findall(r"Muster\d\d", browser.get(f"{CALLS}/file").body)) <= wanted
    sheet = browser.get(printed(browser))
    assert "Praxis Zwei · Dr. Drei" in sheet.text
    browser.post(f"{CALLS}/filters", {"practitioner": "Dr. Niemand"})
    assert 'id="summary" hidden' in browser.get(CALLS).body  # one sentence says that there is none
    assert browser.post(f"{CALLS}/filters", {"practitioner": "Dr. Drei", "reset": "yes"}).location == CALLS
    assert "Muster01" in browser.get(CALLS).body
    for cookie in ("x", "e30", "W10", "!!"):
        browser.cookies["__Host-filters"] = cookie
        assert "Muster01" in browser.get(CALLS).body


def test_page_file_and_command_have_the_same_rows(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    browser = world.browser()
    calls = Vitosms(capsys).told("calls")
    page = browser.get(CALLS)
    keys = re.findall(r'<tr id="r-(\w+)"', page.body)
    assert keys == [one["key"][:ID] for one in sorted(calls["calls"] + calls["done"], key=lambda one: one["starts_at"])]
    assert f"{len(calls['calls'])} Patienten anrufen" in page.text
    file = browser.get(f"{CALLS}/file")
    assert re.search(r'filename="anrufliste-2026-11-23.csv"', file.headers["content-disposition"])
    rows = list(csv.DictReader(io.StringIO(file.body.lstrip("\ufeff"), newline=""), delimiter=";"))
    assert [one["Eintrag"] for one in rows] == [one["entry"] for one in calls["calls"]]


def test_a_page_takes_eleven_calls_and_one_statement_and_its_refresh_three(world: World) -> None:
    """The bars of the page, session and audit included; its stream of the audit exists."""
    browser, cloud = world.browser(), world.day.cloud
    browser.get(CALLS)
    world.day.statements.clear()
    with cloud.counting("page"):
        page = browser.get(CALLS)
    assert cloud.calls_by_handler["page"] == {
        "dynamodb.BatchGetItem": 2, "dynamodb.Query": 5, "ssm.GetParameters": 3, "logs.PutLogEvents": 1,
    }  # fmt: skip
    assert len(world.day.statements) == 1
    with cloud.counting("state"):
        assert state(browser, page).status == 200
    assert cloud.calls_by_handler["state"] == {"dynamodb.BatchGetItem": 2, "dynamodb.Query": 1}
    assert len(world.day.statements) == 1


def test_a_refresh_shows_what_others_do_and_nothing_else(world: World) -> None:
    anna, ben, name = world.browser(), world.browser("B. Keller"), world.patient()
    page = anna.get(CALLS)
    assert "<form" not in state(anna, page).body
    note(ben, name, "calling")
    found = state(anna, page)
    assert "B. Keller ruft an" in found.text
    assert found.body.count("data-row=") == 1
    note(ben, name, "coming")
    found = state(anna, page)
    assert ('data-done="yes"' in found.body, "erledigt" in found.text, "data-changed" in found.body) == (
        True,
        True,
        False,
    )
    assert "Muster" not in found.body
    assert anna.get(f"{CALLS}/state?rows=Europe/Zurich+0+{'0' * 32}:1&mac=0").status == 404
    assert ben.get(unescape(re.findall(r'data-state="([^"]*)"', page.body)[0])).status == 404  # of another session


def test_without_the_practice_database_the_list_is_by_numbers(world: World) -> None:
    path = world.database.path
    whole = path.read_bytes()
    path.write_bytes(b"no database")
    try:
        page = world.browser().get(CALLS)
        limited = world.browser("C. Rot", mandanten=frozenset({"M2"})).get(CALLS)
    finally:
        path.write_bytes(whole)
    assert ("Gezeigt sind nur die Patientennummern" in page.text, "Nr. P2" in page.text, "Muster" in page.body) == (
        True, True, False,
    )  # fmt: skip
    assert ("gezeigt ist keine" in limited.text, "Nr. P" in limited.text) == (True, False)


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Patienten anrufen"), ("fr", "patients à appeler"), ("it", "pazienti da chiamare"), ("en", "to phone")],
)
def test_four_languages(world: World, language: str, words: str) -> None:
    browser = world.browser("L. Leser", Role.READER)
    browser.language = language
    assert words in browser.get(CALLS).text


def test_hundred_rows_are_small(world: World) -> None:
    """25 kB gzipped; rows of other patients differ in key, name and number."""
    page = world.browser().get(CALLS).body
    head, *rows = page.split('<tr id="r-')
    many = head + "".join(f'<tr id="r-{n:03}{rows[n % len(rows)][3:]}' for n in range(100))
    unique = "".join(f"{n * 7919 % 16**6:06x}{n * 104729 % 16**6:06x}" for n in range(250))  # keys compress less
    assert len(gzip.compress((many + unique).encode())) < 25_000
