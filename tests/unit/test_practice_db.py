"""The practice database: what the three questions answer, and what a practice reads when they cannot."""

from __future__ import annotations

import re
import socket
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from chalicelib.practice_db import PracticeDatabase, PracticeDatabaseError, Row, open_practice_database

ROOT = Path(__file__).parents[2]
CONTRACT = (ROOT / "infra/sql/contract_sqlite.sql").read_text(encoding="utf-8")
QUESTIONS = sorted((ROOT / "chalicelib/sql").glob("*.sql"))
MONDAY, TUESDAY, PAYER = date(2026, 11, 23), date(2026, 11, 24), "Zahler"
COLUMNS = """Art TerminId Beginn Status Behandler Ort Besuchsgrund PatientId PatientGefunden Anrede Vorname
    Nachname Geburtsdatum Sterbedatum Mobiltelefon EMail Sprache KeineMitteilungen HatBehandlung MandantId
    MandantGefunden MandantName Lizenznummer AbsenderSMS AbsenderEMail MandantTelefon"""
Tables = dict[str, list[dict[str, object]]]
Ask = Callable[..., list[Row]]


def practice_file(path: Path, tables: Tables, schema: str = CONTRACT) -> str:
    """An SQLite practice database with these rows; returns its URL."""
    connection = sqlite3.connect(path)
    connection.executescript(schema)
    for table, rows in tables.items():
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def appointment(number: int = 1, begins: str | None = "2026-11-23 08:00:00") -> dict[str, object]:
    return {"TerminId": f"t{number}", "PatientId": "p", "Beginn": begins, "Status": "definitiv"}


def treatment(number: str, mandant: str | None, opened: str | None) -> dict[str, object]:
    return {"BehandlungId": number, "PatientId": "p", "MandantId": mandant, "EroeffnetAm": opened}


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
        pytest.param(
            [("1", "A", "2020-01-01"), ("2", None, "2021-01-01")], None, 0, 1, id="nor an earlier one"
        ),
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
def test_birthdays_go_by_month_and_day(
    ask: Ask, born: str | None, month_days: list[str], found: bool
) -> None:
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


def test_broken_bytes_and_odd_file_names_stop_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def sentence_of(url: str, *secrets: str) -> str:
    """The German sentence of the failure, after checking that nothing of it gives a secret away."""
    with pytest.raises(PracticeDatabaseError) as raised, open_practice_database(url) as database:
        list(database.reminders(MONDAY, TUESDAY, PAYER))
    told = str(raised.value) + raised.value.detail + "".join(traceback.format_exception(raised.value))
    assert not [word for word in (*secrets, "Zahler", "severity", "SELECT ") if word in told]
    return str(raised.value)


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        (f"{CONTRACT} DROP TABLE Termin;", "Die Sicht vitosms.Termin der Praxisdatenbank fehlt"),
        ("", "Die Sicht vitosms."),
        (
            CONTRACT.replace("Sprache", "Language"),
            "In der Sicht vitosms.Patient der Praxisdatenbank fehlt die Spalte",
        ),
    ],
)
def test_a_missing_view_or_column_is_named(tmp_path: Path, schema: str, sentence: str) -> None:
    assert sentence_of(practice_file(tmp_path / "p.db", {}, schema)).startswith(sentence)


