"""The practice database: what the three questions answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from chalicelib.practice_db import Row, open_practice_database
from tests.unit.practice_file import Tables, appointment, practice_file, treatment

MONDAY, TUESDAY, PAYER = date(2026, 11, 23), date(2026, 11, 24), "Zahler"
COLUMNS = """Art TerminId Beginn Status Behandler Ort Besuchsgrund PatientId PatientGefunden Anrede Vorname
    Nachname Geburtsdatum Sterbedatum Mobiltelefon EMail Sprache KeineMitteilungen HatBehandlung MandantId
    MandantGefunden MandantName Lizenznummer AbsenderSMS AbsenderEMail MandantTelefon"""
Ask = Callable[..., list[Row]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Ask one question of a practice with these tables; the reminders of Monday unless told."""

    def answer(tables: Tables, question: str = "reminders", *given: object) -> list[Row]:
        url = practice_file(tmp_path / f"{len(list(tmp_path.iterdir()))}.db", tables)
        with open_practice_database(url) as database:
            return list(getattr(database, question)(*(given or (MONDAY, TUESDAY)), "default"))

    return answer


@pytest.mark.parametrize(
    ("treatments", "payer", "found", "treated"),
    [
        pytest.param([("1", "A", "2020-01-01"), ("2", "B", "2021-01-01")], "B", 1, 1, id="latest opened"),
        pytest.param([("9", "A", "2020-01-01"), ("1", "B", "2021-01-01")], "B", 1, 1, id="date before id"),
        pytest.param([("1", "A", "2021-01-01"), ("2", "B", "2021-01-01")], "B", 1, 1, id="tie: greatest id"),
        pytest.param([("10", "A", "2021-01-01"), ("9", "B", "2021-01-01")], "B", 1, 1, id="ids are text"),
        pytest.param([("9", "A", None), ("1", "B", "1990-01-01")], "B", 1, 1, id="NULL date is oldest"),
        pytest.param([("9", "A", "unklar"), ("1", "B", "1990-01-01")], "B", 1, 1, id="so is what is no date"),
        pytest.param([("1", "A", None), ("2", "B", None)], "B", 1, 1, id="NULL dates tie"),
        pytest.param([], "default", 1, 0, id="no treatment: the default"),
        pytest.param([("1", None, "2021-01-01")], None, 0, 1, id="NULL Mandant: not the default"),
        pytest.param([("1", "A", "2020-01-01"), ("2", None, "2021-01-01")], None, 0, 1, id="nor an earlier one"),
        pytest.param([("1", "gone", "2021-01-01")], "gone", 0, 1, id="unknown Mandant"),
    ],
)
def test_the_latest_opened_treatment_decides_who_pays(
    ask: Ask, treatments: list[tuple[str, str, str]], payer: str, found: int, treated: int
) -> None:
    tables: Tables = {"Termin": [appointment()], "Behandlung": [treatment(*values) for values in treatments]}
    tables["Mandant"] = [{"MandantId": m, "Name": f"Praxis {m}"} for m in ("A", "B", "default")]
    [row] = ask(tables)
    assert (row["MandantId"], row["MandantGefunden"], row["HatBehandlung"]) == (payer, found, treated)
    assert row["MandantName"] == (f"Praxis {payer}" if found else None)


@pytest.mark.parametrize("begins", ["00:00:00", "T00:00", "T08:00", "23:59:59", "25:61:00"])
def test_reminders_are_the_appointments_of_the_day_and_its_dirty_times_too(ask: Ask, begins: str) -> None:
    begins = f"2026-11-23{begins}" if begins.startswith("T") else f"2026-11-23 {begins}"
    assert [row["Beginn"] for row in ask({"Termin": [appointment(begins=begins)]})] == [begins]


@pytest.mark.parametrize(
    "begins",
    ["2026-11-22 23:59:59", "2026-11-22T23:59", "2026-11-24 00:00:00", "2026-11-24T00:00", "bald", None],
)
def test_appointments_of_other_days_are_no_reminders(ask: Ask, begins: str | None) -> None:
    assert ask({"Termin": [appointment(begins=begins)]}) == []


