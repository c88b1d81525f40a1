"""How many statements and calls a day takes. Counts are exact: counted at the cursor and at the botocore boundary."""

import sqlite3
import threading
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chalicelib import report
from chalicelib.deliver import PARALLEL, Deliveries, deliver
from chalicelib.entry import Entry, State
from chalicelib.outcome import Accepted
from chalicelib.pace import Pace
from chalicelib.queue_message import OutboxMessage
from chalicelib.recipient import Channel
from infra.local.rehearsal import Plan, rehearsal
from tests.fakes.wiring import FakeWiring
from tests.fakes.world import World
from tests.flow.fake_build import Day
from tests.unit.build import NOW, PRACTICE, entry

ZONE = ZoneInfo("Europe/Zurich")
SCHEMA = Path(__file__).parents[2] / "infra" / "sql" / "contract_sqlite.sql"


def practice_file(path: Path, appointments: int, definitive: int) -> str:
    """A practice whose first `definitive` of so many appointments tomorrow are definitive; one patient each."""
    rows = range(appointments)
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA.read_text())
        connection.execute("INSERT INTO Mandant (MandantId, Name, Lizenznummer) VALUES ('M1', 'Praxis', 'L1')")
        connection.executemany(
            "INSERT INTO Patient (PatientId, Nachname, Mobiltelefon) VALUES (?, 'Muster', ?)",
            [(f"P{row}", f"07900{row:05d}") for row in rows],
        )
        connection.executemany(
            "INSERT INTO Behandlung VALUES (?, ?, 'M1', '2026-01-05 08:00:00')",
            [(f"B{row}", f"P{row}") for row in rows],
        )
        connection.executemany(
            "INSERT INTO Termin (TerminId, PatientId, Beginn, Status) VALUES (?, ?, ?, ?)",
            [
                (
                    f"T{row}",
                    f"P{row}",
                    f"2026-11-24 {8 + row % 9:02d}:00:00",
                    "definitiv" if row < definitive else "abgesagt",
                )
                for row in rows
            ],
        )
    connection.close()
    return f"sqlite:///{path}"


def plan(database: str, until: str) -> Plan:
    return Plan(
        database,
        start=datetime(2026, 11, 23, 9, 45, tzinfo=ZONE),
        end=datetime.fromisoformat(f"2026-11-23T{until}").replace(tzinfo=ZONE),
        switches={"TerminerinnerungSenden": "Ja"},
        topups={"M1": 5000},
    )


@pytest.mark.parametrize("appointments", [10, 10_000])
def test_a_prepare_run_makes_one_statement_whatever_the_number_of_appointments(
    tmp_path: Path, appointments: int
) -> None:
    database = practice_file(tmp_path / "practice.db", appointments, definitive=10)
    with rehearsal(plan(database, "10:04")) as rehearsed:
        rehearsed.play()
        assert len(rehearsed.statements) == 1
        (run,) = [run for run in rehearsed.runs() if run["job"] == "prepare-reminders"]
        assert run["counts"]["gesucht"] == appointments
        assert run["counts"]["aufbereitet"] == 10


def test_a_day_asks_a_statement_a_prepare_run_one_a_thousand_entries_and_none_for_status(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the run tells of its entries is written while it goes, a call each time it fills one."""
    monkeypatch.setattr(report, "A_CALL", 400)
    day = Day("2026-11-23 09:50")
    desk = day.practice(Schalter__GeburtstagsglueckwuenscheSenden="Nein")
    for _ in range(1001):
        desk.appointment("2026-11-24 09:00")
    day.play("2026-11-23 10:01")
    calls = Counter(day.cloud.world.calls)
    assert calls["history.write_activity"] == 3
    assert len(desk.parts.history.activities(desk.name)) == len(desk.entries) == 1001
    day.play("2026-11-23 12:00")
    calls = Counter(day.cloud.world.calls)
    assert [calls[f"database.{question}"] for question in ("reminders", "birthdays", "recheck")] == [1, 0, 2]
    assert len(desk.sent()) == 1001


def test_the_ten_of_a_message_are_asked_for_in_parallel() -> None:
    together = threading.Barrier(PARALLEL, timeout=10)

    class Carrier:
        """Answers nobody before all are there."""

        def send(self, entry: Entry) -> Accepted:
            together.wait()
            return Accepted(entry.key)

    parts = FakeWiring(World(NOW), {})
    reserved = [entry(State.RESERVED, identity=f"reminder:T{n}", latest=NOW + timedelta(minutes=9)) for n in range(10)]
    for one in reserved:
        parts.data.put(one)
    paces = {channel: Pace(1e9, lambda seconds: None, lambda: 0.0) for channel in Channel}
    ways = Deliveries(parts.store, parts.stops, parts.practices, dict.fromkeys(Channel, Carrier()), paces, lambda: NOW)
    done = deliver(OutboxMessage(PRACTICE, tuple(one.key for one in reserved)), 1, ways)
    assert done.counts() == {"Accepted": 10}
