"""The raw columns of the views change no answer: on a file, over SQL Server's protocol, and on a SQL Server, if any."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from pysqlbridge.tds.result import QueryError

from chalicelib.practice_db import sql_server
from chalicelib.practice_db.database import Engine, PracticeDatabase, open_practice_database
from chalicelib.practice_db.raw_columns import find_columns
from chalicelib.practice_db.statements import DAY, KEYS, OPTIONAL_COLUMNS, RAW_COLUMNS
from chalicelib.practice_db.url import SqlServer as Address
from chalicelib.practice_db.url import address_of
from tests.builders.practice_file import Tables, appointment, practice_file, treatment
from tests.contract.doors import NAMES, SERVER, Load, execute, new_database, opened, plain
from tests.contract.sides import NOW
from tests.contract.test_practice_database import PRACTICES, questions
from tests.contract.test_scripts import run_all
from tests.fakes.practice_database import FakePracticeDatabase, tables_of
from tests.fakes.world import World
from tests.sql_server.endpoint import SqlServer
from tests.sql_server.troubles import Trouble

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
TABLES: Tables = {
    "Mandant": [{"MandantId": "A", "Name": "Praxis A"}],
    "Patient": [{"PatientId": "p", "Geburtsdatum": "1980-11-23"}, {"PatientId": "ü q", "Geburtsdatum": "1980-11-23"}],
    "Behandlung": [treatment("1", "A", "2026-01-01"), treatment("2", None, "2025-01-01")],
    "Termin": [
        *(appointment(n, f"2026-11-{23 + n} 23:59:59") for n in range(3)),
        {**appointment(9, "2026-11-23 00:00:00"), "PatientId": "ü q"},
    ],
}


@pytest.fixture(scope="module", params=NAMES)
def load(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    with opened(request.param, tmp_path_factory.mktemp("practices")) as load:
        yield load


def raw(tables: Tables, **other: object) -> Tables:
    """The tables with the raw columns that belong to their rows, or `other` values of some."""
    sources = {"TerminId": "TerminSchluessel", "PatientId": "PatientSchluessel"}
    found: Tables = {}
    for view in ("Mandant", "Patient", "Behandlung", "Termin"):
        keys = {} if view == "Mandant" else sources
        added = [{new: row[old] for old, new in keys.items() if old in row} for row in tables.get(view, ())]
        if view == "Termin":
            added = [{**new, "Tag": day_of(row["Beginn"])} for new, row in zip(added, tables[view], strict=True)]
        changed = [{name: other.get(name, value) for name, value in new.items()} for new in added]
        found[view] = [{**row, **new} for row, new in zip(tables.get(view, ()), changed, strict=True)]
    return found


def day_of(starts_at: object) -> str | None:
    return None if starts_at is None else str(starts_at)[:10].replace("-", "")


def answers(database: PracticeDatabase, columns: frozenset[str]) -> list[list[dict[str, object]]]:
    found = []
    for question, given_ in questions():
        database.optional_columns = columns
        found.append([plain(row) for row in getattr(database, question)(*given_)])
    return found


def test_every_question_is_answered_as_without_them(load: Load) -> None:
    with open_practice_database(load(raw(TABLES), RAW_COLUMNS)) as database:
        assert database.columns() >= RAW_COLUMNS
        assert find_columns(database, MONDAY) == RAW_COLUMNS
        for columns in (DAY, KEYS, RAW_COLUMNS):
            assert answers(database, columns) == answers(database, frozenset())


@settings(max_examples=30, deadline=None)
@given(tables=PRACTICES)
def test_every_question_of_any_practice_is_answered_as_without_them(
    tmp_path_factory: pytest.TempPathFactory, tables: Tables
) -> None:
    path = tmp_path_factory.mktemp("raw") / "practice.db"
    url = practice_file(path, without_optional(raw(tables)), optional_columns=RAW_COLUMNS)
    with open_practice_database(url) as database:
        assert answers(database, RAW_COLUMNS) == answers(database, frozenset())


def without_optional(tables: Tables) -> Tables:
    def kept(view: str, row: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in row.items() if f"{view}.{name}" not in OPTIONAL_COLUMNS}

    return {view: [kept(view, row) for row in rows] for view, rows in tables.items()}


@pytest.mark.parametrize(
    ("wrong", "used"),
    [
        ({"Tag": "20261124"}, KEYS),
        ({"Tag": None}, KEYS),
        ({"PatientSchluessel": "other"}, RAW_COLUMNS),  # the same in all views
        ({"TerminSchluessel": "other"}, DAY),
    ],
)
def test_a_raw_column_that_finds_something_else_is_not_used(
    load: Load, wrong: dict[str, object], used: frozenset[str]
) -> None:
    tables = raw({**TABLES, "Patient": TABLES["Patient"][:1], "Termin": TABLES["Termin"][:3]}, **wrong)
    with open_practice_database(load(tables, RAW_COLUMNS)) as database:
        assert find_columns(database, MONDAY) == used == database.optional_columns


def test_a_key_without_its_counterpart_in_another_view_is_not_used(load: Load) -> None:
    some = RAW_COLUMNS - {"Behandlung.PatientSchluessel"}
    tables = raw(TABLES)
    tables["Behandlung"] = TABLES["Behandlung"]
    with open_practice_database(load(tables, some)) as database:
        assert find_columns(database, MONDAY) == DAY
        database.optional_columns = some
        assert len(list(database.reminders(MONDAY, TUESDAY, None))) == 2


def test_nothing_is_used_before_there_is_an_appointment_to_compare(load: Load) -> None:
    with open_practice_database(load(raw({**TABLES, "Termin": []}), RAW_COLUMNS | OPTIONAL_COLUMNS)) as database:
        assert find_columns(database, MONDAY) == OPTIONAL_COLUMNS


@pytest.mark.parametrize("number", [245, 248, 8169])  # a word, a long number, no GUID
def test_keys_that_do_not_convert_are_asked_for_again_without_raw_columns(tmp_path: Path, number: int) -> None:
    """The server converts all keys of a question to the type of the column, and fails if it cannot convert one."""
    practice_file(tmp_path / "praxis.db", raw(TABLES), optional_columns=RAW_COLUMNS)
    with SqlServer(tmp_path / "praxis.db") as server, open_practice_database(server.url()) as database:
        database.optional_columns = RAW_COLUMNS
        failed = "Conversion failed when converting the nvarchar value 't0' to data type int."
        trouble = Trouble(0, QueryError(failed, number=number, severity=16))
        server.next_trouble = lambda: trouble if "Schluessel" in server.statements[-1] else None  # type: ignore[method-assign]
        assert len(list(database.recheck(["t0"], [], None))) == 1
        assert ["Schluessel" in sql for sql in server.questions()] == [True, False]
        assert database.optional_columns == RAW_COLUMNS
        assert find_columns(database, MONDAY) == DAY


def test_the_fake_has_the_columns_of_its_file(tmp_path: Path) -> None:
    practice_file(tmp_path / "praxis.db", {}, optional_columns=OPTIONAL_COLUMNS)
    with open_practice_database(f"sqlite:///{tmp_path}/praxis.db") as real:
        fake = FakePracticeDatabase(World(NOW), tables_of(tmp_path / "praxis.db"))
        assert fake.columns() == OPTIONAL_COLUMNS <= real.columns()


NUMBERS = (
    "(SELECT ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) AS n FROM sys.all_columns a CROSS JOIN sys.all_columns b) x"
)
YEARS = (
    "INSERT INTO dbo.Mandant (MandantNr, Bezeichnung) VALUES (1, N'Dr. Egli')",
    "INSERT INTO dbo.Patient (PatNr, Name, GebDatum) "
    f"SELECT n, N'Name', CONVERT(varchar(10), DATEADD(day, n % 30000, '19300101'), 104) FROM {NUMBERS} "
    "WHERE n <= 20000",
    "INSERT INTO dbo.Behandlung (BehandlungGuid, PatNr, MandantNr, Eroeffnung) "
    f"SELECT NEWID(), 1 + n % 20000, 1, '20260105' FROM {NUMBERS} WHERE n <= 60000",
    "INSERT INTO dbo.Termin (TerminNr, PatNr, TerminDatum, TerminZeit, StatusCode) "
    f"SELECT n, 1 + n % 20000, DATEADD(day, -(n % 5000), '20261231'), '08:15', 1 FROM {NUMBERS} WHERE n <= 100000",
)  # fmt: skip


class Explained:
    """A connection to a SQL Server that answers each question with its plan."""

    def __init__(self, url: str) -> None:
        address = address_of(url)
        assert isinstance(address, Address)
        self._connection = sql_server.connect(address)
        execute(self._connection, "SET SHOWPLAN_ALL ON")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@pytest.mark.skipif("sqlserver" not in NAMES, reason=f"needs {SERVER}")
def test_a_sql_server_plans_to_seek_the_rows_of_a_question() -> None:
    from tests.unit.practice_db.test_raw_columns import QUESTIONS

    with new_database() as (url, connection):
        for script in ("example_schema", "views"):
            run_all(connection, script)
        execute(connection, "CREATE INDEX IX_vitosms_Termin_PatNr ON dbo.Termin (PatNr)")
        for sql in (*YEARS, "EXEC sp_updatestats"):
            execute(connection, sql)
        with closing(Explained(url)) as explained:
            database = PracticeDatabase(Engine(lambda: explained, r"%(\1)s"), lambda sql: None)
            database.optional_columns = RAW_COLUMNS
            for question, ask in QUESTIONS.items():
                scans = [str(row["Argument"]) for row in ask(database) if "Scan" in str(row["PhysicalOp"])]
                tables = {view for view in ("Termin", "Patient", "Behandlung") if f"[dbo].[{view}]" in " ".join(scans)}
                assert tables == ({"Patient"} if question.startswith("birthdays") else set()), (question, scans)
