"""Statements of SQL Server on SQLite, and SQLite's errors as SQL Server's."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping

from pysqlbridge.tds.result import QueryError


def without_n(sql: str) -> str:
    """Only SQL Server has N'…'; the text inside literals is unchanged."""
    return re.sub(r"(?:\bN)?('(?:[^']|'')*')", r"\1", sql)


_MISSING: Mapping[str, tuple[int, str]] = {
    "no such table": (208, "Invalid object name '{}'."),
    "no such column": (207, "Invalid column name '{}'."),
}


def as_sql_server(error: sqlite3.Error) -> QueryError:
    kind, _, name = str(error).partition(": ")
    number, text = _MISSING.get(kind, (102, "Incorrect syntax near '{}'."))
    return QueryError(text.format(name.rpartition(".")[2] if number == 207 else name), number=number)


def exact_names(connection: sqlite3.Connection, sql: str) -> None:
    """Refuse a view that is written with other letters, as a server does that distinguishes them."""
    views = {name for (name,) in connection.execute("SELECT name FROM vitosms.sqlite_master")}
    if unknown := sorted(set(re.findall(r"vitosms\.(\w+)", sql)) - views):
        raise QueryError(f"Invalid object name 'vitosms.{unknown[0]}'.", number=208)
