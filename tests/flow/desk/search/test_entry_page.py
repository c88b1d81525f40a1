"""The page of an entry explains its message. On the local cloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.entries.entry import entry_key, reminder_identity
from chalicelib.people.person import Role
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms
from tests.flow.build import TOMORROW_9, Database, opened
from tests.flow.desk.browser import Browser, audited, person

ENTRY = "/p/praxis/entry"


def key(appointment: str) -> str:
    return entry_key("praxis", reminder_identity(appointment))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """T1 is delivered, T2 has no number, and the row of T3 is gone."""
    database = Database(tmp_path_factory.mktemp("entry") / "praxis.db")
    database.patient(TOMORROW_9, Geburtsdatum="1951-03-07")
    database.patient(TOMORROW_9, Mobiltelefon=None)
    database.patient(TOMORROW_9)
    with opened(database) as played:
        played.play()
        database.run("DELETE FROM Termin WHERE TerminId = 'T3'")
        yield played


def browser(id: str, role: Role = Role.FRONT_DESK, **more: Any) -> Browser:
    made = Browser(language="de")
    made.sign_in(person(id, role, **more))
    return made


@pytest.mark.parametrize("appointment", ["T1", "T2", "T3"])
def test_every_fact_is_that_of_explain(day: Rehearsal, appointment: str, capsys: pytest.CaptureFixture[str]) -> None:
    (told,) = Vitosms(capsys).told("explain", "--appointment", appointment)["explanations"]
    page = browser(f"e{appointment}").get(f"{ENTRY}/{key(appointment)}")
    assert page.status == 200
    facts = [told["headline"], told["reason"], *told["next"], *told["remarks"]]
    facts += [event["event"] for event in told["timeline"]]
    facts += [line["fact"] for line in (*told["rules"], *told["send_rules"])]
    texts = [" ".join(one["text"].split()) for one in facts if one]
    assert [text for text in texts if text not in page.text] == []
    assert " ".join((told["text"] or "").split()) in page.text
    assert len(re.findall("<li><span", page.body)) == len(told["timeline"])


def test_the_patient_stands_on_top_and_a_reader_sees_no_number(day: Rehearsal) -> None:
    page = browser("am").get(f"{ENTRY}/{key('T1')}")
    assert '<span class="name">Nachname1 Vorname1</span><span class="initials">N. V.</span>' in page.body
    assert ("07.03.1951" in page.text, "tel:+41790000001" in page.body) == (True, True)
    page = browser("le", Role.READER).get(f"{ENTRY}/{key('T1')}")
    assert ("790000001" in page.body, "079 000 00 01" in page.body, "••• 01" in page.text) == (False, False, True)
    assert "<title>Mitteilungen eines Patienten" in page.body


def test_others_get_the_page_of_what_there_is_not(day: Rehearsal) -> None:
    limited = browser("li", mandanten=frozenset({"M2"}))
    answers = [limited.get(f"{ENTRY}/{one}") for one in (key("T1"), key("T3"), "0" * 32, "x")]
    assert {(one.status, one.text.partition(" Code ")[0]) for one in answers} == {
        (404, answers[0].text.partition(" Code ")[0])
    }
    assert browser("l2", mandanten=frozenset({"M1"})).get(f"{ENTRY}/{key('T1')}").status == 200


def test_who_was_looked_at_is_audited_by_key(day: Rehearsal) -> None:
    browser("au", name="A. Udit").get(f"{ENTRY}/{key('T1')}")
    line = next(line for line in reversed(audited()) if line["name"] == "A. Udit")
    assert (line["action"], line["seen"]) == ("patient", [key("T1")])
    assert "Nachname" not in str(line)


def test_an_operator_sees_the_patient_for_a_reason_only(day: Rehearsal) -> None:
    page = browser("op", Role.OPERATOR).get(f"{ENTRY}/{key('T1')}")
    assert ("Nachname1" in page.body, "0790000001" in page.body, "Begründung" in page.text) == (False, False, True)


def test_an_entry_takes_eleven_calls_and_one_statement(day: Rehearsal) -> None:
    one = browser("ca")
    one.get(f"{ENTRY}/{key('T1')}")
    day.statements.clear()
    with day.cloud.counting("page"):
        one.get(f"{ENTRY}/{key('T1')}")
    assert day.cloud.calls_by_handler["page"] == {
        "dynamodb.BatchGetItem": 3, "dynamodb.Query": 1, "ssm.GetParameters": 3, "ssm.GetParametersByPath": 1,
        "logs.FilterLogEvents": 2, "logs.PutLogEvents": 1,
    }  # fmt: skip
    assert len(day.statements) == 1
