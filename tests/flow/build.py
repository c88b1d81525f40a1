"""A tiny practice for the tests of the flow: one line a patient, and a rehearsal around it.

Today is Monday 2026-11-23, in Europe/Zurich by default. Phone numbers are in the block 079 000, which no carrier
assigns.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.entries.credits import TopUp
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.schedule.job import Job
from chalicelib.wiring import wiring
from infra.local.clients import REGION
from infra.local.rehearsal import Plan, Rehearsal, rehearsal

UNPAID = {State.PREPARED, State.CANCELLED, State.EXPIRED, State.NOT_SENDABLE, State.REFUSED}
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
            connection.executescript(f"PRAGMA synchronous = OFF; BEGIN; {CONTRACT.read_text(encoding='utf-8')}; COMMIT")
        self.patients = 0
        self.insert("Mandant", *MANDANT)

    def run(self, sql: str, *values: object) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")  # nothing needs to survive: do not wait for the disk
            connection.execute(sql, values)

    def insert(self, table: str, *values: object) -> None:
        """A whole row, in the order of the contract's columns."""
        self.run(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", *values)

    def patient(self, starts_at: str | None = None, mandant: str | None = "M1", **columns: object) -> str:
        """A new patient P1, P2 … with a number, a treatment (`mandant` None: without) and an appointment T1, T2 …"""
        self.patients += 1
        n = self.patients
        row: dict[str, object] = {"PatientId": f"P{n}", "Vorname": f"Vorname{n}", "Nachname": f"Nachname{n}"}
        row |= {"Mobiltelefon": number(n), **columns}
        self.run(f"INSERT INTO Patient ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())
        if mandant:
            self.insert("Behandlung", f"B{n}", f"P{n}", mandant, "2026-01-05 08:00:00")
        if starts_at:
            self.appointment(f"T{n}", f"P{n}", starts_at)
        return f"P{n}"

    def appointment(self, appointment: str, patient: str, starts_at: object, status: object = "definitiv") -> None:
        self.insert("Termin", appointment, patient, starts_at, status, None, None, None)

    def set_patient(self, patient: str, column: str, value: object) -> Callable[[], None]:
        """An action for `Rehearsal.cloud.at`: the practice corrects a patient."""
        return lambda: self.run(f"UPDATE Patient SET {column} = ? WHERE PatientId = ?", value, patient)

    def set_appointment(self, appointment: str, column: str, value: object) -> Callable[[], None]:
        return lambda: self.run(f"UPDATE Termin SET {column} = ? WHERE TerminId = ?", value, appointment)


@contextmanager
def opened(
    database: Database,
    *,
    start: datetime | None = None,
    until: datetime | None = None,
    topups: Mapping[str, int] | None = None,
    switches: Mapping[str, str] | None = None,
    sms_region: str = REGION,
) -> Iterator[Rehearsal]:
    """A rehearsal from 09:55 to 10:20, not yet played: 100 credits, both kinds switched on, no low-balance alert."""
    plan = Plan(
        database=database.url,
        start=start or at("09:55"),
        end=until or at("10:20"),
        practice=PRACTICE,
        switches={**ON, **(switches or {})},
        topups={"M1": 100} if topups is None else topups,
        sms_region=sms_region,
    )
    with rehearsal(plan) as rehearsed:
        yield rehearsed
        check_books(rehearsed)


def check_books(rehearsed: Rehearsal) -> None:
    """Checks that ledger = balance = cost of the entries, and that nobody got two messages."""
    totals = rehearsed.credits()
    entries = [entry for entry in rehearsed.entries() if entry.practice == rehearsed.plan.practice]
    assert rehearsed.balances() == {mandant: total.balance for mandant, total in totals.items()}
    assert all(total.balance >= 0 for total in totals.values())
    for mandant, total in totals.items():
        assert total.charged - total.refunded == sum(e.credits for e in entries if e.mandant == mandant)
    assert not [e for e in entries if e.credits and e.state in UNPAID]
    messages = rehearsed.cloud.networks.messages
    assert len({(message.to, message.text) for message in messages}) == len(messages), "somebody got two messages"


def short(entry: Entry) -> str:
    """T1 for the reminder of T1, P1 for the greeting of P1."""
    return entry.identity.split(":")[1]


def states(rehearsed: Rehearsal) -> dict[str, str]:
    return {short(entry): entry.state.value for entry in rehearsed.entries()}


def entry_of(rehearsed: Rehearsal, name: str) -> Entry:
    (found,) = (entry for entry in rehearsed.entries() if short(entry) == name)
    return found


def sent(rehearsed: Rehearsal) -> list[tuple[str, str]]:
    """Returns local time and recipient of the delivered messages, in order."""
    taken = rehearsed.cloud.networks.messages
    return sorted((f"{message.at.astimezone(rehearsed.zone):%H:%M}", message.to) for message in taken)


def run_outcomes(rehearsed: Rehearsal, job: Job) -> list[tuple[str, list[str]]]:
    """The Auftragsverlauf of a job: outcomes, and the words of the reasons."""
    runs = [run for run in rehearsed.runs() if run["job"] == job]
    return [(run["outcome"], [reason["text"] for reason in run["reasons"]]) for run in runs]


def last_run(rehearsed: Rehearsal, job: Job) -> dict[str, Any]:
    return [run for run in rehearsed.runs() if run["job"] == job][-1]


def top_up(mandant: str, credits: int) -> Callable[[], None]:
    """An action for `cloud.at`: the operator sells credits."""

    def act() -> None:
        now = datetime.now(UTC)
        assert wiring().store.top_up(PRACTICE, TopUp(mandant, f"{mandant} {now}", credits, now))

    return act


def parameter(rehearsed: Rehearsal, name: str, value: str) -> Callable[[], None]:
    """An action for `cloud.at`: the practice saves a parameter such as "Schalter/Sprache"."""
    return lambda: rehearsed.cloud.put_parameter(f"/vitosms/local/{PRACTICE}/{name}", value)


def pause(day: Rehearsal, handler: str, since: str, until: str) -> None:
    """No message reaches this Lambda meanwhile: they stay in its queue."""
    platform, queue = day.cloud.platform, day.cloud.platform.queues[handler]

    def stop() -> None:
        platform.queues = {name: other for name, other in platform.queues.items() if name != handler}

    def start() -> None:
        platform.queues = {**platform.queues, handler: queue}

    day.cloud.at(at(since), stop)
    day.cloud.at(at(until), start)
