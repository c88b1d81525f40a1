"""The practice database: the messages for a practice when a query fails, and the SQL that both engines run."""

from __future__ import annotations

import re
import traceback
from datetime import date
from pathlib import Path

import pytest

from chalicelib.practice_db import errors as practice_errors
from chalicelib.practice_db.database import open_practice_database
from chalicelib.practice_db.errors import VIEWS, Cause, PracticeDatabaseError, number_and_text
from chalicelib.practice_db.url import SqliteFile, SqlServer, address_of
from chalicelib.text import Text
from chalicelib.words.words import words_of
from tests.builders.practice_file import CONTRACT, ROOT, appointment, practice_file

STATEMENTS = sorted((ROOT / "chalicelib/practice_db/sql").glob("*.sql"))
MONDAY, TUESDAY, PAYER = date(2026, 11, 23), date(2026, 11, 24), "Zahler"


def text_of(url: str, *secrets: str) -> Text:
    """The text of the failure, after checking that it reveals no secret."""
    with pytest.raises(PracticeDatabaseError) as raised, open_practice_database(url) as database:
        list(database.reminders(MONDAY, TUESDAY, PAYER))
    reported = repr(raised.value.text) + raised.value.detail + "".join(traceback.format_exception(raised.value))
    assert not [word for word in (*secrets, "Zahler", "severity", "SELECT ") if word in reported]
    return raised.value.text


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (f"{CONTRACT} DROP TABLE Termin;", Text("database.no_view.named", view="Termin")),
        ("", Text("database.no_view.named", view="Termin")),
        (
            CONTRACT.replace("Sprache", "Language"),
            Text("database.no_column.in_view", view="Patient", column="Sprache"),
        ),
    ],
)
def test_a_missing_view_or_column_is_named(tmp_path: Path, schema: str, text: Text) -> None:
    assert text_of(practice_file(tmp_path / "p.db", {}, schema)) == text


