"""Queries on the four views of the practice database, one SQL statement each. I/O.

The contract is in ``infra/sql/``, the statements in ``sql/`` beside this file. Rows are returned uncleaned: dates are
text from SQLite, ``date`` and naive practice-local ``datetime`` from SQL Server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

from chalicelib.practice_db import canary, sql_server, sqlite_file
from chalicelib.practice_db.attempts import finds_all, retried_if_dropped, translated_errors
from chalicelib.practice_db.errors import (
    BAD_URL,
    COLLATION,
    NO_COLUMN,
    TIMEOUT,
    WRONG_TYPE,
    PracticeDatabaseError,
    cause_of,
    number_and_text,
)
from chalicelib.practice_db.statements import (
    NO_ROW,
    OPTIONAL_COLUMNS,
    OTHER_CASE,
    RAW_COLUMNS,
    Ids,
    common,
    days,
    expanded,
    search_values,
    spelled_otherwise,
    statement,
)
from chalicelib.practice_db.url import Canary, SqliteFile, SqlServer, address_of

Row = Mapping[str, object]
Values = Mapping[str, str | None]
Answer = TypeVar("Answer")

_BATCH = 500  # rows fetched at a time: bounds memory, whatever the size of the practice


@dataclass(frozen=True)
class Engine:
    """The differences between SQLite and SQL Server. `connect` raises PracticeDatabaseError or the driver's errors."""

    connect: Callable[[], Any]
    placeholder: str  # of a parameter, for re.sub
    wrong_type: Callable[[Any], PracticeDatabaseError | None] = lambda description: None
    seconds: Callable[[], float] = lambda: 0.0  # a clock; a file needs no time limit