@pytest.mark.parametrize(
    ("born", "month_days", "found"),
    [
        ("1980-02-28", ["02-28", "02-29"], True),
        ("1980-02-29", ["02-28", "02-29"], True),
        ("1980-02-29", ["02-28"], False),
        ("1980-02-29T00:00:00", ["02-29"], True),
        ("2002-12-28", ["02-28"], False),
        ("29.02.1980", ["02-29"], False),
        (None, ["02-29"], False),
        ("1980-02-29", [], False),
    ],
)
def test_birthdays_go_by_month_and_day(ask: Ask, born: str | None, month_days: list[str], found: bool) -> None:
    rows = ask({"Patient": [{"PatientId": "p", "Geburtsdatum": born}]}, "birthdays", month_days)
    assert [(r["Art"], r["PatientId"], r["TerminId"]) for r in rows] == [("birthday", "p", None)] * found


def test_doubled_rows_never_multiply_a_message_and_the_one_that_forbids_it_wins(ask: Ask) -> None:
    alive: dict[str, object] = {"PatientId": "p", "Nachname": "A", "Geburtsdatum": "1980-11-23"}
    tables: Tables = {
        "Mandant": [{"MandantId": "A", "Lizenznummer": number} for number in ("L1", None, "L2")],
        "Patient": [alive, alive, {**alive, "Nachname": "Z", "Sterbedatum": "2020-01-01"}],
        "Behandlung": [treatment("1", "A", "2020-01-01")] * 3,
        "Termin": [appointment()],
    }
    questions: list[tuple[object, ...]] = [
        ("birthdays", ["11-23"]),
        ("recheck", ["t1"], []),
        ("recheck", [], ["p"]),
    ]
    for question in (("reminders",), *questions):
        [row] = ask(tables, *question)
        assert (row["Nachname"], row["Sterbedatum"], row["Lizenznummer"]) == ("Z", "2020-01-01", None)


def test_an_appointment_of_an_unknown_patient_still_has_its_row(ask: Ask) -> None:
    appointments = [{**appointment(2), "PatientId": "gone"}, appointment(1)]
    rows = ask({"Patient": [{"PatientId": "p", "Vorname": "Ü"}], "Termin": appointments})
    assert [(r["TerminId"], r["PatientGefunden"], r["Vorname"]) for r in rows] == [
        ("t1", 1, "Ü"),
        ("t2", 0, None),
    ]
    assert list(rows[0]) == COLUMNS.split()


def test_recheck_takes_a_thousand_ids_and_leaves_out_what_is_gone(ask: Ask) -> None:
    tables: Tables = {"Termin": [appointment(n) for n in range(9)], "Patient": [{"PatientId": "p8"}]}
    rows = ask(tables, "recheck", [f"t{n}" for n in range(7, 507)], [f"p{n}" for n in range(500)])
    assert [(r["Art"], r["TerminId"]) for r in rows] == [
        ("reminder", "t7"),
        ("reminder", "t8"),
        ("birthday", None),
    ]
    assert ask(tables, "recheck", [], []) == []


def test_broken_bytes_and_odd_file_names_stop_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    latin1 = {**appointment(), "Ort": "x"}
    practice_file(tmp_path / "Praxis #1 100%.db", {"Termin": [latin1]})
    connection = sqlite3.connect(tmp_path / "Praxis #1 100%.db")
    connection.execute("UPDATE Termin SET Ort = CAST(x'5AFC72696368' AS TEXT)")
    connection.commit()
    connection.close()
    monkeypatch.chdir(tmp_path)
    with open_practice_database("sqlite:///Praxis #1 100%.db\n") as database:
        assert [row["Ort"] for row in database.reminders(MONDAY, TUESDAY, None)] == ["Z\ufffdrich"]


@pytest.mark.parametrize("size", [0, 10, 3000])
def test_each_question_is_one_statement_whatever_its_size(tmp_path: Path, size: int) -> None:
    url = practice_file(tmp_path / "p.db", {"Termin": [appointment(n) for n in range(size)]})
    traced: list[str] = []
    with open_practice_database(url, traced.append) as database:
        assert (len(list(database.reminders(MONDAY, TUESDAY, None))), len(traced)) == (size, 1)
        assert (list(database.birthdays(["11-23"], None)), len(traced)) == ([], 2)
        assert (list(database.recheck(["?"], ["?"], None)), len(traced)) == ([], 3)
