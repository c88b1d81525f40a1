"""Generate and write the rows of the demo practice's four tables. Times are practice-local and naive here."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from infra.demo.names import PLACES, PRACTITIONERS, REASONS
from infra.demo.patients import CAPAUL, DAY_AFTER, DAY_ONE, DAY_TWO, ROSSIER, SONNENHOF, Patient

CONTRACT = Path(__file__).parents[1] / "sql" / "contract_sqlite.sql"
LICENCES = {SONNENHOF: "VS-2027-0417", ROSSIER: "VS-2028-0093", CAPAUL: "VS-2024-0258"}

_INSERT_MANDANT = """
INSERT INTO Mandant (MandantId, Name, Lizenznummer, AbsenderSMS, AbsenderEMail, Telefon)
VALUES (?, ?, ?, ?, ?, ?)"""
_INSERT_PATIENT = """
INSERT INTO Patient (PatientId, Anrede, Vorname, Nachname, Geburtsdatum, Sterbedatum,
                     Mobiltelefon, EMail, Sprache, KeineMitteilungen)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_INSERT_TREATMENT = "INSERT INTO Behandlung (BehandlungId, PatientId, MandantId, EroeffnetAm) VALUES (?, ?, ?, ?)"
_INSERT_APPOINTMENT = """
INSERT INTO Termin (TerminId, PatientId, Beginn, Status, Behandler, Ort, Besuchsgrund)
VALUES (?, ?, ?, ?, ?, ?, ?)"""

# MandantId, Name, Lizenznummer, AbsenderSMS, AbsenderEMail, Telefon
_MANDANTEN = (
    (
        SONNENHOF,
        "Dr. med. Anna Brunner",
        LICENCES[SONNENHOF],
        "Sonnenhof",
        "praxis@praxis-sonnenhof.example",
        "044 000 40 40",
    ),
    (
        ROSSIER,
        "Dr. med. Yves Rossier",
        LICENCES[ROSSIER],
        "Dr. Rossier",
        "rossier@praxis-sonnenhof.example",
        "+41 44 000 40 41",
    ),
    (
        CAPAUL,
        "Dr. med. Livia Capaul",
        LICENCES[CAPAUL],
        "Praxis Süd",
        "capaul@praxis-sonnenhof.example",
        "044 000 40 42",
    ),
)


@dataclass(frozen=True)
class Treatment:
    """A treatment: the Mandant, and the day on which it was opened, if known."""

    mandant: str
    opened: datetime | None


@dataclass(frozen=True)
class Appointment:
    """The columns of Termin that the demo's changes need; the others are random."""

    appointment_id: str
    patient: Patient
    starts_at: datetime
    status: str | None


def make_appointments(rng: random.Random, patients: Sequence[Patient]) -> tuple[Appointment, ...]:
    """The appointments of the cases, and thirty on other days for patients without a written case."""
    drafts = [(patient, starts_at, patient.case.status) for patient in patients for starts_at in _times(rng, patient)]
    others = rng.sample([patient for patient in patients if not patient.case.key], 30)
    for patient in others:
        day = DAY_ONE + timedelta(days=rng.choice((-14, -7, 0, 3, 7, 14)))
        drafts.append((patient, _begins(day, rng.randrange(41)), "definitiv"))
    rng.shuffle(drafts)
    return tuple(Appointment(f"T{number:05}", *draft) for number, draft in enumerate(drafts, 1))


def _times(rng: random.Random, patient: Patient) -> Iterator[datetime]:
    quarters = rng.sample(range(41), 2)
    for day, quarter in zip(patient.case.appointments, quarters, strict=False):
        yield _begins({"1": DAY_TWO, "2": DAY_AFTER}[day], quarter)


def _begins(day: date, quarter: int) -> datetime:
    """Quarters of an hour after half past seven; the last of 41 is half past five."""
    return datetime.combine(day, time(7, 30)) + timedelta(minutes=15 * quarter)


def _treatments(rng: random.Random, patient: Patient) -> list[Treatment]:
    """The treatments by id. That of the payer is the latest opened; undated ones and ties go by id."""
    payer = patient.case.payer
    if payer is None:
        return []
    others = [mandant for mandant in (SONNENHOF, ROSSIER, CAPAUL) if mandant != payer]
    latest = _opened(rng, DAY_ONE - timedelta(days=300), 290)
    earlier = [
        Treatment(rng.choice(others), rng.choice((None, *([_opened(rng, date(2021, 1, 4), 2400)] * 4))))
        for _ in range(rng.randint(1, 4))
    ]
    kind = "several" if patient.case.key else rng.choice(("one",) * 9 + ("several",) * 9 + ("undated", "tie"))
    if kind == "several":
        several = [*earlier, Treatment(payer, latest)]
        rng.shuffle(several)
        return several
    before = {
        "one": [],
        "undated": [Treatment(rng.choice(others), None)],
        "tie": [*earlier, Treatment(rng.choice(others), latest)],
    }[kind]
    return [*before, Treatment(payer, None if kind == "undated" else latest)]


def _opened(rng: random.Random, first: date, days: int) -> datetime:
    return _begins(first + timedelta(days=rng.randrange(days)), rng.randrange(41))


def write_tables(
    database: Path, rng: random.Random, patients: Sequence[Patient], appointments: Sequence[Appointment]
) -> None:
    """Create the four tables of the contract in a new file, and fill them."""
    treatments = [(patient.patient_id, treatment) for patient in patients for treatment in _treatments(rng, patient)]
    treatment_rows = [
        (f"B{number:05}", patient_id, one.mandant, _nullable(one.opened))
        for number, (patient_id, one) in enumerate(treatments, 1)
    ]
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executescript(CONTRACT.read_text(encoding="utf-8"))
        connection.executemany(_INSERT_MANDANT, _MANDANTEN)
        connection.executemany(_INSERT_PATIENT, map(_patient_row, patients))
        connection.executemany(_INSERT_TREATMENT, treatment_rows)
        connection.executemany(_INSERT_APPOINTMENT, [_appointment_row(rng, one) for one in appointments])


def _patient_row(patient: Patient) -> tuple[str | int | None, ...]:
    return (
        patient.patient_id,
        patient.salutation,
        patient.first_name,
        patient.family_name,
        _nullable(patient.born),
        _nullable(patient.case.died),
        patient.mobile,
        patient.email,
        patient.case.language,
        int(patient.case.no_messages),
    )


def _appointment_row(rng: random.Random, one: Appointment) -> tuple[str | None, ...]:
    return (
        one.appointment_id,
        one.patient.patient_id,
        sql_text(one.starts_at),
        one.status,
        rng.choice(PRACTITIONERS),
        rng.choice(PLACES),
        rng.choice(REASONS),
    )


def _nullable(moment: date | None) -> str | None:
    return None if moment is None else sql_text(moment)


def sql_text(moment: date) -> str:
    """A date as `2029-02-27`, a naive local time as `2029-02-27 09:45:00`, as in SQLite."""
    return moment.isoformat(" ", "seconds") if isinstance(moment, datetime) else moment.isoformat()
