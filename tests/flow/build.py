"""A tiny practice for the tests of the flow: one line a patient, and a rehearsal around it.

Monday 2026-11-23 is today, in Europe/Zurich where nothing else is said. Numbers lie in the block 079 000, which no
carrier hands out.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.credits import TopUp
from chalicelib.entry import Entry, State
from chalicelib.schedule import Job
from chalicelib.wiring import wiring
from infra.local import fates
from infra.local.clients import client
from infra.local.rehearsal import Plan, Rehearsal, rehearsal

CONTRACT = Path(__file__).parents[2] / "infra" / "sql" / "contract_sqlite.sql"
ZURICH = ZoneInfo("Europe/Zurich")
PRACTICE = "praxis"
ON = {"TerminerinnerungSenden": "Ja", "GeburtstagsglueckwuenscheSenden": "Ja", "CreditMindestbestand": "0"}
MANDANT = ("M1", "Praxis Beispiel", "L1", "Beispiel", "praxis@beispiel.example", "044 000 00 01")
TOMORROW_9 = "2026-11-24 09:00:00"
BORN_TODAY = "1980-11-23"


def at(clock: str, day: int = 23, zone: ZoneInfo = ZURICH) -> datetime:
    """A local time, "10:05" or "10:05:30", in November 2026."""
    return datetime.fromisoformat(f"2026-11-{day:02d} {clock}").replace(tzinfo=zone)


def number(patient: int) -> str:
    """The mobile number of the n-th patient, in E.164."""
    return f"+4179000{patient:04d}"


class Database:
    """A practice database in a new file, with the Mandant M1 of licence L1."""

    def __init__(self, path: Path) -> None:
        self.path, self.url = path, f"sqlite:///{path}"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(CONTRACT.read_text(encoding="utf-8"))
        self._patients = 0
        self.insert("Mandant", *MANDANT)

    def run(self, sql: str, *values: object) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(sql, values)

    def insert(self, table: str, *values: object) -> None:
        """A whole row, in the order of the contract's columns."""
        self.run(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", *values)

    def patient(self, begins: str | None = None, mandant: str | None = "M1", **columns: object) -> str:
        """A new patient P1, P2 … with a number, a treatment (`mandant` None: without) and an appointment T1, T2 …"""
        self._patients += 1
        n = self._patients
        row: dict[str, object] = {"PatientId": f"P{n}", "Vorname": f"Vorname{n}", "Nachname": f"Nachname{n}"}
        row |= {"Mobiltelefon": number(n), **columns}
        self.run(f"INSERT INTO Patient ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())
        if mandant:
            self.insert("Behandlung", f"B{n}", f"P{n}", mandant, "2026-01-05 08:00:00")
        if begins:
            self.appointment(f"T{n}", f"P{n}", begins)
        return f"P{n}"

    def appointment(self, appointment: str, patient: str, begins: object, status: object = "definitiv") -> None:
        self.insert("Termin", appointment, patient, begins, status, None, None, None)

    def set_patient(self, patient: str, column: str, value: object) -> Callable[[], None]:
        """The practice corrects a patient: an action for `Rehearsal.cloud.at`."""
        return lambda: self.run(f"UPDATE Patient SET {column} = ? WHERE PatientId = ?", value, patient)

    def set_appointment(self, appointment: str, column: str, value: object) -> Callable[[], None]:
        return lambda: self.run(f"UPDATE Termin SET {column} = ? WHERE TerminId = ?", value, appointment)


@contextmanager
def opened(
    database: Database,
    *,
    until: datetime | None = None,
    start: datetime | None = None,
    topups: dict[str, int] | None = None,
    licences: dict[str, str] | None = None,
    switches: dict[str, str] | None = None,
) -> Iterator[Rehearsal]:
    """A rehearsal from 09:55 to 10:20, not yet played; 100 credits, and both kinds switched on."""
    plan = Plan(
        database.url,
        start or at("09:55"),
        until or at("10:20"),
        PRACTICE,
        ON | (switches or {}),
        {"M1": 100} if topups is None else topups,
        licences or {},
    )
    with rehearsal(plan) as rehearsed:
        yield rehearsed
        _check_books(rehearsed)


def _check_books(rehearsed: Rehearsal) -> None:
    """What has to hold at the end of every test, whatever happened in it."""
    totals = rehearsed.credits()
    assert rehearsed.balances() == {mandant: total.balance for mandant, total in totals.items()}
    assert all(total.balance >= 0 for total in totals.values())
    charged = {entry.key for entry in rehearsed.entries() if entry.credits}
    assert len(requests_by_entry(rehearsed)) == len(rehearsed.cloud.carriers.messages), "somebody got two messages"
    unpaid = {State.PREPARED, State.CANCELLED, State.EXPIRED, State.NOT_SENDABLE, State.REFUSED}
    assert not [entry for entry in rehearsed.entries() if entry.state in unpaid and entry.key in charged]


def requests_by_entry(rehearsed: Rehearsal) -> set[tuple[str, str]]:
    return {(message.to, message.text) for message in rehearsed.cloud.carriers.messages}


def states(rehearsed: Rehearsal) -> dict[str, str]:
    """State by identity, shortened: {"T1": "delivered", "P1": "sent"}; a greeting by its patient."""
    return {short(entry): entry.state.value for entry in rehearsed.entries()}


def short(entry: Entry) -> str:
    return entry.identity.split(":")[1]


def entry(rehearsed: Rehearsal, name: str) -> Entry:
    """The entry of an appointment (T1) or of the patient greeted (P1)."""
    (found,) = (entry for entry in rehearsed.entries() if short(entry) == name)
    return found


def sent(rehearsed: Rehearsal) -> list[tuple[str, str]]:
    """What the carriers took: local time and recipient, in order."""
    zone = rehearsed.zone
    return sorted((f"{m.at.astimezone(zone):%H:%M}", m.to) for m in rehearsed.cloud.carriers.messages)


def run_of(rehearsed: Rehearsal, job: Job, last: bool = True) -> dict[str, Any]:
    """The last (or first) line of the Auftragsverlauf about a job."""
    lines = [run for run in rehearsed.runs() if run["job"] == job]
    return lines[-1 if last else 0]


def outcomes(rehearsed: Rehearsal, job: Job) -> list[str]:
    return [run["outcome"] for run in rehearsed.runs() if run["job"] == job]


def top_up(mandant: str, credits: int) -> Callable[[], None]:
    """The operator sells credits: an action for `Rehearsal.cloud.at`."""
    return lambda: none(wiring().store.top_up(PRACTICE, TopUp(mandant, f"later-{credits}", credits, datetime.now(UTC))))


def none(_: object) -> None:
    return None


def switch(rehearsed: Rehearsal, name: str, value: str) -> Callable[[], None]:
    return lambda: rehearsed.cloud.put_parameter(f"/vitosms/local/{PRACTICE}/{name}", value)
