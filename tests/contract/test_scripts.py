"""The scripts for a practice's DBA, read by the service: over SQL Server's protocol, and by the login that they make on
a SQL Server if one is named.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chalicelib.practice_db.database import open_practice_database
from chalicelib.practice_db.url import SqlServer as Address
from chalicelib.practice_db.url import address_of
from infra.doctor import database as doctor
from infra.doctor.finding import Result
from tests.contract.doors import NAMES, execute, new_database, plain, url_of
from tests.sql_server.endpoint import SqlServer
from tests.tsql import runner as tsql
from tests.tsql.functions import connect
from tests.tsql.scripts import SCRIPTS, batches

MADE_BY = {
    "example": ("example_schema", "example_rows", "views"),
    "elexis": ("elexis_schema", "elexis_views", "elexis_rows"),
}
LOGIN = "vitosms_leser"
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


def answers(url: str) -> list[list[dict[str, object]]]:
    with open_practice_database(url) as database:
        patients = [str(n) for n in range(1001, 1009)] + [f"p-{n}" for n in range(1, 9)]
        appointments = [str(n) for n in range(1, 14)] + [f"t-{n:02}" for n in range(1, 14)]
        results = [
            database.mandanten(),
            database.reminders(NOVEMBER, DECEMBER, "1"),
            database.birthdays([f"{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 32)], None),
            database.recheck(appointments, patients, "1"),
            (row for patient in patients for row in database.patient(patient, NOVEMBER, "1")),
        ]
        return [[plain(row) for row in rows] for rows in results]


def on_sqlite(name: str, folder: Path) -> Path:
    """A practice database with the rows of the views, after running the T-SQL on SQLite."""
    path = folder / f"{name}.db"
    with closing(connect()) as connection:
        for script in MADE_BY[name]:
            tsql.run_script(connection, SCRIPTS / f"{script}.sql")
        tsql.answer(connection, path)
    return path


@contextmanager
def on_a_server(name: str) -> Iterator[str]:
    """The scripts run in a new database of the server that is named; the URL of the login that they make."""
    password = f"Aa1!{secrets.token_urlsafe(24)}"
    with new_database() as (url, connection):
        address = address_of(url)
        assert isinstance(address, Address)
        with closing(connection.cursor()) as cursor:
            cursor.execute("SELECT SUSER_ID(%s)", (LOGIN,))
            assert cursor.fetchone() == (None,), f"the server has a login {LOGIN} already: it is not ours to drop"
        for script in MADE_BY[name]:
            run_all(connection, script)
        try:
            run_all(connection, "login", Passwort=password)
            yield url_of(address, address.database, LOGIN, password)
        finally:
            execute(connection, f"IF SUSER_ID(N'{LOGIN}') IS NOT NULL DROP LOGIN {LOGIN}")


def run_all(connection: Any, script: str, **variables: str) -> None:
    for batch in batches(SCRIPTS / f"{script}.sql", **variables):
        execute(connection, batch)


@contextmanager
def practice(name: str, door: str, folder: Path) -> Iterator[str]:
    if door == "tds":
        with SqlServer(on_sqlite(name, folder)) as server:
            yield server.url()
    else:
        with on_a_server(name) as url:
            yield url


@pytest.mark.parametrize("name", MADE_BY)
@pytest.mark.parametrize("door", [door for door in NAMES if door != "sqlite"])
def test_what_the_scripts_make_is_read_alike(name: str, door: str, tmp_path: Path) -> None:
    expected = answers(f"sqlite:///{on_sqlite(name, tmp_path)}")
    assert [len(rows) > 0 for rows in expected] == [True] * 5
    with practice(name, door, tmp_path) as url:
        assert answers(url) == expected
        address = address_of(url)
        assert address is not None
        with doctor.open_inspected(url) as database:
            found = [doctor.rights(database, address), *doctor.views(database, address), doctor.rows(database)]
    assert {finding.check: finding.found for finding in found if finding.result is not Result.GOOD} == {}
