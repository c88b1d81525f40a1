"""Small practice databases for the tests of chalicelib/practice_db/database.py."""

from __future__ import annotations

import sqlite3
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACT = (ROOT / "infra/sql/contract_sqlite.sql").read_text(encoding="utf-8")
Tables = dict[str, list[dict[str, object]]]


def practice_file(
    path: Path, tables: Tables, schema: str = CONTRACT, optional_columns: frozenset[str] = frozenset()
) -> str:
    """An SQLite practice database with these rows, and these optional columns; returns its URL."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")  # a file of a test need not outlive a power cut
    connection.executescript(schema)
    for view, _, column in (name.partition(".") for name in sorted(optional_columns)):
        connection.execute(f"ALTER TABLE {view} ADD COLUMN {column} TEXT")
    for table, rows in tables.items():
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def appointment(number: int = 1, starts_at: str | None = "2026-11-23 08:00:00") -> dict[str, object]:
    return {"TerminId": f"t{number}", "PatientId": "p", "Beginn": starts_at, "Status": "definitiv"}


def treatment(number: str, mandant: str | None, opened: str | None) -> dict[str, object]:
    return {"BehandlungId": number, "PatientId": "p", "MandantId": mandant, "EroeffnetAm": opened}
