"""The views of infra/sql on the invented rows beside them, clean and dirty; T-SQL run on SQLite."""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from chalicelib.practice_db.database import open_practice_database
from chalicelib.practice_db.statements import OPTIONAL_COLUMNS, RAW_COLUMNS
from tests.tsql import runner as tsql
from tests.tsql.functions import connect
from tests.tsql.scripts import SCRIPTS, batches

NAMES = {
    "example": ("example_schema", "example_rows", "views"),
    "elexis": ("elexis_schema", "elexis_views", "elexis_rows"),
}
TABLES = re.findall(
    r"CREATE TABLE (\w+) \((.*?)\);", (SCRIPTS / "contract_sqlite.sql").read_text(encoding="utf-8"), re.DOTALL
)
CONTRACT = {view: re.findall(r"(?m)^ +(\w+) ", columns) for view, columns in TABLES}
ANSWERS = {  # in the order of the contract's columns; «·» is NULL
    ("example", "Mandant"): """
        1 | Praxis am Platz  | L-1 | Praxis | praxis@praxis.example | 044 000 10 00
        2 | Praxis am Bächli | ·   | ·      | ·                     | ·
    """,
    ("example", "Patient"): """
        1001 | Frau | Anna   | Keller | 1980-11-23 | ·          | 079 000 10 01      | ·                  | de | 0
        1002 | Herr | Beat   | Müller | 1975-02-05 | ·          | +41 78 000 10 02   | beat@post.example  | fr | 0
        1003 | Frau | Carla  | Rossi  | ·          | ·          | siehe Dossier      | carla@post.example | it | 0
        1004 | Herr | Daniel | Meier  | 1950-01-01 | 2025-03-17 | 079 000 10 04      | ·                  | de | 0
        1005 | Frau | Erika  | Weber  | 1944-12-12 | 1900-01-01 | 079 000 10 05      | ·                  | de | 0
        1006 | ·    | ·      | Frei   | ·          | ·          | 079 000 10 06      | ·                  | ·  | 1
        1007 | Frau | Gabi   | Graf   | ·          | ·          | 0041 79 000 10 07  | ·                  | en | 1
        1008 | Herr | Hans   | Hofer  | ·          | ·          | ·                  | ·                  | ·  | 0
    """,
    ("example", "Behandlung"): """
        11111111-0000-0000-0000-000000000001 | 1001 | 2 | 2024-05-02 08:00:00
        11111111-0000-0000-0000-000000000002 | 1001 | 1 | 2026-02-03 09:30:00
        11111111-0000-0000-0000-000000000003 | 1002 | 2 | ·
        11111111-0000-0000-0000-000000000004 | 1002 | 1 | 1999-12-31 23:59:59
        11111111-0000-0000-0000-000000000005 | 1003 | · | 2025-01-01 00:00:00
    """,
    ("example", "Termin"): """
        1  | 1001 | 2026-11-24 08:15:00 | definitiv        | Dr. Egli | Zimmer 1 | Kontrolle
        2  | 1002 | 2026-11-24 08:45:00 | definitiv        | Dr. Egli | · | ·
        3  | 1003 | 2026-11-24 09:00:00 | definitiv        | · | · | ·
        4  | 1004 | 2026-11-24 10:00:00 | definitiv        | · | · | ·
        5  | 1005 | 2026-11-24 10:30:00 | definitiv        | · | · | ·
        6  | 1006 | 2026-11-24 11:00:00 | abgesagt         | · | · | ·
        7  | 1007 | 2026-11-24 11:30:00 | provisorisch     | · | · | ·
        8  | 1008 | 2026-11-23 23:59:00 | nicht erschienen | · | · | ·
        9  | 1008 | 2026-11-23 00:00:00 | ·                | · | · | ·
        10 | 1002 | ·                   | definitiv        | · | · | ·
        11 | 1002 | ·                   | definitiv        | · | · | ·
        12 | 1002 | ·                   | definitiv        | · | · | ·
        13 | 1002 | ·                   | definitiv        | · | · | ·
    """,
    ("elexis", "Mandant"): """
        m-egli | Praxis Dr. Egli | L-1 | Egli | egli@praxis.example | 044 000 20 00
        m-neu  | Praxis Dr. Neu  | ·   | ·    | ·                   | ·
    """,
    ("elexis", "Patient"): """
        p-1 | Frau | Anna   | Keller | 1980-11-23 | ·          | 079 000 20 01 | ·                 | · | 0
        p-2 | Herr | Beat   | Müller | 1975-02-05 | ·          | 078 000 20 02 | beat@post.example | · | 0
        p-3 | ·    | Carla  | Rossi  | ·          | ·          | ·             | ·                 | · | 0
        p-4 | Herr | Daniel | Meier  | ·          | 1900-01-01 | 079 000 20 04 | ·                 | · | 0
        p-5 | Frau | Erika  | Weber  | ·          | ·          | 079 000 20 05 | ·                 | · | 1
    """,
    ("elexis", "Behandlung"): """
        b-1 | p-1 | m-neu  | 2024-05-02 00:00:00
        b-2 | p-1 | m-egli | 2026-02-03 00:00:00
        b-4 | p-2 | ·      | ·
    """,
    ("elexis", "Termin"): """
        t-01 | p-1                | 2026-11-24 08:05:00 | definitiv | Dr. Egli | · | Kontrolle
        t-02 | p-2                | 2026-11-24 10:00:00 | definitiv | Dr. Egli | · | ·
        t-03 | p-2                | 2026-11-24 23:59:00 | abgesagt  | · | · | ·
        t-04 | p-1                | 2026-11-24 00:00:00 | abgesagt  | · | · | ·
        t-05 | p-1                | ·                   | definitiv | · | · | ·
        t-06 | p-1                | ·                   | definitiv | · | · | ·
        t-07 | p-1                | ·                   | definitiv | · | · | ·
        t-08 | p-1                | ·                   | definitiv | · | · | ·
        t-09 | p-1                | ·                   | ·         | · | · | ·
        t-10 | Hr. Hofer, ruft an | 2026-11-24 09:00:00 | definitiv | · | · | ·
    """,
}


def cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


@pytest.fixture(scope="module", params=NAMES)
def practice(request: pytest.FixtureRequest) -> tuple[str, sqlite3.Connection]:
    connection = connect()
    for name in NAMES[request.param]:
        tsql.run_script(connection, SCRIPTS / f"{name}.sql")
    return request.param, connection


@pytest.mark.parametrize("view", tsql.VIEWS)
def test_a_view_answers_the_invented_rows(practice: tuple[str, sqlite3.Connection], view: str) -> None:
    name, connection = practice
    names = [column[0] for column in connection.execute(f'SELECT * FROM "vitosms.{view}"').description]
    assert [name for name in names if f"{view}.{name}" not in RAW_COLUMNS] == CONTRACT[view]
    assert set(names) - set(CONTRACT[view]) == {
        name.partition(".")[2] for name in RAW_COLUMNS if name.startswith(f"{view}.")
    }
    cursor = connection.execute(f'SELECT {", ".join(CONTRACT[view])} FROM "vitosms.{view}"')
    rows = [["·" if value is None else str(value) for value in row] for row in cursor]
    assert rows == cells(ANSWERS[name, view])


FINDINGS = {
    "example": """
        Termin ohne Beginn        | 10 11 12 13
        Termin ohne Status        | 9
        Patient ohne Geburtsdatum | 1003 1006 1007 1008
        Behandlung ohne Mandant   | 11111111-0000-0000-0000-000000000005
        Mandant ohne Lizenznummer | 2
    """,
    "elexis": """
        Termin ohne Beginn        | t-05 t-06 t-07 t-08 t-09
        Termin ohne Status        | t-09
        Termin ohne Patient       | t-10
        Patient ohne Geburtsdatum | p-3 p-4 p-5
        Behandlung ohne Mandant   | b-4
        Mandant ohne Lizenznummer | m-neu
    """,
}
STATES = {
    "example": {"definitiv": 9, "abgesagt": 1, "provisorisch": 1, "nicht erschienen": 1, None: 1},
    "elexis": {"definitiv": 7, "abgesagt": 2, None: 1},
}


def test_the_check_finds_what_is_dirty(practice: tuple[str, sqlite3.Connection]) -> None:
    name, connection = practice
    _, doubled, dirty, states, _ = batches(SCRIPTS / "check.sql")
    assert tsql.run(connection, doubled) == []
    found: dict[str, str] = {}
    for finding, key in tsql.run(connection, dirty):
        found[finding] = f"{found.get(finding, '')} {key}".strip()
    assert [list(pair) for pair in found.items()] == cells(FINDINGS[name])
    assert dict(tsql.run(connection, states)) == STATES[name]


