"""Generate the demo practice: a database of the contract, two days of its life, its switches and credits.

The seed determines everything. Times are aware, Europe/Zurich.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from infra.demo.patients import CAPAUL, DAY_ONE, DAY_TWO, ROSSIER, SONNENHOF, Patient, by_key, make_patients
from infra.demo.tables import LICENCES, Appointment, make_appointments, sql_text, write_tables
from infra.translation import tr

ZONE = ZoneInfo("Europe/Zurich")
PRACTICE = "praxis-sonnenhof"
DESK = "empfang@sonnenhof.example"


@dataclass(frozen=True)
class Change:
    """A change that the practice makes during the day: one statement, at an aware time.

    `description` is a sentence in the language of the command. A change is idempotent.
    """

    at: datetime
    sql: str
    parameters: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class DemoPractice:
    """The practice and its two days.

    `start` and `end` are aware, Europe/Zurich; `switches` are those that are not at their default;
    `topups` are credits by MandantId; `licences` are valid, revoked or expired, by Lizenznummer;
    `carrier_failures` is a share from 0 to 1; `changes` are in order of time.
    """

    practice: str
    database: Path
    start: datetime
    end: datetime
    switches: Mapping[str, str]
    topups: Mapping[str, int]
    licences: Mapping[str, str]
    carrier_failures: float
    changes: tuple[Change, ...]


def write_demo_practice(database: Path, seed: int = 1) -> DemoPractice:
    """Write the practice's database, a new SQLite file, and return the rest of its two days.

    The days run past 20:00 of the second, when the default sending window has closed.
    Raises FileExistsError if the file exists: it might be a real database.
    """
    if database.exists():
        raise FileExistsError(database)
    rng = random.Random(seed)
    patients = make_patients(rng)
    appointments = make_appointments(rng, patients)
    write_tables(database, rng, patients, appointments)
    return _two_days(database, _changes(by_key(patients), appointments))


def _two_days(database: Path, changes: tuple[Change, ...]) -> DemoPractice:
    return DemoPractice(
        practice=PRACTICE,
        database=database,
        start=_at(DAY_ONE, 9, 45),
        end=_at(DAY_TWO, 21),
        switches={
            "TerminerinnerungSenden": "Ja",
            "GeburtstagsglueckwuenscheSenden": "Ja",
            "DefaultSMSMandant": SONNENHOF,
            "CreditMindestbestand": "12",
            "MeldungAn": DESK,
        },
        # About 16 reminders a day are Rossier's: 20 credits start above the threshold, and do not last two
        # days even if every text is one part. No other balance falls below it.
        topups={SONNENHOF: 600, ROSSIER: 20, CAPAUL: 60},
        licences={LICENCES[SONNENHOF]: "valid", LICENCES[ROSSIER]: "valid", LICENCES[CAPAUL]: "revoked"},
        carrier_failures=0.07,
        changes=changes,
    )


def _changes(told: Mapping[str, Patient], appointments: tuple[Appointment, ...]) -> tuple[Change, ...]:
    """The changes of both days; those shortly after 10:00 are between prepare (10:00) and send (10:05)."""
    of_case = {one.patient.case.key: one for one in appointments}
    return (
        _cancels(_at(DAY_ONE, 10, 2), of_case["cancels"]),
        _moves(_at(DAY_ONE, 10, 3), of_case["moves-an-hour"], timedelta(hours=1)),
        _corrects_number(_at(DAY_ONE, 16, 20), told["corrects-number"]),
        _dies(_at(DAY_TWO, 10, 2), told["dies"]),
        _moves(_at(DAY_TWO, 10, 3), of_case["moves-a-week"], timedelta(days=7)),
    )


def _cancels(at: datetime, appointment: Appointment) -> Change:
    sql = "UPDATE Termin SET Status = ? WHERE TerminId = ?"
    sentence = tr("{name} phones to cancel tomorrow's appointment.", name=_name(appointment.patient))
    return Change(at, sql, ("abgesagt", appointment.appointment_id), sentence)


def _moves(at: datetime, appointment: Appointment, by: timedelta) -> Change:
    sql = "UPDATE Termin SET Beginn = ? WHERE TerminId = ?"
    sentence = tr(
        "{name} moves tomorrow's appointment by an hour."
        if by < timedelta(days=1)
        else "{name} moves tomorrow's appointment by a week.",
        name=_name(appointment.patient),
    )
    return Change(at, sql, (sql_text(appointment.starts_at + by), appointment.appointment_id), sentence)


def _corrects_number(at: datetime, patient: Patient) -> Change:
    sql = "UPDATE Patient SET Mobiltelefon = ? WHERE PatientId = ?"
    sentence = tr("{name} gives the right mobile number.", name=_name(patient))
    return Change(at, sql, ("079 000 28 02", patient.patient_id), sentence)


def _dies(at: datetime, patient: Patient) -> Change:
    sql = "UPDATE Patient SET Sterbedatum = ? WHERE PatientId = ?"
    sentence = tr("The family reports the death of {name}.", name=_name(patient))
    return Change(at, sql, (sql_text(at.date() - timedelta(days=1)), patient.patient_id), sentence)


def _name(patient: Patient) -> str:
    return f"{patient.first_name} {patient.family_name}"


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)
