"""Many patients behind a SQL Server that can disconnect, and the result of the prepare runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from chalicelib.entries.entry import Entry
from chalicelib.practice_db.database import open_practice_database
from tests.builders.practice_file import practice_file
from tests.fakes.practice_database import Tables
from tests.hostile.practice import OPENED, Played, add, at, check, good_tables, number, play, set_up
from tests.sql_server.endpoint import SqlServer
from tests.sql_server.troubles import Trouble

STAYS = "Was bis dahin aufbereitet wurde, bleibt; der nächste Lauf holt den Rest nach."
LOST = "Die Verbindung zur Praxisdatenbank ist abgebrochen."


def crowd(rows: int) -> Tables:
    """A number of appointments, each of another patient, all paid by M1."""
    tables = good_tables()
    for n in range(rows):
        patient = f"P{n:05}"
        add(tables, "Patient", PatientId=patient, Nachname=f"N{n}", Mobiltelefon=number(n), KeineMitteilungen=0)
        add(tables, "Behandlung", BehandlungId=f"B{n}", PatientId=patient, MandantId="M1", EroeffnetAm=OPENED)
        starts_at = f"2026-11-24 {8 + n % 9:02}:{n % 60:02}:00"
        add(tables, "Termin", TerminId=f"T{n:05}", PatientId=patient, Beginn=starts_at, Status="definitiv")
    return tables


def prepared(tables: Tables, server: SqlServer) -> Played:
    """The practice's prepare run of 10:00 against the server, retried if it failed; nothing is sent."""
    cloud = set_up(tables, {"Auftraege/send/Aktiviert": "Nein"})
    with patch.object(cloud.parts, "open_database", lambda url: open_practice_database(server.url())):
        return play(cloud, at("10:40"))


def apart_from_when(played: Played) -> dict[str, Entry]:
    """The entries by identity, without the times and the random stamp of the write that made them."""
    now = at("10:40")
    return {name: replace(e, write_id="", version=1, changed_at=now, slot=now) for name, e in played.entries.items()}


def check_killed(folder: Path, rows: int, after: int) -> None:
    """Check that a run whose server disconnects amid the rows and the next run leave the same as an undisturbed run."""
    tables, path = crowd(rows), folder / "praxis.db"
    practice_file(path, tables)
    with SqlServer(path) as server:
        undisturbed = prepared(tables, server)
        assert undisturbed.runs("prepare-reminders") == [("done", [])]
        server.troubles = [Trouble(after, "close")]
        killed = prepared(tables, server)
    check(killed)
    assert killed.runs("prepare-reminders") == [("failed", [LOST, STAYS]), ("done", [])]
    first = next(line for line in killed.cloud.parts.history.runs("praxis") if line["job"] == "prepare-reminders")
    assert (
        first["counts"]["prepared"] == after // 500 * 500 // 99 * 99
    )  # transactions with their day that were complete
    assert len(killed.entries) == rows + 2
    assert apart_from_when(killed) == apart_from_when(undisturbed)
