"""The few parts of SQL Server's catalog that vitosms asks, on SQLite: columns, objects, and what a login may do."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping

_TEXT = ("nvarchar", "varchar")
_COLLATIONS = {  # by code page
    "": "Latin1_General_CI_AS", "850": "SQL_Latin1_General_CP850_CI_AS", "1250": "Croatian_CI_AS",
    "1252": "Latin1_General_CI_AS", "1254": "Turkish_CI_AS",
}  # fmt: skip


def attach_catalog(
    connection: sqlite3.Connection,
    types: Mapping[str, str],
    text: str,
    collation: str,
    granted: Collection[tuple[str, str]],
) -> None:
    """`text` is the type of columns without another; `granted` are pairs of DATABASE or OBJECT and a right."""
    connection.execute("ATTACH ':memory:' AS INFORMATION_SCHEMA")
    connection.execute("ATTACH ':memory:' AS sys")
    names = "TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLLATION_NAME, ORDINAL_POSITION"
    connection.execute(f"CREATE TABLE INFORMATION_SCHEMA.COLUMNS ({names})")
    connection.execute("CREATE TABLE sys.objects (name, schema_id, type, is_ms_shipped)")
    others = [("Kartei", 1, "U", 0), ("raeumen", 1, "P", 0), ("intern", 1, "U", 1)]  # of the practice's software
    connection.executemany("INSERT INTO sys.objects VALUES (?, ?, ?, ?)", others)
    views = connection.execute("SELECT name FROM vitosms.sqlite_master WHERE type = 'table'").fetchall()
    kinds = {name.casefold(): kind for name, kind in types.items()}
    for (view,) in views:
        connection.execute("INSERT INTO sys.objects VALUES (?, 5, 'V', 0)", (view,))
        for place, name, *_ in connection.execute(f"PRAGMA vitosms.table_info({view})").fetchall():
            type_, _, page = kinds.get(name.casefold(), text).rstrip(")").partition("(")
            sorted_by = collation if name.casefold().endswith("id") else _COLLATIONS[page] if type_ in _TEXT else None
            row = ("vitosms", view, name, type_, sorted_by, place)
            connection.execute("INSERT INTO INFORMATION_SCHEMA.COLUMNS VALUES (?, ?, ?, ?, ?, ?)", row)

    def has_perms_by_name(name: str, kind: str, right: str) -> int:
        exists = (right == "EXECUTE") == name.endswith("[raeumen]") if kind == "OBJECT" else name == "[praxis.2020]"
        return int(exists and (kind, right) in granted)

    connection.create_function("HAS_PERMS_BY_NAME", 3, has_perms_by_name)
    pages = {name: int(page or 1252) for page, name in _COLLATIONS.items()}
    connection.create_function("COLLATIONPROPERTY", 2, lambda name, _: pages.get(name, 1252))
    connection.create_function("DB_NAME", 0, lambda: "praxis.2020")
    connection.create_function("SCHEMA_NAME", 1, lambda number: {1: "dbo", 5: "vitosms"}[number])
    connection.create_function("QUOTENAME", 1, lambda name: f"[{name}]")
    connection.create_function("CONCAT", -1, lambda *parts: "".join(str(part) for part in parts))
