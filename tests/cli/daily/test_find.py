"""`vitosms patients find`, and `vitosms explain` with a name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.text import LANGUAGES
from chalicelib.wiring import wiring
from tests.cli.running import Vitosms, running
from tests.flow.build import PRACTICE, Database
from tests.sql_server.endpoint import SqlServer


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with running(tmp_path_factory.mktemp("find")) as (_, database):
        long = "Wolfeschlegelsteinhausen-Bergerdorff"
        database.patient("2026-11-25 09:00:00", Nachname=long, Vorname="Adolphine Maria-Magdalena")
        database.patient(Nachname="Doppelt", Sterbedatum="2026-01-01")
        for _ in range(51):
            database.patient(Nachname="Viele")
        yield database


@pytest.fixture
def vitosms(database: Database, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def test_a_name_leads_to_the_number(vitosms: Vitosms) -> None:
    document = vitosms.told("patients", "find", "nachname1", "Vorname1")
    assert document == {
        "practice": PRACTICE,
        "patients": [
            {
                "patient": "P1", "name": "Nachname1 Vorname1", "born": None, "deceased": False,
                "phones": [{"kind": "mobile", "number": "+41790000001"}], "next_start": "2026-11-24T09:00:00+01:00",
            },
        ],
        "more": False,
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_is_read_from_80_columns_on(vitosms: Vitosms, language: str) -> None:
    code, out, err = vitosms.run("patients", "find", "Maria", "Wolfe", lang=language)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert "25.11.2026 09:00" in out
    assert "+41790000004" in out


def test_fifty_are_listed_and_more_are_told(vitosms: Vitosms) -> None:
    document = vitosms.told("patients", "find", "Viele")
    assert (len(document["patients"]), document["more"]) == (50, True)
    assert "… und weitere." in vitosms.shows("patients", "find", "Viele")


def test_nobody_is_found_and_too_little_is_refused(vitosms: Vitosms) -> None:
    assert vitosms.shows("patients", "find", "Niemand") == "Kein Patient gefunden.\n"
    assert vitosms.refuses("patients", "find", "Vi") == (
        "give at least three letters of a name, a date of birth such as 31.12.1980, a patient number, "
        "or a telephone number"
    )


def test_one_patient_of_a_name_is_explained(vitosms: Vitosms) -> None:
    by_name = vitosms.told("explain", "Nachname1", "Vorname1")
    assert by_name == vitosms.told("explain", "--patient", "P1")
    (one,) = vitosms.told("explain", "Vorname1 Nachname1", "--on", "2026-11-24")["explanations"]
    assert one["entry"] == "reminder:T1"


def test_several_patients_of_a_name_are_listed_with_the_next_command(vitosms: Vitosms) -> None:
    code, out, err = vitosms.run("explain", "Nachname", lang="en")
    assert (code, err) == (
        2, "vitosms: 3 patients match 'Nachname'; choose one by number: vitosms explain --patient P1\n",
    )  # fmt: skip
    assert [line.split()[0] for line in out.splitlines() if line.startswith("P") and line[1].isdigit()] == [
        "P1", "P2", "P3",
    ]  # fmt: skip
    code, out, err = vitosms.run("explain", "Viele", "--json", lang="en")
    assert (code, out) == (2, "")
    assert "more than 50 patients match 'Viele'" in err


def test_nobody_of_a_name_and_two_questions_at_once_are_refused(vitosms: Vitosms) -> None:
    assert vitosms.refuses("explain", "Niemand") == "no patient 'Niemand' in the practice database"
    why = "give either a name, --appointment ID or --patient ID"
    assert vitosms.refuses("explain", "Nachname1", "--patient", "P1") == why
    assert vitosms.refuses("explain") == why


def test_one_bounded_statement_is_asked(tmp_path: Path, database: Database, vitosms: Vitosms) -> None:
    with SqlServer(Path(database.path)) as server:
        wiring().parameters.save_database_url(PRACTICE, server.url())
        try:
            assert len(vitosms.told("patients", "find", "Viele")["patients"]) == 50
            assert len([sql for sql in server.questions() if "vitosms." in sql]) == 1
        finally:
            wiring().parameters.save_database_url(PRACTICE, database.url)
