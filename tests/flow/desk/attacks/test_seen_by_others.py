"""The answers of the day's pages to a person with limits, to an operator, and to one who loads a page again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.people.person import Role
from infra.local.rehearsal import Rehearsal
from tests.flow.build import TOMORROW_9, Database, at, opened
from tests.flow.desk.browser import Answer, audited
from tests.flow.desk.queue_world import QUEUE
from tests.flow.desk.search.test_acts import act
from tests.flow.desk.search.test_entry_page import ENTRY, key
from tests.flow.desk.search.test_search import SEARCH, asked, browser

TYPED = "Frau Huber am Telefon"


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """At 10:02: P1 sees Dr. Drei at 07:30 and Dr. Eins at 09:00; P2 is of M2, but has been to M1 too."""
    database = Database(tmp_path_factory.mktemp("seen") / "praxis.db")
    database.insert("Mandant", "M2", "Praxis Zwei", "L1", "Zwei", "zwei@beispiel.example", "044 000 00 02")
    for start in ("09:00", "08:15"):
        database.patient(f"2026-11-24 {start}:00", Nachname="Keller")
    database.appointment("T1b", "P1", "2026-11-24 07:30:00")
    for _ in range(3):
        database.patient(TOMORROW_9)
    database.run("ALTER TABLE Termin ADD COLUMN MandantId TEXT")
    for name, mandant, who in (("T1", "M1", "Dr. Eins"), ("T1b", "M1", "Dr. Drei"), ("T2", "M2", "Dr. Drei")):
        database.run("UPDATE Termin SET MandantId = ?, Behandler = ? WHERE TerminId = ?", mandant, who, name)
    with opened(database, until=at("10:02")) as played:
        played.play()
        yield played


def test_the_next_appointment_of_a_patient_is_not_that_of_a_colleague(day: Rehearsal) -> None:
    page = asked(browser("sa", practitioners=frozenset({"Dr. Eins"})), "Keller")
    assert ("nächster Termin Di 24.11. 09:00" in page.text, "07:30" in page.text) == (True, False)
    page = asked(browser("sb", mandanten=frozenset({"M1"})), "Keller")
    assert ("07:30" in page.text, "08:15" in page.text) == (True, False)
    page = asked(browser("sc"), "Keller")
    assert ("07:30" in page.text, "08:15" in page.text) == (True, True)


def test_one_with_limits_reaches_what_the_queue_lists_without_the_practice_database(day: Rehearsal) -> None:
    path = Path(day.plan.database.removeprefix("sqlite:///"))
    mine, other = browser("da", mandanten=frozenset({"M1"})), browser("db", mandanten=frozenset({"M2"}))
    whole = path.read_bytes()
    path.write_bytes(b"no database")
    try:
        statuses = [one.get(f"{ENTRY}/{key('T1')}").status for one in (mine, other)]
    finally:
        path.write_bytes(whole)
    assert statuses == [200, 404]


def test_an_operator_reads_no_notes_without_a_reason(day: Rehearsal) -> None:
    anna, operator = browser("oa"), browser("ob", Role.OPERATOR)
    act(anna, "cancel", "T3", note=TYPED)
    pages = [f"{ENTRY}/{key('T3')}", "/p/praxis/daily-check", *(f"{QUEUE}?show={one}" for one in ("waiting", "held"))]
    assert TYPED in anna.get(pages[0]).text
    assert [page for page in pages if TYPED in operator.get(page).text] == []
    assert "storniert" in operator.get(pages[0]).text
    operator.post("/p/praxis/reason", {"reason": "Frau B. hat angerufen", "back": SEARCH})
    assert TYPED in operator.get(pages[0]).text


def notice(page: Answer) -> str:
    return str(re.findall(r'role="status"[^>]*>([^<]*)', page.body)[0])


@pytest.mark.parametrize("told", ["cancel", "resolve", "opt-out", "stop", "nothing"])
def test_a_page_that_is_loaded_again_tells_only_what_is_so(day: Rehearsal, told: str) -> None:
    path = f"{ENTRY}/{key('T4')}"
    assert notice(browser(f"t{told[:2]}").get(f"{path}?told={told}&row={key('T4')[:12]}")) == ""


def test_what_was_cancelled_and_released_is_no_more_told_as_cancelled(day: Rehearsal) -> None:
    one = browser("ta")
    answer = act(one, "cancel", "T5", note="sagt ab")
    assert "wird nicht gesendet" in notice(one.follow(answer))
    assert "ist freigegeben" in notice(one.follow(act(one, "release", "T5")))
    assert notice(one.follow(answer)) == ""


@pytest.mark.parametrize("text", ["\u202a079 000 00 01\u202c", "\u200eKeller\u200e"])
def test_marks_around_what_was_copied_are_not_searched(day: Rehearsal, text: str) -> None:
    """Address books put them there, to keep digits and letters in their order."""
    assert "Nr. P1" in asked(browser(f"m{len(text) % 7}"), text).text


def test_what_is_made_up_gets_into_no_url_and_no_audit(day: Rehearsal) -> None:
    one = browser("ua")
    form = {"act": "cancel", "note": "x", f"e-{TYPED}": "1", f"e-{'x' * 3000}": "1", f"e-{'0' * 32}": "1", "day": TYPED}
    page = one.post(f"{QUEUE}/decide", {**form, "show": "unreached"})
    assert (page.status, "Huber" in page.body) == (409, False)
    assert (audited()[-1]["not_done"], "Huber" in str(audited()[-1])) == (["0" * 32], False)


def test_more_than_our_pages_send_is_refused(day: Rehearsal) -> None:
    many = {f"e-{n:032x}": "1" for n in range(1_001)}
    assert browser("na").post(f"{QUEUE}/decide", {"act": "cancel", "note": "x", **many}).status == 413