@pytest.mark.parametrize(
    ("column", "kind", "length", "collation", "found"),
    [
        ("PatientId", "nvarchar", 64, "Latin1_General_100_BIN2", False),
        ("PatientId", "nvarchar", 64, "Latin1_General_CI_AS", True),
        ("PatientId", "int", None, None, True),
        ("TerminId", "nvarchar", 25, "Latin1_General_100_BIN2", True),
        ("Geburtsdatum", "date", None, None, False),
        ("Geburtsdatum", "datetime", None, None, True),
        ("Sterbedatum", "varchar", 10, "Latin1_General_CI_AS", True),
        ("Beginn", "datetime2", None, None, False),
        ("EroeffnetAm", "datetime", None, None, True),
        ("KeineMitteilungen", "bit", None, None, False),
        ("KeineMitteilungen", "char", 1, "Latin1_General_CI_AS", True),
        ("Besuchsgrund", "nvarchar", -1, "Latin1_General_CI_AS", False),
        ("Besuchsgrund", "ntext", None, "Latin1_General_CI_AS", True),
        ("PatientSchluessel", "uniqueidentifier", None, None, False),
        ("Tag", "datetime", None, None, False),
    ],
)
def test_the_check_finds_a_column_of_another_type(
    column: str, kind: str, length: int | None, collation: str | None, found: bool
) -> None:
    connection = connect()
    columns = "TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, COLLATION_NAME"
    connection.execute(f'CREATE TABLE "INFORMATION_SCHEMA.COLUMNS" ({columns})')
    for schema in ("vitosms", "dbo"):
        row = (schema, "V", column, kind, length, collation)
        connection.execute('INSERT INTO "INFORMATION_SCHEMA.COLUMNS" VALUES (?, ?, ?, ?, ?, ?)', row)
    types = batches(SCRIPTS / "check.sql")[0]
    assert tsql.run(connection, types) == [("V", column, kind, length, collation)] * found


def test_the_check_says_which_code_page_a_varchar_has() -> None:
    connection = connect()
    connection.create_function("COLLATIONPROPERTY", 2, lambda name, _: 850 if "CP850" in name else 1252)
    connection.execute(
        'CREATE TABLE "INFORMATION_SCHEMA.COLUMNS" (TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLLATION_NAME)'
    )
    for column, kind in (("Name", "varchar"), ("Telefon", "nvarchar")):
        row = ("vitosms", "Mandant", column, kind, "SQL_Latin1_General_CP850_CI_AS")
        connection.execute('INSERT INTO "INFORMATION_SCHEMA.COLUMNS" VALUES (?, ?, ?, ?, ?)', row)
    pages = batches(SCRIPTS / "check.sql")[4]
    assert tsql.run(connection, pages) == [("Mandant", "Name", "SQL_Latin1_General_CP850_CI_AS", 850)]


@pytest.mark.parametrize("script", ["views.sql", "elexis_views.sql"])
def test_the_scripts_show_how_to_add_each_optional_column(script: str) -> None:
    text = (SCRIPTS / script).read_text(encoding="utf-8")
    views = dict(re.findall(r"(?s)CREATE OR ALTER VIEW vitosms\.(\w+)\nAS\n(.*?)\nGO", text))
    for view, _, column in (name.partition(".") for name in OPTIONAL_COLUMNS):
        assert re.search(rf"(?m)^ +--.*\bAS {column},", views[view]), (view, column)
    contract = (SCRIPTS / "contract_sqlite.sql").read_text(encoding="utf-8")
    assert all("--" in line for line in contract.splitlines() if any(name in line for name in OPTIONAL_COLUMNS))
    assert all(name in contract for name in OPTIONAL_COLUMNS | RAW_COLUMNS)


@pytest.mark.parametrize(
    ("column", "kind", "found"),
    [("MandantId", "nvarchar", False), ("MandantId", "int", True), ("TelefonPrivat", "text", True)],
)
def test_the_check_looks_at_the_types_of_optional_columns_too(column: str, kind: str, found: bool) -> None:
    length, collation = (64, "Latin1_General_100_BIN2") if kind == "nvarchar" else (None, None)
    test_the_check_finds_a_column_of_another_type(column, kind, length, collation, found)


def test_the_scripts_of_the_views_may_be_run_again(practice: tuple[str, sqlite3.Connection]) -> None:
    name, connection = practice
    script = SCRIPTS / ("views.sql" if name == "example" else "elexis_views.sql")
    tsql.run_script(connection, script)
    assert connection.execute('SELECT COUNT(*) FROM "vitosms.Mandant"').fetchone() == (2,)


def test_the_service_reads_what_the_views_answer(practice: tuple[str, sqlite3.Connection], tmp_path: Path) -> None:
    name, connection = practice
    tsql.answer(connection, tmp_path / "practice.db")
    with open_practice_database(f"sqlite:///{tmp_path}/practice.db") as database:
        reminders = list(database.reminders(date(2026, 11, 24), date(2026, 11, 25), None))
        birthdays = list(database.birthdays(["11-23"], None))
    first, anna, payer = ("1", "1001", "1") if name == "example" else ("t-01", "p-1", "m-egli")
    by_id = {row["TerminId"]: row for row in reminders}
    assert len(by_id) == {"example": 7, "elexis": 5}[name]
    assert (by_id[first]["PatientId"], by_id[first]["MandantId"], by_id[first]["Lizenznummer"]) == (anna, payer, "L-1")
    assert [(row["PatientId"], row["Vorname"]) for row in birthdays] == [(anna, "Anna")]
