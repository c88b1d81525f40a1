"""The ways to a practice database: a file, SQL Server's protocol on loopback, and a SQL Server if one is named.

`VITOSMS_TEST_SQLSERVER=mssql://user:pass@host:1433/master`, a login that may create databases and logins, adds the
last; everything it makes is dropped again.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from chalicelib.practice_db import sql_server
from chalicelib.practice_db.database import Row
from chalicelib.practice_db.statements import OPTIONAL_COLUMNS, RAW_COLUMNS
from chalicelib.practice_db.url import SqlServer as Address
from chalicelib.practice_db.url import address_of
from tests.builders.practice_file import Tables, practice_file
from tests.sql_server.endpoint import SqlServer

SERVER = "VITOSMS_TEST_SQLSERVER"
NAMES = ("sqlite", "tds", *(["sqlserver"] if os.environ.get(SERVER) else []))


class Load(Protocol):
    """Makes a practice database with these rows and optional columns; returns its URL."""

    def __call__(self, tables: Tables, columns: frozenset[str] = frozenset(), /) -> str: ...


_KEY = "nvarchar(64) COLLATE Latin1_General_100_BIN2"
_TYPES: Mapping[str, str] = {
    "MandantId": _KEY, "PatientId": _KEY, "BehandlungId": _KEY, "TerminId": _KEY, "Geburtsdatum": "date",
    "Sterbedatum": "date", "Beginn": "datetime2(0)", "EroeffnetAm": "datetime2(0)", "KeineMitteilungen": "bit",
    "Tag": "date",
}  # fmt: skip


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Load]:
    """Takes the rows of the four views and returns a URL; each time the earlier rows are dropped."""
    match name:
        case "sqlite":
            yield lambda tables, columns=frozenset(): practice_file(_new_file(folder), tables, optional_columns=columns)
        case "tds":
            with SqlServer(folder / "none.db") as endpoint:
                yield lambda tables, columns=frozenset(): _over_the_wire(endpoint, folder, tables, columns)
        case _:
            with new_database() as (url, connection):
                _create_tables(connection)
                yield lambda tables, columns=frozenset(): _fill(connection, tables, columns, url)


@contextmanager
def new_database() -> Iterator[tuple[str, Any]]:
    """A database of its own on the SQL Server that is named: its URL, and a connection that may do everything there."""
    address = address_of(os.environ[SERVER])
    assert isinstance(address, Address), f"{SERVER} is no mssql:// URL"
    name = f"vitosms_test_{uuid.uuid4().hex}"
    with closing(sql_server.connect(address)) as master:
        execute(master, f"CREATE DATABASE {name}")
        try:
            own = url_of(address, name, address.user, address.password)
            found = address_of(own)
            assert isinstance(found, Address)
            with closing(sql_server.connect(found)) as connection:
                yield own, connection
        finally:
            execute(master, f"ALTER DATABASE {name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE")
            execute(master, f"DROP DATABASE {name}")


def plain(row: Row) -> dict[str, object]:
    """A row as SQLite writes it: dates as text, a bit as a number."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: object) -> object:
    match value:
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case bool():
            return int(value)
    return value


def _new_file(folder: Path) -> Path:
    return folder / f"{len(list(folder.iterdir()))}.db"


def _over_the_wire(endpoint: SqlServer, folder: Path, tables: Tables, columns: frozenset[str]) -> str:
    endpoint.file = _new_file(folder)
    practice_file(endpoint.file, tables, optional_columns=columns)
    return endpoint.url()


def _create_tables(connection: Any) -> None:
    """Tables named as the views, so that every case can be put in."""
    from tests.fakes.practice_database import COLUMNS

    execute(connection, "CREATE SCHEMA vitosms")
    for view, names in COLUMNS.items():
        columns = ", ".join(f"{name} {_TYPES.get(name, 'nvarchar(200)')} NULL" for name in names)
        execute(connection, f"CREATE TABLE vitosms.{view} ({columns})")


def _fill(connection: Any, tables: Tables, columns: frozenset[str], url: str) -> str:
    for view, _, name in (column.partition(".") for column in sorted(OPTIONAL_COLUMNS | RAW_COLUMNS)):
        execute(connection, f"ALTER TABLE vitosms.{view} DROP COLUMN IF EXISTS {name}")
        if f"{view}.{name}" in columns:
            execute(connection, f"ALTER TABLE vitosms.{view} ADD {name} {_TYPES.get(name, 'nvarchar(200)')} NULL")
    for view in ("Mandant", "Patient", "Behandlung", "Termin"):
        execute(connection, f"DELETE FROM vitosms.{view}")
        for row in tables.get(view, ()):
            marks = ", ".join(f"%({name})s" for name in row)
            execute(connection, f"INSERT INTO vitosms.{view} ({', '.join(row)}) VALUES ({marks})", row)
    return url


def execute(connection: Any, sql: str, values: Mapping[str, object] | None = None) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.execute(sql, values or None)


def url_of(address: Address, database: str, user: str, password: str) -> str:
    """The same server, another database or login."""
    options = f"?ca={address.ca}" if address.ca else "" if address.encrypted else "?encryption=off"
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return f"mssql://{login}@{address.server}:{address.port}/{database}{options}"