class PracticeDatabase:
    """One connection, for one thread and one query at a time; closed by ``with``.

    Each query is a lazy iterator: its statement runs when the first row is read, and rows are fetched as needed.
    Iterating raises PracticeDatabaseError. If the connection drops before the first row, the query is repeated once
    on a new one. `optional_columns` are those that the views are known to have: a query that meets one which they lack
    asks for those that they have (a raw one only if it was known), and is repeated once with these. One that raw
    columns cannot answer, such as a name among keys that are numbers, is repeated without them, unless
    `raw_columns_must_do`.
    """

    optional_columns: frozenset[str] = frozenset()
    raw_columns_must_do = False

    def __init__(self, engine: Engine, trace: Callable[[str], None]) -> None:
        self._engine, self._trace, self._waited = engine, trace, 0.0
        self._reading = False
        with translated_errors():
            self._connection = retried_if_dropped(engine.connect)

    @property
    def waited_ms(self) -> int:
        """How long the answers up to now took, in milliseconds; 0 for a file."""
        return round(1000 * self._waited)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def reminders(self, first: date, end: date, default_mandant: str | None) -> Iterator[Row]:
        """Appointments of any status that start on the local days [first, end), by Beginn and TerminId."""
        return self._rows(("reminders", "candidates"), {**days(first, end), **common(default_mandant, None)})

    def birthdays(
        self, month_days: Sequence[str], default_mandant: str | None, active_since: date | None = None
    ) -> Iterator[Row]:
        """Patients born on one of the ``MM-DD``, by PatientId; with `active_since` (local) their latest appointment."""
        values = common(default_mandant, active_since)
        return self._rows(("birthdays", "candidates"), values, month_days=month_days)

    def recheck(
        self, appointment_ids: Ids, patient_ids: Ids, default_mandant: str | None, active_since: date | None = None
    ) -> Iterator[Row]:
        """The current rows of up to 1,000 ids, appointments first; deleted ones have no row."""
        values = common(default_mandant, active_since)
        ids = {"appointment_ids": appointment_ids, "patient_ids": patient_ids}
        return self._rows(("recheck", "candidates"), values, frozenset(), **ids)

    def definitive(self, first: date, end: date) -> Iterator[Row]:
        """Definitive appointments that start on the local days [first, end), counted by TerminId and Beginn."""
        blanks = {"tab": "\t", "cr": "\r", "lf": "\n", "nbsp": "\u00a0"}
        return self._rows(("definitive",), {**days(first, end), **blanks})

    def patient(
        self, patient: str, first: date, default_mandant: str | None, active_since: date | None = None
    ) -> Iterator[Row]:
        """One patient's appointments from a local day on, then the birthday row; for `explain`."""
        values = {"patient": patient, "first": first.isoformat(), **common(default_mandant, active_since)}
        return self._rows(("patient", "candidates"), values)

    def find(
        self, numbers: Ids, born: date | None, digits: str | None, words: Sequence[str], now: datetime, *limits: Ids
    ) -> Iterator[Row]:
        """Up to 51 patients by name: with a number, a date of birth, digits of a telephone, or up to four words.

        `now` is naive practice-local. Without words, nobody is found by name. `limits` are Mandanten and practitioners.
        """
        lists = {name: ids for name, ids in zip(("mandanten", "practitioners"), limits, strict=False) if ids}
        asked = {name for name, given in (("born", born), ("digits", digits), ("words", words)) if given}
        asked = (asked or {"only_numbers"}) | lists.keys()
        values = search_values(born, digits, words, now)
        return self._rows(("find",), values, frozenset(asked), numbers=numbers, **lists)

    def mandanten(self) -> Iterator[Row]:
        """All Mandanten, by MandantId; for setting a practice up, not for the jobs."""
        return self._rows(("mandanten",), {})

    def columns(self) -> frozenset[str]:
        """All columns of the views that may have optional ones, as View.Column. Raises PracticeDatabaseError."""
        found: set[str] = set()
        with translated_errors():
            for view, sql in NO_ROW.items():
                with closing(self._execute(sql, {})[0]) as cursor:
                    found |= {f"{view}.{column[0]}" for column in cursor.description}
        other = spelled_otherwise(found)
        return frozenset(found | other if other and self._ignores_case() else found)

    def _ignores_case(self) -> bool:
        """Whether the server, as most do, knows the views by names in other letters. Raises PracticeDatabaseError."""
        with translated_errors():
            return finds_all(lambda: self._execute(OTHER_CASE, {})[0].close())

    def _rows(
        self, names: tuple[str, ...], values: Values, asked: frozenset[str] = frozenset(), **lists: Ids
    ) -> Iterator[Row]:
        def execute(columns: frozenset[str]) -> tuple[Any, Sequence[Sequence[object]]]:
            sql, listed = expanded(statement(names, columns | asked), lists)
            return self._execute(re.sub(r":([a-z]\w*)", self._engine.placeholder, sql), {**values, **listed})

        return self._fetched(lambda: self._repeated_with_other_columns(execute))

    def _repeated_with_other_columns(self, execute: Callable[[frozenset[str]], Answer]) -> Answer:
        columns = self.optional_columns
        try:
            return execute(columns)
        except Exception as error:
            cause = cause_of(number_and_text(error)[0])
            if cause is NO_COLUMN and columns and columns != (there := (OPTIONAL_COLUMNS | columns) & self.columns()):
                columns = self.optional_columns = there
            elif cause in (WRONG_TYPE, COLLATION) and columns & RAW_COLUMNS and not self.raw_columns_must_do:
                columns -= RAW_COLUMNS
            else:
                raise
        return execute(columns)

    def _fetched(self, execute: Callable[[], tuple[Any, Sequence[Sequence[object]]]]) -> Iterator[Row]:
        with self._one_at_a_time(), translated_errors():
            cursor, batch = self._within_time_limit(lambda: retried_if_dropped(execute, self._reconnect))
            with closing(cursor):
                columns = [column[0] for column in cursor.description]
                while batch:
                    for record in batch:
                        yield dict(zip(columns, record, strict=True))
                    batch = self._within_time_limit(lambda: cursor.fetchmany(_BATCH))

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """A second query on the connection would silently truncate the first result."""
        if self._reading:
            raise AssertionError("one question at a time: the answer to another one is still being read")
        self._reading = True
        try:
            yield
        finally:
            self._reading = False

    def _within_time_limit(self, wait: Callable[[], Answer]) -> Answer:
        """Return the server's answer. Give up on a slow trickle, before the Lambda times out without a report."""
        start = self._engine.seconds()
        answer = wait()
        self._waited += self._engine.seconds() - start
        if self._waited > sql_server.READ_SECONDS:
            raise TIMEOUT.error("trickling")
        return answer

    def _execute(self, sql: str, values: Values) -> tuple[Any, Sequence[Sequence[object]]]:
        """Return the cursor and the first rows."""
        self._trace(sql)
        cursor = self._connection.cursor()
        cursor.execute(sql, values or ())
        if error := self._engine.wrong_type(cursor.description):
            raise error
        return cursor, cursor.fetchmany(_BATCH)

    def _reconnect(self) -> None:
        self._close()
        self._connection = self._engine.connect()

    def _close(self) -> None:
        with suppress(Exception):  # harmless: the service only reads
            self._connection.close()


def open_practice_database(url: str, trace: Callable[[str], None] = lambda sql: None) -> PracticeDatabase:
    """Connect to ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``mssql://user:pass@host:1433/db``.

    Credentials are percent-encoded. The connection to SQL Server is encrypted: ``?ca=/path`` names the certificates
    that must have signed the server's, ``?encryption=off`` is for an encrypting tunnel. ``canary://?to=address`` is the
    test practice. ``trace`` gets each statement, without its values, as it runs. Raises PracticeDatabaseError.
    """
    return PracticeDatabase(engine_of(url), trace)


def engine_of(url: str) -> Engine:
    """Return how to connect to a URL, without connecting. Raises PracticeDatabaseError."""
    match address_of(url):
        case SqliteFile(path):
            return Engine(lambda: sqlite_file.connect(Path(path)), r":\1")
        case SqlServer() as address:
            connect = partial(sql_server.connect, address)
            return Engine(connect, r"%(\1)s", sql_server.wrong_type, sql_server.seconds)
        case Canary() as test:
            return Engine(lambda: canary.connect(test), r":\1")
    raise BAD_URL.error()
