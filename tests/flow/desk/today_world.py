"""A practice on its second day: yesterday's run searched today, this morning's tomorrow; a night lies between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.wiring import wiring
from tests.flow.build import Database, at, entry_of, opened
from tests.flow.desk.calls_world import World

TODAY = "/p/praxis/today"
FIXED = {"Mobiltelefon": "044 700 00 01"}  # nobody sends an SMS there


@contextmanager
def today_world(folder: Path, daily: int = 12, credits: int = 400) -> Iterator[World]:
    """Monday 10:20; `daily` appointments today, tomorrow and in ten days, every third of M2, every sixth unreachable.

    Of tomorrow's one is held, one unclear and one not sent; the first was moved, and so was one of today's.
    """
    database = Database(folder / "practice.db")
    database.insert("Mandant", "M2", "Dr. med. B. Brunner", "L1", "Zwei", "zwei@beispiel.example", "044 000 00 02")
    for date in ("2026-11-23", "2026-11-24", "2026-12-03"):
        for n in range(daily):
            names = {"Nachname": f"Muster{database.patients + 1:03}", "Vorname": "Zoë"}
            hour = 14 + n % 4 if date == "2026-11-23" else 8 + n % 9
            start = f"{date} {hour:02}:{n % 12 * 5:02}:00"
            database.patient(start, "M2" if n % 3 == 1 else "M1", **names, **(FIXED if n % 6 == 5 else {}))
            where = ("Dr. Eins" if n % 2 else "Dr. Zwei", f"T{database.patients}")
            database.run("UPDATE Termin SET Behandler = ? WHERE TerminId = ?", *where)
    with opened(database, start=at("09:55", 22), until=at("10:20"), topups={"M1": credits, "M2": daily}) as day:
        day.play()
        first = daily + 1
        for name, state in ((f"T{first + 1}", State.UNKNOWN), (f"T{first + 2}", State.SENT)):
            before = entry_of(day, name)
            _put(before, replace(before, state=state))
        before = entry_of(day, f"T{first + 5}")  # it was not paid
        _put(before, replace(before, state=State.PREPARED, held=True))
        database.set_appointment(f"T{first}", "Beginn", "2026-11-26 09:00:00")()
        database.set_appointment("T1", "Beginn", "2026-11-23 18:30:00")()
        yield World(day, database)


def _put(before: Entry, after: Entry) -> None:
    wiring().store.commit([Transition(before, replace(after, version=before.version + 1, changed_at=wiring().clock()))])
