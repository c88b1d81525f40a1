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
from chalicelib.practice_db.errors import (
    BAD_URL,
    NO_COLUMN,
    TIMEOUT,
    PracticeDatabaseError,
    cause_of,
    error_of,
    number_and_text,
)
from chalicelib.practice_db.statements import NO_ROW, OPTIONAL_COLUMNS, Ids, expanded, statement
from chalicelib.practice_db.url import Canary, SqliteFile, SqlServer, address_of

Row = Mapping[str, object]
Answer = TypeVar("Answer")

_BATCH = 500  # rows fetched at a time: bounds memory, whatever the size of the practice
_WORDS = 4  # of a name, in find.sql


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
    finds those that they have, and is repeated once with these.
    """

    optional_columns: frozenset[str] = frozenset()

    def __init__(self, engine: Engine, trace: Callable[[str], None]) -> None:
        self._engine, self._trace, self._waited = engine, trace, 0.0
        self._reading = False
        with _translated_errors():
            self._connection = _retried_if_dropped(engine.connect)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def reminders(self, first: date, end: date, default_mandant: str | None) -> Iterator[Row]:
        """Appointments of any status that start on the local days [first, end), by Beginn and TerminId."""
        days = {"first": first.isoformat(), "end": end.isoformat()}
        return self._rows(("reminders", "candidates"), {**days, **_common(default_mandant, None)})

    def birthdays(
        self, month_days: Sequence[str], default_mandant: str | None, active_since: date | None = None
    ) -> Iterator[Row]:
        """Patients born on one of the ``MM-DD``, by PatientId; with `active_since` (local) their latest appointment."""
        values = _common(default_mandant, active_since)
        return self._rows(("birthdays", "candidates"), values, month_days=month_days)

    def recheck(
        self, appointment_ids: Ids, patient_ids: Ids, default_mandant: str | None, active_since: date | None = None
    ) -> Iterator[Row]:
        """The current rows of up to 1,000 ids, appointments first; deleted ones have no row."""
        ids = {"appointment_ids": appointment_ids, "patient_ids": patient_ids}
        return self._rows(("recheck", "candidates"), _common(default_mandant, active_since), **ids)

    def definitive(self, first: date, end: date) -> Iterator[Row]:
        """Definitive appointments that start on the local days [first, end), counted by TerminId and Beginn."""
        blanks = {"tab": "\t", "cr": "\r", "lf": "\n", "nbsp": "\u00a0"}
        return self._rows(("definitive",), {"first": first.isoformat(), "end": end.isoformat(), **blanks})

    def patient(
        self, patient: str, first: date, default_mandant: str | None, active_since: date | None = None
    ) -> Iterator[Row]:
        """One patient's appointments from a local day on, then the birthday row; for `explain`."""
        values = {"patient": patient, "first": first.isoformat(), **_common(default_mandant, active_since)}
        return self._rows(("patient", "candidates"), values)

    def find(
        self, numbers: Ids, born: date | None, digits: str | None, words: Sequence[str], now: datetime
    ) -> Iterator[Row]:
        """Up to 51 patients by name: with a number, a date of birth, digits of a telephone, or up to four words.

        `now` is naive practice-local, for the next appointment. Without words, nobody is found by name.
        """
        patterns = [f"%{_escaped(word)}%" for word in words[:_WORDS]]
        patterns += ["%"] * (_WORDS - len(patterns) if patterns else 0)
        values = {f"word_{n + 1}": patterns[n] if patterns else None for n in range(_WORDS)}
        values |= {"born": born.isoformat() if born else None, "digits": f"%{digits}%" if digits else None}
        values |= {"moment": now.isoformat(" ", "seconds"), "nbsp": "\u00a0", "quote": "’"}
        return self._rows(("find",), values, numbers=numbers)

    def mandanten(self) -> Iterator[Row]:
        """All Mandanten, by MandantId; for setting a practice up, not for the jobs."""
        return self._rows(("mandanten",), {})

    def find_columns(self) -> frozenset[str]:
        """Ask the views which optional columns they have, and read these from now on. Raises PracticeDatabaseError."""
        found: set[str] = set()
        with _translated_errors():
            for view, sql in NO_ROW.items():
                cursor, _ = self._execute(sql, {})
                with closing(cursor):
                    found |= {f"{view}.{column[0]}" for column in cursor.description}
        self.optional_columns = OPTIONAL_COLUMNS & found
        return self.optional_columns

    def _rows(self, names: tuple[str, ...], values: Mapping[str, str | None], **lists: Ids) -> Iterator[Row]:
        def execute() -> tuple[Any, Sequence[Sequence[object]]]:
            sql, listed = expanded(statement(names, self.optional_columns), lists)
            return self._execute(re.sub(r":([a-z]\w*)", self._engine.placeholder, sql), {**values, **listed})

        return self._fetched(lambda: self._repeated_with_found_columns(execute))

    def _repeated_with_found_columns(self, execute: Callable[[], Answer]) -> Answer:
        try:
            return execute()
        except Exception as error:
            expected = self.optional_columns
            missing = cause_of(number_and_text(error)[0]) is NO_COLUMN
            if not (missing and expected) or self.find_columns() == expected:
                raise
        return execute()

    def _fetched(self, execute: Callable[[], tuple[Any, Sequence[Sequence[object]]]]) -> Iterator[Row]:
        with self._one_at_a_time(), _translated_errors():
            cursor, batch = self._within_time_limit(lambda: _retried_if_dropped(execute, self._reconnect))
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

    def _execute(self, sql: str, values: Mapping[str, str | None]) -> tuple[Any, Sequence[Sequence[object]]]:
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


def _escaped(word: str) -> str:
    """A word for LIKE with the escape character \\. A bracket is a wildcard of SQL Server; any apostrophe will do."""
    return re.sub("['’]", "_", re.sub(r"([\\%_\[])", r"\\\1", word))


def _common(default_mandant: str | None, active_since: date | None) -> dict[str, str | None]:
    """The parameters of candidates.sql."""
    return {"default_mandant": default_mandant, "active_since": active_since.isoformat() if active_since else None}


def _retried_if_dropped(act: Callable[[], Answer], before: Callable[[], None] = lambda: None) -> Answer:
    """Repeat an action once if the connection dropped, since none of its answer was used yet."""
    try:
        return act()
    except Exception as error:
        if not error_of(error).dropped:
            raise
    before()
    return act()


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Translate a driver's exception and drop it, since its text may hold personal data."""
    try:
        yield
    except Exception as error:
        raise error_of(error) from None
