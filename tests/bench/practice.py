"""A practice with a number of appointments tomorrow, as an SQLite file: the input of every count of the bench."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from chalicelib.messages.recipient import Channel
from infra.local.rehearsal import Plan
from tests.bench.rows import MANDANT, NAMES, ZONE

START, END = datetime(2026, 11, 23, 9, 45, tzinfo=ZONE), datetime(2026, 11, 23, 20, 0, tzinfo=ZONE)
SHORT, LONG = 8, 25  # characters of an id; Elexis has 25
SCHEMA = Path(__file__).parents[2] / "infra" / "sql" / "contract_sqlite.sql"


def practice_file(path: Path, appointments: int, id_length: int = SHORT) -> str:
    """The URL of a new practice database: one patient with a mobile number and an e-mail address each."""

    def named(letter: str, row: int) -> str:
        return f"{letter}{row:0{id_length - 1}}"

    rows = range(appointments)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(SCHEMA.read_text(encoding="utf-8"))
        columns = "MandantId, Name, Lizenznummer, AbsenderSMS, AbsenderEMail, Telefon"
        connection.execute(f"INSERT INTO Mandant ({columns}) VALUES (?, ?, ?, ?, ?, ?)", (named("M", 1), *MANDANT))
        connection.executemany(
            "INSERT INTO Patient (PatientId, Anrede, Vorname, Nachname, Mobiltelefon, EMail) VALUES (?, ?, ?, ?, ?, ?)",
            [(named("P", row), *NAMES[row % 3], f"07900{row:05}", f"patient{row:05}@post.example") for row in rows],
        )
        connection.executemany(
            "INSERT INTO Behandlung VALUES (?, ?, ?, '2026-01-05 08:00:00')",
            [(named("B", row), named("P", row), named("M", 1)) for row in rows],
        )
        connection.executemany(
            "INSERT INTO Termin (TerminId, PatientId, Beginn, Status, Behandler, Ort) "
            "VALUES (?, ?, ?, 'definitiv', 'Dr. Keller', 'Seestrasse 12, Zürich')",
            [(named("T", row), named("P", row), f"2026-11-24 {8 + row % 9:02}:00:00") for row in rows],
        )
    return f"sqlite:///{path}"


def plan(database: str, channel: Channel, id_length: int = SHORT) -> Plan:
    """A day of that practice, from a quarter of an hour before it prepares until its sending window closes."""
    return Plan(
        database,
        start=START,
        end=END,
        switches={"TerminerinnerungSenden": "Ja", "BevorzugterKanal": channel.value},
        topups={f"M{1:0{id_length - 1}}": 100_000},
        all_settings=True,
    )
