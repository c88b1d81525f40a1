"""The search: by name, birth, numbers and telephone; what was typed stays, nothing personal is in a URL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.people.person import Role
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms
from tests.flow.build import TOMORROW_9, Database, opened
from tests.flow.desk.browser import Answer, Browser, audited, person

SEARCH = "/p/praxis/search"


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """P1 and P2 are called Keller, P3 Rossi; fifty-two others Meier."""
    database = Database(tmp_path_factory.mktemp("search") / "praxis.db")
    database.patient(TOMORROW_9, Nachname="Keller", Geburtsdatum="1951-03-07")
    database.patient(TOMORROW_9, "M2", Nachname="Keller", Mobiltelefon=None)
    database.patient("2026-11-26 14:00:00", Nachname="Rossi")
    database.run("UPDATE Termin SET Behandler = 'Dr. Eins' WHERE TerminId <> 'T2'")
    for n in range(52):
        database.run("INSERT INTO Patient (PatientId, Nachname) VALUES (?, 'Meier')", f"X{n}")
    with opened(database) as played:
        played.play()
        yield played


def browser(id: str, role: Role = Role.FRONT_DESK, **more: Any) -> Browser:
    made = Browser(language="de")
    made.sign_in(person(id, role, **more))
    return made


def asked(one: Browser, text: str) -> Answer:
    answer = one.post(SEARCH, {"text": text})
    assert answer.status == 303, answer.text
    assert re.fullmatch("/p/praxis/patient/[-_A-Za-z0-9]{12}", answer.location)
    return one.follow(answer)


@pytest.mark.parametrize("text", ["Rossi", "rossi vorname3", "P3", "+41 79 000 00 03", "T3"])
def test_a_single_hit_leads_to_the_messages(day: Rehearsal, text: str) -> None:
    page = asked(browser("sa"), text)
    assert ('<span class="name">Rossi Vorname3</span>' in page.body, "Nr. P3" in page.text) == (True, True)
    assert "Terminerinnerung Do 26.11. 14:00 · Dr. Eins" in page.text


def test_every_message_of_the_patient_is_that_of_explain(day: Rehearsal, capsys: pytest.CaptureFixture[str]) -> None:
    told = Vitosms(capsys).told("explain", "--patient", "P1")["explanations"]
    page = asked(browser("sb"), "07.03.1951")
    assert len(told) == 2  # the reminder, and the greeting of next year
    assert re.findall('id="m-(\\w+)"', page.body) == [one["key"][:12] for one in told]
    for one in told:
        assert " ".join(one["headline"]["text"].split()) in page.text


def test_several_are_a_list_that_leads_to_each(day: Rehearsal) -> None:
    one = browser("sc")
    page = asked(one, "Keller")
    assert ("2 Patienten" in page.text, 'value="Keller"' in page.body) == (True, True)
    chosen = one.post(SEARCH, {"patient": "P2"})
    assert re.fullmatch("/p/praxis/patient/[-_A-Za-z0-9]{12}", chosen.location)
    assert "Nr. P2" in one.follow(chosen).text
    assert "Mehr als 50 Patienten" in asked(one, "Meier").text


@pytest.mark.parametrize(("text", "status"), [("Ke", 422), ("x" * 65, 422), ("", 422), ("Niemand", 200)])
def test_what_is_wrong_is_said_with_what_is_allowed(day: Rehearsal, text: str, status: int) -> None:
    one = browser("sd")
    answer = one.post(SEARCH, {"text": text})
    page = one.follow(answer) if answer.status == 303 else answer
    assert (page.status, "mindestens drei Buchstaben" in page.text) == (status, True)
    assert f'value="{text[:64]}"' in page.body


def test_one_with_limits_finds_only_their_own_patients(day: Rehearsal) -> None:
    of_m1, of_one = browser("se", mandanten=frozenset({"M1"})), browser("sf", practitioners=frozenset({"dr. eins "}))
    for one in (of_m1, of_one):
        page = asked(one, "Keller")
        assert ("Nr. P1" in page.text, "Nr. P2" in page.text, "2 Patienten" in page.text) == (True, False, False)
        refused = one.follow(one.post(SEARCH, {"patient": "P2"}))
        assert ("Niemand" in refused.text or "niemand" in refused.text, "Nachname" in refused.text) == (True, False)
        assert "niemand gefunden" in asked(one, "T2").text


def test_what_another_looks_for_is_not_there(day: Rehearsal) -> None:
    path = browser("sg").post(SEARCH, {"text": "Keller"}).location
    assert browser("sh").get(path).status == 404


def test_an_operator_searches_for_a_reason_only(day: Rehearsal) -> None:
    one = browser("si", Role.OPERATOR)
    assert one.post(SEARCH, {"text": "Keller"}).status == 422
    page = one.follow(one.post(SEARCH, {"patient": "P1"}))
    assert ("Keller" in page.text, "Begründung" in page.text) == (False, True)
    one.post("/p/praxis/reason", {"reason": "Frau B. hat angerufen", "back": SEARCH})
    assert "2 Patienten" in asked(one, "Keller").text


def test_without_the_practice_database_numbers_find_messages(day: Rehearsal) -> None:
    path = Path(day.plan.database.removeprefix("sqlite:///"))
    whole = path.read_bytes()
    path.write_bytes(b"no database")
    try:
        by_name, by_number = asked(browser("sk"), "Keller"), asked(browser("sl"), "P1")
    finally:
        path.write_bytes(whole)
    assert (by_name.status, "nicht suchen" in by_name.text, 'value="Keller"' in by_name.body) == (503, True, True)
    assert (by_number.status, "Nr. P1" in by_number.text, "zugestellt" in by_number.text) == (200, True, True)


def test_who_was_found_is_audited_by_key(day: Rehearsal) -> None:
    asked(browser("sm", name="A. Udit"), "Keller")
    line = next(line for line in reversed(audited()) if line["name"] == "A. Udit")
    assert (line["action"], len(line["seen"]), "Keller" in str(line)) == ("search", 2, False)


def test_a_list_takes_one_statement_and_a_result_two(day: Rehearsal) -> None:
    one = browser("sn")
    asked(one, "Keller")
    for text, statements, calls in (("Keller", 1, 8), ("Rossi", 2, 19)):
        to = one.post(SEARCH, {"text": text})
        day.statements.clear()
        with day.cloud.counting(text):
            one.follow(to)
        assert (len(day.statements), sum(day.cloud.calls_by_handler[text].values())) == (statements, calls)
