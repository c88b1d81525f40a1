"""The answers of a SQL Server through the real driver: possible faults, and their reports."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import TypeVar, get_args

import pytest
from pysqlbridge.tds.result import QueryError

from chalicelib.practice_db import sql_server
from chalicelib.practice_db.database import Row, open_practice_database
from chalicelib.practice_db.errors import LOCKED, LOST, TIMEOUT, WRONG_TYPE
from chalicelib.text import Text
from tests.builders.practice_file import CONTRACT, practice_file
from tests.sql_server.endpoint import SqlServer
from tests.sql_server.reading import MONDAY, TUESDAY, failure, read
from tests.sql_server.troubles import Break, Trouble

T = TypeVar("T")


def ended(act: Callable[[], T]) -> T:
    """The result of an act that has to end; it gets five minutes, for a busy machine."""
    result: Future[T] = Future()
    Thread(target=lambda: result.set_result(act()), daemon=True).start()
    return result.result(timeout=300)


@pytest.mark.parametrize(
    ("schema", "denied", "text", "detail"),
    [
        (CONTRACT.replace("Termin (", "Termine ("), (), Text("database.no_view.named", view="Termin"), "view"),
        (
            "",
            (),
            Text("database.no_view.named", view="Termin"),
            "view missing or broken (ProgrammingError 208)",
        ),
        (
            CONTRACT.replace("Sprache", "Language"),
            (),
            Text("database.no_column.in_view", view="Patient", column="Sprache"),
            "column missing",
        ),
        (
            CONTRACT,
            ("Behandlung",),
            Text("database.denied.view", view="Behandlung"),
            "permission denied (OperationalError 229)",
        ),
    ],
)
def test_a_view_a_column_and_a_right_that_are_missing_are_named(
    server: SqlServer, tmp_path: Path, schema: str, denied: tuple[str, ...], text: Text, detail: str
) -> None:
    practice_file(tmp_path / "p.db", {}, re.sub(r"CREATE INDEX[^;]*;", "", schema))
    server.file, server.denied = tmp_path / "p.db", denied
    error = failure(server.url())
    assert error.text == text
    assert error.detail.startswith(detail)


@pytest.mark.parametrize(
    ("column", "type_", "view"),
    [
        ("Geburtsdatum", "datetime", "Patient"),
        ("Geburtsdatum", "nvarchar", "Patient"),
        ("Beginn", "nvarchar", "Termin"),
        ("KeineMitteilungen", "nvarchar", "Patient"),
    ],
)
def test_a_column_of_a_wrong_type_is_an_error_rather_than_finding_nobody(
    server: SqlServer, column: str, type_: str, view: str
) -> None:
    server.types[column] = type_
    agreed = {"Geburtsdatum": "date", "Beginn": "datetime2", "KeineMitteilungen": "bit"}[column]
    expected = Text("database.wrong_type.column", view=view, column=column, agreed=agreed)
    assert failure(server.url()).text == expected


@pytest.mark.parametrize("type_", ["datetime", "datetime2"])
def test_beginn_may_be_of_either_type_of_time(server: SqlServer, type_: str) -> None:
    server.types["Beginn"] = type_
    assert read(server.url())[0]["Beginn"].__class__.__name__ == "datetime"


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (241, "Fehler beim Konvertieren von «geheim».", WRONG_TYPE.text),
        (1205, "Die Transaktion wurde Opfer eines Deadlocks.", LOCKED.text),
        (1222, "Timeout für Sperranforderung.", LOCKED.text),
        (8623, "geheim", Text("database.other.number", number=8623)),
    ],
)
@pytest.mark.parametrize("rows", [0, 1100])
def test_an_error_of_the_server_is_reported_before_the_rows_and_among_them(
    server: SqlServer, rows: int, number: int, words: str, text: Text
) -> None:
    server.lasting = Trouble(rows, QueryError(words, number=number))
    assert failure(server.url(), rows=rows // 500 * 500).text == text
    assert len(server.questions()) == 1


@pytest.mark.parametrize("how", get_args(Break)[:2])
def test_a_connection_that_drops_before_the_first_row_is_replaced_once(server: SqlServer, how: Break) -> None:
    server.troubles = [Trouble(0, how)]
    assert len(read(server.url())) == 1200
    assert (len(server.questions()), len(server.programs)) == (2, 2)
    server.lasting = Trouble(0, how)
    assert failure(server.url()).text == LOST.text
    assert (len(server.questions()), len(server.programs)) == (4, 4)


def test_a_connection_that_drops_among_the_rows_is_reported_and_not_tried_again(server: SqlServer) -> None:
    server.troubles = [Trouble(1100, "close")]
    assert failure(server.url(), rows=1000).text == LOST.text
    assert len(server.questions()) == 1


@pytest.mark.parametrize("rows", [None, 0, 1100])
def test_a_server_that_says_nothing_is_given_up_within_its_limit(
    server: SqlServer, monkeypatch: pytest.MonkeyPatch, rows: int | None
) -> None:
    """While connecting, before the answer, and in the middle of it; no query is repeated."""
    monkeypatch.setattr(sql_server, "LOGIN_SECONDS" if rows is None else "ANSWER_SECONDS", 1)
    server.silent = rows is None
    server.lasting = Trouble(rows or 0, "hang")
    assert ended(lambda: failure(server.url(), rows=(rows or 0) // 500 * 500)).text == TIMEOUT.text
    assert len(server.questions()) == (rows is not None)


def test_a_server_that_never_stops_answering_slowly_is_given_up_too(
    server: SqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pause is shorter than the limit, their sum longer. Without a limit the Lambda would time out silently."""
    monkeypatch.setattr(sql_server, "READ_SECONDS", 0.05)
    server.pause = 0.02
    error = ended(lambda: failure(server.url()))
    assert (error.text, error.passes) == (TIMEOUT.text, True)


def test_how_long_a_server_took_is_known_and_a_file_takes_no_time(server: SqlServer, tmp_path: Path) -> None:
    server.pause = 0.001
    for url, waited in ((server.url(), True), (practice_file(tmp_path / "practice.db", {}), False)):
        with open_practice_database(url) as database:
            assert database.waited_ms == 0
            list(database.reminders(MONDAY, TUESDAY, None))
            assert (database.waited_ms > 0) is waited


def test_the_limits_are_well_below_the_lambda_s() -> None:
    assert 2 * (sql_server.LOGIN_SECONDS + sql_server.ANSWER_SECONDS) < 300 / 2
    assert sql_server.READ_SECONDS + sql_server.ANSWER_SECONDS < 300 - 60


def test_a_reader_that_stops_is_not_held(server: SqlServer) -> None:
    server.lasting = Trouble(1100, "hang")

    def read_one() -> Row:
        with open_practice_database(server.url()) as database:
            return next(database.reminders(MONDAY, TUESDAY, None))

    assert ended(read_one)
