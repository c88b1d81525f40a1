"""The optional columns of the views: on a file, over SQL Server's protocol, and on a SQL Server if one is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from chalicelib.practice_db.database import open_practice_database
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.practice_db.raw_columns import find_columns
from chalicelib.practice_db.statements import OPTIONAL_COLUMNS
from chalicelib.text import Text
from tests.builders.practice_file import CONTRACT, Tables, appointment, practice_file, treatment
from tests.contract.doors import NAMES, Load, opened, plain
from tests.sql_server.endpoint import SqlServer

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture(scope="module", params=NAMES)
def load(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    with opened(request.param, tmp_path_factory.mktemp("practices")) as load:
        yield load


def test_the_mandant_of_an_appointment_is_found_where_the_view_names_one(load: Load) -> None:
    mandanten: list[dict[str, object]] = [
        {"MandantId": m, "Name": f"Praxis {m}", "AbsenderSMS": m, "Telefon": f"0{m}"} for m in ("A", "B")
    ]
    named: list[dict[str, object]] = [
        {**appointment(n), "MandantId": mandant} for n, mandant in enumerate(["B", "gone", None])
    ]
    numbers = {"TelefonPrivat": "044 000 00 01", "TelefonGeschaeft": "044 000 00 02"}
    tables: Tables = {
        "Termin": named, "Mandant": [*mandanten, mandanten[0]], "Behandlung": [treatment("1", "A", "2026-01-01")],
        "Patient": [{"PatientId": "p", "Geburtsdatum": "1980-11-23", **numbers}],
    }  # fmt: skip
    with open_practice_database(load(tables, OPTIONAL_COLUMNS)) as database:
        assert find_columns(database, MONDAY) == OPTIONAL_COLUMNS
        rows = [plain(row) for row in database.recheck(["t0", "t1", "t2"], ["p"], None)]
    names = ("TerminMandantId", "TerminMandantGefunden", "TerminMandantName", "TerminAbsenderSMS", "MandantName")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("B", 1, "Praxis B", "B", "Praxis A"),
        ("gone", 0, None, None, "Praxis A"),
        (None, 0, None, None, "Praxis A"),
        (None, 0, None, None, "Praxis A"),
    ]
    assert {(row["TelefonPrivat"], row["TelefonGeschaeft"]) for row in rows} == {("044 000 00 01", "044 000 00 02")}


def test_a_column_that_is_gone_costs_one_repetition_and_is_not_asked_for_again(load: Load) -> None:
    url, traced = load({"Termin": [appointment()]}, frozenset({"Patient.TelefonPrivat"})), list[str]()
    with open_practice_database(url, traced.append) as database:
        database.optional_columns = OPTIONAL_COLUMNS
        assert len(list(database.reminders(MONDAY, TUESDAY, None))) == 1
        assert database.optional_columns == {"Patient.TelefonPrivat"}
        assert len(traced) == 5
        [row] = database.reminders(MONDAY, TUESDAY, None)
        assert ("TelefonPrivat" in row, "TerminMandantId" in row, len(traced)) == (True, False, 6)


def test_a_missing_column_of_the_contract_is_an_error_whatever_optional_ones_there_are(tmp_path: Path) -> None:
    url, traced = practice_file(tmp_path / "praxis.db", {}, CONTRACT.replace("    Ort TEXT,\n", "")), list[str]()
    for columns, statements in ((frozenset[str](), 1), (OPTIONAL_COLUMNS, 5)):
        with open_practice_database(url, traced.append) as database:
            database.optional_columns = columns
            for _ in range(2):
                with pytest.raises(PracticeDatabaseError) as refused:
                    list(database.reminders(MONDAY, TUESDAY, None))
                assert refused.value.text == Text("database.no_column.in_view", column="Ort", view="Termin")
            assert len(traced) == statements + 1
            traced.clear()


@pytest.mark.parametrize("exact", [False, True])
def test_an_optional_column_in_other_letters_is_used_where_the_server_knows_it(tmp_path: Path, exact: bool) -> None:
    """`AS MandantID`: to ask a server for it that distinguishes them would fail every run."""
    file = tmp_path / "praxis.db"
    practice_file(file, {"Termin": [appointment()]}, optional_columns=OPTIONAL_COLUMNS)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("ALTER TABLE Termin RENAME COLUMN MandantId TO MandantID")
    with SqlServer(file) as server, open_practice_database(server.url()) as database:
        server.exact = exact
        assert database.columns() >= OPTIONAL_COLUMNS - ({"Termin.MandantId"} if exact else set())
        assert ("Termin.MandantId" in database.columns()) is not exact
