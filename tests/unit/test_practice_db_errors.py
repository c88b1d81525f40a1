"""The practice database: what a practice reads when it cannot be asked, and the SQL that both engines run."""

from __future__ import annotations

import re
import socket
import sys
import time
import traceback
from datetime import date
from pathlib import Path

import pytest

from chalicelib.practice_db import PracticeDatabase, PracticeDatabaseError, open_practice_database
from tests.unit.practice_file import CONTRACT, ROOT, appointment, practice_file

STATEMENTS = sorted((ROOT / "chalicelib/sql").glob("*.sql"))
MONDAY, TUESDAY, PAYER = date(2026, 11, 23), date(2026, 11, 24), "Zahler"
COLUMNS = """Art TerminId Beginn Status Behandler Ort Besuchsgrund PatientId PatientGefunden Anrede Vorname
    Nachname Geburtsdatum Sterbedatum Mobiltelefon EMail Sprache KeineMitteilungen HatBehandlung MandantId
    MandantGefunden MandantName Lizenznummer AbsenderSMS AbsenderEMail MandantTelefon"""


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


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.name)
def test_each_question_is_described_and_keeps_to_what_both_engines_run(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    sql = re.sub(r"(?m)^ *--.*\n", "", text)
    assert text.startswith(f"-- {path.stem}: ")
    assert not re.search(r"\b(TOP|GETDATE|MERGE|LIMIT|NOW|FOR\s+XML)\b|--|;|%", sql, re.IGNORECASE)
