"""The page of the daily check: its numbers are the command's, its calls are few, its states each make sense."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib.people.person import Role
from chalicelib.reports.reconciliation import Column
from tests.cli.running import Vitosms
from tests.flow.desk.browser import Answer, audited
from tests.flow.desk.calls_world import World

PAGE = "/p/praxis/daily-check"


def parts(page: Answer) -> list[int]:
    shown = page.body.partition('class="parts"')[2].partition("</ul>")[0]
    return [int(count) for count in re.findall(r"<strong>(\d+)</strong>", shown)]


@contextmanager
def changed(world: World, sql: str, back: str) -> Iterator[None]:
    world.database.run(sql)
    try:
        yield
    finally:
        world.database.run(back)


def test_every_number_is_the_commands(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    document, page = Vitosms(capsys).told("daily-check"), world.browser().get(PAGE)
    results = document["appointments"]
    assert parts(page) == [document["counts"][column] for column in Column]
    assert len({column for column in Column if document["counts"][column]}) > 2
    assert (document["adds_up"], len(results)) == (True, 99)
    assert 'class="good" id="sum"><strong>Summe 99 = Datenbank 99' in page.body
    listed = [one for one in results if one["column"] in ("to_phone", "excluded", "underway")]
    assert page.body.count("<li><span>") == len(listed)
    assert all(f"Nr. {one['appointment']}" in page.text for one in listed)
    last = re.findall(r"<tr>.*?</tr>", page.body.rpartition("<table>")[2], re.S)[-1]
    assert re.findall(r"<td[^>]*>(\d+|–)", last) == ["99", *(str(count or "–") for count in parts(page))]


def test_who_knows_a_wrong_time_stands_first(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    (wrong,) = Vitosms(capsys).told("daily-check")["misinformed"]
    page, reader = world.browser().get(PAGE), world.browser("L. Leser", Role.READER).get(PAGE)
    table = page.body.partition("<table>")[2].partition("</table>")[0]
    assert wrong["appointment"] == "T7"
    assert ("Muster007" in table, "<s>Di 24.11. 08:35</s>" in table, "Mi 25.11. 09:00" in table) == (True, True, True)
    assert 'href="tel:+41790000007"' in table
    assert page.body.index("<table>") < page.body.index('class="parts"')
    assert ("tel:" in reader.body, "••• 07" in reader.text, 'id="print"' in reader.body) == (False, True, False)


def test_its_calls_and_statements(world: World) -> None:
    """The bar: 16 calls and 2 statements with 100 appointments, session and audit; one more for who was moved away."""
    browser, cloud = world.browser(), world.day.cloud
    browser.get(PAGE)
    world.day.statements.clear()
    with cloud.counting("page"):
        browser.get(PAGE)
    assert cloud.calls_by_handler["page"] == {
        "dynamodb.BatchGetItem": 4, "dynamodb.Query": 6, "ssm.GetParameters": 4, "logs.FilterLogEvents": 1,
        "logs.PutLogEvents": 1,
    }  # fmt: skip
    assert len(world.day.statements) == 3
    world.day.statements.clear()
    at = "UPDATE Termin SET Beginn = '{}' WHERE TerminId = 'T7'"
    with changed(world, at.format("2026-11-24 17:00:00"), at.format("2026-11-25 09:00:00")):
        assert "Muster007" in browser.get(PAGE).body
    assert len(world.day.statements) == 2


def test_what_does_not_add_up_is_red_and_named(world: World) -> None:
    """A ligature: Python makes it equal to the definitive status, no database does."""
    with changed(
        world, "INSERT INTO Termin SELECT 'T-lig', PatientId, Beginn, 'deﬁnitiv', NULL, NULL, NULL FROM Termin "
        "WHERE TerminId = 'T1'", "DELETE FROM Termin WHERE TerminId = 'T-lig'",
    ):  # fmt: skip
        page = world.browser().get(PAGE)
    assert 'class="bad" id="sum"><strong>Summe 100 ≠ Datenbank 99' in page.body
    assert "T-lig" in page.text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("2026-11-22", 200, "An diesem Tag sucht kein Lauf nach Terminen."),
        ("2026-11-24", 200, "1 Termin am Mi 25.11."),
        ("2026-11-26", 200, "Noch ist nicht bekannt, welche Tage die Läufe dieses Tages absuchen."),
        ("2026-02-31", 422, "Das ist kein Datum."),
        ("gestern", 422, "Das ist kein Datum."),
        ("2026-12-24", 422, "Höchstens 31 Tage zurück und 14 voraus."),
        ("1999-01-01", 422, "Höchstens 31 Tage zurück und 14 voraus."),
    ],
)
def test_other_days(world: World, query: str, status: int, said: str) -> None:
    page = world.browser().get(f"{PAGE}?date={query}")
    assert (page.status, said in page.text) == (status, True), page.text
    no_date = "kein Datum" in said  # which a date field cannot hold: it stands beside the message
    assert (f'value="{query}"' in page.body, f"«{query}»:" in page.text) == (not no_date, status == 422)
    assert ("Gezeigt ist heute" in page.text) == (status == 422)


def test_limits_hold_and_every_appointment_is_seen_by_one_of_two(world: World) -> None:
    """A person of a Mandant sees the numbers of that Mandant, and no sum of all."""
    one, two = (world.browser(f"C. {m}", mandanten=frozenset({m})).get(PAGE) for m in ("M1", "M2"))
    whole = world.browser().get(PAGE)
    assert [a + b for a, b in zip(parts(one), parts(two), strict=True)] == parts(whole)
    assert ("Praxis Zwei" in one.text, "Muster007" in one.text, "Muster007" in two.text) == (False, True, False)
    assert [('id="sum"' in page.body, "Gezählt sind nur Ihre eigenen" in page.text) for page in (one, whole)] == [
        (False, True), (True, False),
    ]  # fmt: skip
    later = world.browser("D. M2", mandanten=frozenset({"M2"})).get(f"{PAGE}?date=2026-11-24")
    assert "An diesen Tagen gibt es keine definitiven Termine." in later.text


def test_an_operator_sees_names_for_a_reason_only(world: World) -> None:
    hidden = world.browser("O. Per", Role.OPERATOR).get(PAGE)
    assert ("Muster" in hidden.body, "tel:" in hidden.body, 'name="reason"' in hidden.body) == (False, False, True)
    shown = world.browser("O. Per", Role.OPERATOR, reasons={"praxis": "Frau B. hat angerufen"}).get(PAGE)
    assert "Muster007" in shown.body


def test_who_was_seen_is_audited(world: World) -> None:
    world.browser("B. Keller").get(PAGE)
    line = next(one for one in reversed(audited()) if one["name"] == "B. Keller")
    assert (line["action"], line["day"], len(line["seen"])) == ("daily check", "2026-11-23", 100)


def test_without_the_practice_database_the_page_says_so(world: World) -> None:
    path = world.database.path
    whole = path.read_bytes()
    path.write_bytes(b"no database")
    try:
        page = world.browser().get(PAGE)
    finally:
        path.write_bytes(whole)
    assert (page.status, "Ohne sie gibt es keine Tageskontrolle." in page.text) == (200, True)
    assert 'id="sum"' not in page.body


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Contrôle du jour"), ("it", "Controllo giornaliero"), ("en", "Daily check")],
)
def test_other_languages(world: World, language: str, words: str) -> None:
    browser = world.browser()
    browser.language = language
    assert words in browser.get(PAGE).text
