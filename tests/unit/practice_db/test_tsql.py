"""T-SQL on SQLite answers what SQL Server documents, and raises where the documentation does not say enough."""

from __future__ import annotations

import sqlite3

import pytest
from sqlglot.errors import ParseError

from tests.tsql import runner as tsql
from tests.tsql.functions import connect


def answer(sql: str) -> object:
    connection = connect()
    tsql.run(connection, "CREATE TABLE dbo.T (a varchar(10) NULL, d date NULL, n int NULL)")
    tsql.run(connection, "INSERT INTO dbo.T (a, d, n) VALUES ('Ja ', CONVERT(date, '20240229', 112), 5)")
    tsql.run(connection, f"CREATE OR ALTER VIEW vitosms.V AS SELECT {sql} AS answer FROM dbo.T AS t")
    return connection.execute('SELECT answer FROM "vitosms.V"').fetchone()[0]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("TRY_CONVERT(date, '1.2.1980', 104)", "1980-02-01"),
        ("TRY_CONVERT(date, '31.02.1980', 104)", None),
        ("TRY_CONVERT(date, '20230229', 112)", None),
        ("TRY_CONVERT(datetime2(0), '2026-11-24T24:00:00', 126)", None),
        ("CONVERT(datetime2(0), t.d)", "2024-02-29 00:00:00"),
        ("CONVERT(char(10), t.d, 120) + 'T'", "2024-02-29T"),
        ("CONVERT(nvarchar(2), t.n) + N'x'", "5x"),
        ("DATEADD(minute, 1439, CONVERT(datetime2(0), t.d))", "2024-02-29 23:59:00"),
        ("DATEADD(day, 1, t.d)", "2024-03-01"),
        ("TRY_CONVERT(int, '')", 0),
        ("TRY_CONVERT(int, 'x')", None),
        ("LEN(t.a)", 2),
        ("RIGHT('0' + '8:15', 5)", "08:15"),
        ("CASE t.a WHEN 'ja' THEN 1 ELSE 0 END", 1),
        ("CASE WHEN t.a = N'JA' THEN 1 ELSE 0 END", 1),
        ("CASE WHEN t.a COLLATE Latin1_General_100_BIN2 = 'ja' THEN 1 ELSE 0 END", 0),
        ("CASE WHEN t.a COLLATE Latin1_General_100_BIN2 = 'Ja' THEN 1 ELSE 0 END", 1),
        ("CASE WHEN '7a' LIKE '[0-9]_' AND '7a' NOT LIKE '%[^0-9a]%' THEN 1 ELSE 0 END", 1),
        ("UPPER(N'ä')", "Ä"),
    ],
)
def test_an_expression_answers_as_documented(sql: str, expected: object) -> None:
    assert answer(sql) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "TRY_CONVERT(date, '31.12.80', 104)",
        "TRY_CONVERT(date, '1980-12-31', 104)",
        "TRY_CONVERT(date, '', 104)",
        "TRY_CONVERT(date, '31.12.1980')",
        "CONVERT(date, '31.02.1980', 104)",
        "CONVERT(nvarchar, t.n)",
        "t.a + t.n",
        "t.a COLLATE Latin1_General_CI_AI",
    ],
)
def test_what_is_not_certain_or_fails_on_the_server_raises(sql: str) -> None:
    with pytest.raises(sqlite3.OperationalError):
        answer(sql)


@pytest.mark.parametrize("batch", ["SELECT 1 FROM", "EXEC sp_who", "CREATE LOGIN a WITH PASSWORD = 'b'"])
def test_a_batch_that_is_not_understood_raises(batch: str) -> None:
    with pytest.raises((ParseError, ValueError)):
        tsql.run(connect(), batch)


@pytest.mark.parametrize("row", ["'12345678901', NULL", "NULL, 'text'"])
def test_a_row_that_does_not_fit_is_refused(row: str) -> None:
    connection = connect()
    tsql.run(connection, "CREATE TABLE dbo.T (a varchar(10) NULL, n int NULL)")
    with pytest.raises(sqlite3.IntegrityError):
        tsql.run(connection, f"INSERT INTO dbo.T (a, n) VALUES ({row})")
