"""A practice at 10:20 of Monday, after its send run: a hundred appointments tomorrow, some of them without address."""

from collections.abc import Iterator

import pytest

from tests.flow.build import Database, opened
from tests.flow.desk.calls_world import World

APPOINTMENTS = 100


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Every tenth has a number of the fixed network only, every eleventh wants no messages; T7 was moved since."""
    database = Database(tmp_path_factory.mktemp("check") / "practice.db")
    database.insert("Mandant", "M2", "Praxis Zwei", "L1", "Zwei", "zwei@beispiel.example", "044 000 00 02")
    for n in range(1, APPOINTMENTS + 1):
        start = f"2026-11-24 {8 + n // 12:02}:{n % 12 * 5:02}:00"
        fixed = {"Mobiltelefon": f"044 000 00 {n % 100:02}"} if n % 10 == 0 else {}
        silent = {"KeineMitteilungen": 1} if n % 11 == 0 else {}
        database.patient(
            start, "M2" if n % 4 == 0 else "M1", Nachname=f"Muster{n:03}", Vorname="Zoë", **fixed, **silent
        )
        database.run("UPDATE Termin SET Behandler = ? WHERE TerminId = ?", "Dr. Eins" if n % 3 else "Dr. Drei", f"T{n}")
    with opened(database, topups={"M1": 200, "M2": 200}) as day:
        day.play()
        database.run("UPDATE Termin SET Beginn = '2026-11-25 09:00:00' WHERE TerminId = 'T7'")
        yield World(day, database)