def test_a_missing_or_broken_file_is_told_even_in_the_middle_of_the_rows(tmp_path: Path) -> None:
    for name in ("missing.db", "."):
        assert "fehlt oder lässt sich nicht öffnen" in sentence_of(f"sqlite:///{tmp_path}/{name}")
    (tmp_path / "text.db").write_text("Das ist keine Datenbank. " * 100, encoding="utf-8")
    assert "beschädigt" in sentence_of(f"sqlite:///{tmp_path}/text.db")
    url = practice_file(tmp_path / "p.db", {"Termin": [appointment(n) for n in range(2000)]})
    content = (tmp_path / "p.db").read_bytes()
    (tmp_path / "p.db").write_bytes(content[: len(content) // 2].ljust(len(content), b"\xff"))
    assert "beschädigt" in sentence_of(url)


@pytest.mark.parametrize(
    "url",
    [
        *("", "sqlite:///", "sqlite://p.db", "postgres://leser:geheim@host/db", "mssql://host/db"),
        *("mssql://leser:geheim@host", "mssql://leser:geheim@host:port/db", "mssql://leser:ge/heim@host/db"),
        *("mssql://leser:geheim@[::1/db", "mssql://leser:geheim@host/db?encryption=maybe"),
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    assert sentence_of(url, "leser", "heim").startswith("Die Adresse der Praxisdatenbank ist ungültig")


class Driver:
    """Stands in for pymssql: endless rows, and at one step the error that pymssql 2.3.9 raises there."""

    description = (("TerminId",),)

    def __init__(self, failing: str = "", *error: object) -> None:
        self.failing, self.error, self.fetched = failing, error, 0
        self.login: dict[str, object] = {}
        self.executed: list[tuple[str, object]] = []

    def connect(self, **login: object) -> Driver:
        self.login = login
        return self.step("connect")

    def cursor(self) -> Driver:
        return self

    def execute(self, sql: str, values: object = None) -> None:
        self.executed.append((sql, values))
        self.step("execute" if "vitosms" in sql else "set")

    def fetchmany(self, size: int) -> list[tuple[str]]:
        self.step("fetch").fetched += size
        return [("t",)] * size

    def close(self) -> None:
        pass

    def step(self, name: str) -> Driver:
        if name == self.failing:
            raise RuntimeError(*self.error)
        return self


def test_rows_are_fetched_as_they_are_read() -> None:
    driver = Driver()
    rows = PracticeDatabase(driver, r":\1", lambda _: None).reminders(MONDAY, TUESDAY, None)
    assert (driver.fetched, next(rows), driver.fetched) == (0, {"TerminId": "t"}, 500)


URL = "mssql://leser:ge%20heim%2F@127.0.0.1:{port}/praxis"


def test_sql_server_gets_its_own_placeholders_and_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    driver, traced = Driver(), list[str]()
    monkeypatch.setitem(sys.modules, "pymssql", driver)
    with open_practice_database(URL.format(port=1444), traced.append) as database:
        next(database.recheck(["t'1", "t2"], [], None))
    (setting, _), (sql, values) = driver.executed
    assert (setting, [sql]) == ("SET DATEFORMAT ymd", traced)
    assert "IN (%(appointment_ids_0)s, %(appointment_ids_1)s)" in sql
    assert "IN (NULL)" in sql
    assert not re.search(r":|--|%(?!\()", sql)
    assert values == {"appointment_ids_0": "t'1", "appointment_ids_1": "t2", "default_mandant": None}
    login = {
        "server": "127.0.0.1",
        "port": "1444",
        "user": "leser",
        "password": "ge heim/",
        "database": "praxis",
    }
    fixed = {"encryption": "require", "login_timeout": 10, "timeout": 60, "tds_version": "7.4"}
    assert driver.login == {**login, **fixed, "autocommit": True, "appname": "vitosms"}


@pytest.mark.parametrize(
    ("step", "number", "text", "sentence"),
    [
        ("connect", 20009, "message 20003, severity 6: connection timed out", "ist nicht erreichbar"),
        ("connect", 18456, "Login failed for user 'leser'. severity 14", "lehnt die Anmeldung ab"),
        ("set", 20017, "message 20017, severity 9: Unexpected EOF", "ist abgebrochen"),
        ("execute", 208, "Invalid object name 'vitosms.Termin'.", "Die Sicht vitosms.Termin der"),
        ("execute", 208, "Ungültiger Objektname 'leser.geheim'.", "Eine der Sichten vitosms der"),
        ("execute", 207, "Invalid column name 'Ort'. severity 16", "In der Sicht vitosms.Termin der"),
        ("execute", 207, "Invalid column name 'PatientId'.", "In einer der Sichten vitosms der"),
        ("execute", 20047, "message 20003, severity 6: timed out", "hat nicht rechtzeitig geantwortet"),
        ("fetch", 20047, "message 20047, severity 9: DBPROCESS is dead", "ist abgebrochen"),
        ("fetch", 1205, "Transaction of leser was deadlocked", "durch ein anderes Programm gesperrt"),
        ("fetch", 245, "Conversion failed for the value 'geheim'.", "meldet einen unerwarteten Fehler"),
    ],
)
def test_each_failure_of_sql_server_is_told_by_its_cause(
    monkeypatch: pytest.MonkeyPatch, step: str, number: int, text: str, sentence: str
) -> None:
    pair = (number, text.encode())
    monkeypatch.setitem(sys.modules, "pymssql", Driver(step, *((pair,) if step == "connect" else pair)))
    assert sentence in sentence_of(URL.format(port=1433), "leser", "heim")


def test_a_server_that_does_not_listen_is_told_at_once() -> None:
    pytest.importorskip("pymssql")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    start = time.monotonic()
    assert "ist nicht erreichbar" in sentence_of(URL.format(port=port), "leser", "heim", "127.0.0.1")
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.name)
def test_each_question_is_described_and_keeps_to_what_both_engines_run(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    sql = re.sub(r"(?m)^ *--.*\n", "", text)
    assert text.startswith(f"-- {path.stem}: ")
    assert not re.search(r"\b(TOP|GETDATE|MERGE|LIMIT|NOW|FOR\s+XML)\b|--|;|%", sql, re.IGNORECASE)


def test_patient_and_payer_are_found_by_the_same_text_in_every_question() -> None:
    assert [path.stem for path in QUESTIONS] == ["birthdays", "recheck", "reminders"]
    assert len({path.read_text(encoding="utf-8").partition("\nNumbered AS (")[2] for path in QUESTIONS}) == 1


def test_the_views_of_sql_server_and_the_tables_of_sqlite_have_the_same_columns() -> None:
    views = (
        (ROOT / "infra/sql/views.sql").read_text(encoding="utf-8").split("CREATE OR ALTER VIEW vitosms.")[1:]
    )
    found = {view.split()[0]: re.findall(r"\bAS ([A-Z]\w+)", view) for view in views}
    tables = re.findall(r"CREATE TABLE (\w+) \((.*?)\);", CONTRACT, re.DOTALL)
    assert found == {name: re.findall(r"(?m)^ +(\w+) ", columns) for name, columns in tables}