def test_a_missing_or_broken_file_is_reported_even_in_the_middle_of_the_rows(tmp_path: Path) -> None:
    for name in ("missing.db", "."):
        assert text_of(f"sqlite:///{tmp_path}/{name}") == practice_errors.NO_FILE.text
    (tmp_path / "text.db").write_text("Das ist keine Datenbank. " * 100, encoding="utf-8")
    assert text_of(f"sqlite:///{tmp_path}/text.db") == practice_errors.BROKEN_FILE.text
    url = practice_file(tmp_path / "p.db", {"Termin": [appointment(n) for n in range(2000)]})
    content = (tmp_path / "p.db").read_bytes()
    (tmp_path / "p.db").write_bytes(content[: len(content) // 2].ljust(len(content), b"\xff"))
    assert text_of(url) == practice_errors.BROKEN_FILE.text


@pytest.mark.parametrize(
    "url",
    [
        *("", "sqlite:///", "sqlite://p.db", "postgres://leser:geheim@host/db", "mssql://host/db"),
        *("mssql://leser:geheim@host", "mssql://leser:geheim@host:port/db", "mssql://leser:ge/heim@host/db"),
        *("mssql://leser:geheim@[::1/db", "mssql://leser:geheim@host/db?encryption=maybe"),
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    assert text_of(url, "leser", "heim") == practice_errors.BAD_URL.text


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("sqlite:///praxis.db", SqliteFile("praxis.db")),
        (" sqlite:////data/Praxis #1.db\n", SqliteFile("/data/Praxis #1.db")),
        ("mssql://u:p@sql.praxis.ch/db", SqlServer("sql.praxis.ch", 1433, "u", "p", "db")),
        (
            "mssql://a%40b:ge%20h%3A%2F@10.0.0.1:1444/Meine%20Praxis",
            SqlServer("10.0.0.1", 1444, "a@b", "ge h:/", "Meine Praxis"),
        ),
        ("mssql://u:p@w@h/db", SqlServer("h", 1433, "u", "p@w", "db")),
        ("mssql://u:p@h/db?encryption=off", SqlServer("h", 1433, "u", "p", "db", encrypted=False)),
        ("mssql://u:p@h/db?ca=/etc/ssl/praxis.pem", SqlServer("h", 1433, "u", "p", "db", ca="/etc/ssl/praxis.pem")),
        *[
            (f"mssql://u:p@{rest}", None)
            for rest in (
                "h/db?encryption=on", "h/db?ca=praxis.pem", "h/db?ca=/a%0Aencryption = off", "h/db?ca=",
                "h/db?ca=/a&encryption=off", "h\\SQLEXPRESS/db", "h/", "/db", "h:123456/db", "h/db#x", "h h/db",
            )
        ],
    ],
)  # fmt: skip
def test_an_address_says_server_login_and_how_it_is_encrypted(url: str, address: SqliteFile | SqlServer | None) -> None:
    assert address_of(url) == address


def test_an_address_shows_no_login() -> None:
    shown = repr(address_of("mssql://leser:geheim@h/db"))
    assert "leser" not in shown
    assert "geheim" not in shown


LIB = "DB-Lib error message"


@pytest.mark.parametrize(
    ("number", "text", "reported", "meaning"),
    [
        (18456, f"Login failed for user 'x'.{LIB} 20018, severity 14:", 18456, "the server's own"),
        (40615, f"Cannot open server 'x'.{LIB} 20018, severity 14:", 40615, "the server's own"),
        (40613, f"{LIB} 20018, severity 14:\nGeneral\n{LIB} 20002", 20018, "remembered: the server said another"),
        (18456, f"{LIB} 20009, severity 9:\nUnable\n{LIB} 20002", 20009, "remembered: not reached"),
        (18456, "Unknown error", 20009, "remembered: a host that has no address"),
        (20047, f"{LIB} 20003, severity 6:\ntimed out\n{LIB} 20047", 20003, "a time-out leaves a dead connection"),
        (5701, f"Changed database context.{LIB} 20017, severity 9", 20017, "a remark of the server, then the end"),
        (20002, f"{LIB} 20002, severity 9", 20002, "only that it failed: TLS"),
        (208, f"Ungültiger Objektname.{LIB} 20018, severity 16", 208, "the server's own, in German"),
    ],
)
def test_the_number_that_says_most_is_taken(number: int, text: str, reported: int, meaning: str) -> None:
    assert number_and_text(RuntimeError((number, text.encode()))) == (reported, text)
    assert number_and_text(RuntimeError(number, text.encode())) == (reported, text)


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.name)
def test_each_question_is_described_and_keeps_to_what_both_engines_run(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    sql = re.sub(r"(?m)^ *--.*\n", "", text)
    assert text.startswith(f"-- {path.stem}: ")
    assert not re.search(r"\b(TOP|GETDATE|MERGE|LIMIT|NOW|FOR\s+XML)\b|--|;|%", sql, re.IGNORECASE)


def test_an_error_names_what_the_views_have() -> None:
    tables = re.findall(r"CREATE TABLE (\w+) \((.*?)\);", CONTRACT, re.DOTALL)
    assert {view: names.split() for view, names in VIEWS.items()} == {
        name: re.findall(r"(?m)^ +(\w+) ", columns) for name, columns in tables
    }


ABOUT_SQLITE = (practice_errors.NO_FILE, practice_errors.BROKEN_FILE)  # a DBA never sees these
WITHOUT_NAME = (practice_errors.NO_COLUMN, practice_errors.DENIED)  # the handbook has them with a placeholder
CAUSES = [cause for cause in vars(practice_errors).values() if isinstance(cause, Cause)]


@pytest.mark.parametrize("handbook", sorted((ROOT / "docs/handbook").glob("*.md")), ids=lambda path: path.stem)
def test_the_handbook_explains_every_sentence_that_a_dba_can_mend(handbook: Path) -> None:
    others = (*ABOUT_SQLITE, *WITHOUT_NAME, practice_errors.BAD_URL, practice_errors.OTHER)
    words = [words_of(handbook.stem).of(cause.text) for cause in CAUSES if cause not in others]
    assert [sentence for sentence in words if sentence not in handbook.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            practice_errors.NO_VIEW.text,
            "Eine der Sichten vitosms der Praxisdatenbank fehlt, oder eine Tabelle dahinter.",
        ),
        (practice_errors.OTHER.text, "Die Praxisdatenbank meldet einen unerwarteten Fehler."),
        (practice_errors.NO_FILE.text, "Die Datei der Praxisdatenbank fehlt oder lässt sich nicht öffnen."),
        (practice_errors.BROKEN_FILE.text, "Die Datei der Praxisdatenbank ist beschädigt oder keine SQLite-Datenbank."),
        (
            practice_errors.BAD_URL.text,
            "Die Adresse der Praxisdatenbank ist ungültig, sie muss mssql://… oder sqlite:///… lauten.",
        ),
        (
            practice_errors.DENIED.text,
            "Das Konto darf eine der Sichten vitosms der Praxisdatenbank nicht lesen.",
        ),
        (
            practice_errors.NO_COLUMN.text,
            "In einer der Sichten vitosms der Praxisdatenbank, oder in einer Tabelle dahinter, fehlt eine Spalte.",
        ),
        (Text("database.no_view.named", view="Termin"), "Die Sicht vitosms.Termin der Praxisdatenbank fehlt."),
        (
            Text("database.denied.view", view="Termin"),
            "Das Konto darf die Sicht vitosms.Termin der Praxisdatenbank nicht lesen.",
        ),
        (
            Text("database.no_column.in_view", view="Patient", column="Sprache"),
            "In der Sicht vitosms.Patient der Praxisdatenbank fehlt die Spalte Sprache.",
        ),
        (
            Text("database.no_column.in_a_view", column="PatientId"),
            "In einer der Sichten vitosms der Praxisdatenbank fehlt die Spalte PatientId.",
        ),
        (
            Text("database.wrong_type.column", view="Termin", column="Beginn", agreed="datetime2"),
            "In der Sicht vitosms.Termin der Praxisdatenbank hat die Spalte Beginn den falschen Typ, "
            "vereinbart ist datetime2.",
        ),
        (
            Text("database.other.number", number=8623),
            "Die Praxisdatenbank meldet einen unerwarteten Fehler (Nummer 8623).",
        ),
    ],
)
def test_a_dba_reads_what_is_wrong(text: Text, words: str) -> None:
    assert words_of("de").of(text) == words
