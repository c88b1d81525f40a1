"""A practice of many years as an SQLite file whose views convert every id and time, as the views on a SQL Server do.

Every year has as many patients, treatments and appointments as the others, so that a day of a long history is as large
as one of a short one. The last year ends with 2026; every day is worked, and every day has a
birthday of one patient in 365.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

LAST = date(2026, 12, 31)
INDEXES = """
    CREATE INDEX TermineTag ON Termine (Datum);
    CREATE INDEX TerminePatient ON Termine (PatNr);
    CREATE INDEX FaellePatient ON Faelle (PatNr);
"""
_TABLES = """
    CREATE TABLE Mandanten (Kuerzel TEXT PRIMARY KEY, Name TEXT, Lizenz TEXT);
    CREATE TABLE Kartei (Nr INTEGER PRIMARY KEY, Name TEXT, Vorname TEXT, Geboren TEXT, Mobil TEXT);
    CREATE TABLE Faelle (Nr INTEGER PRIMARY KEY, PatNr INTEGER, Mandant TEXT, Eroeffnet TEXT);
    CREATE TABLE Termine (Nr INTEGER PRIMARY KEY, PatNr INTEGER, Datum TEXT, Zeit TEXT, Art TEXT);
    CREATE VIEW Mandant AS
    SELECT
        Kuerzel AS MandantId, Name, Lizenz AS Lizenznummer, 'Praxis' AS AbsenderSMS, NULL AS AbsenderEMail,
        '044 000 00 00' AS Telefon
    FROM Mandanten;
"""
_VIEWS = """
    DROP VIEW IF EXISTS Patient;
    DROP VIEW IF EXISTS Behandlung;
    DROP VIEW IF EXISTS Termin;
    CREATE VIEW Patient AS
    SELECT
        CAST(Nr AS TEXT) AS PatientId, Nr AS PatientSchluessel, 'Frau' AS Anrede, Vorname, Name AS Nachname,
        SUBSTR(Geboren, 1, 4) || '-' || SUBSTR(Geboren, 5, 2) || '-' || SUBSTR(Geboren, 7) AS Geburtsdatum,
        NULL AS Sterbedatum, Mobil AS Mobiltelefon, NULL AS EMail, 'de' AS Sprache, 0 AS KeineMitteilungen
    FROM Kartei {patients};
    CREATE VIEW Behandlung AS
    SELECT
        CAST(Nr AS TEXT) AS BehandlungId, CAST(PatNr AS TEXT) AS PatientId, PatNr AS PatientSchluessel,
        Mandant AS MandantId, Eroeffnet || ' 08:00:00' AS EroeffnetAm
    FROM Faelle {treatments};
    CREATE VIEW Termin AS
    SELECT
        CAST(Nr AS TEXT) AS TerminId, Nr AS TerminSchluessel, CAST(PatNr AS TEXT) AS PatientId,
        PatNr AS PatientSchluessel, Datum AS Tag,
        SUBSTR(Datum, 1, 4) || '-' || SUBSTR(Datum, 5, 2) || '-' || SUBSTR(Datum, 7) || ' ' || Zeit || ':00' AS Beginn,
        CASE Art WHEN 'D' THEN 'definitiv' ELSE 'abgesagt' END AS Status, 'Dr. Egli' AS Behandler, NULL AS Ort,
        NULL AS Besuchsgrund
    FROM Termine {appointments};
"""


@dataclass(frozen=True)
class Size:
    """Rows of one year."""

    patients: int
    treatments: int
    appointments: int


def practice_of_years(path: Path, years: int, size: Size) -> str:
    """Write the file, with the indexes that a DBA would add; returns its URL."""
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.executescript(f"PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; BEGIN; {_TABLES}")
        file.executemany(
            "INSERT INTO Mandanten VALUES (?, ?, ?)", [("M1", "Dr. Egli", "L-1"), ("M2", "Dr. Frei", "L-2")]
        )
        for year in range(years):
            file.executemany("INSERT INTO Kartei VALUES (?, ?, ?, ?, ?)", _patients(year, size))
            file.executemany("INSERT INTO Faelle VALUES (?, ?, ?, ?)", _treatments(year, size))
            file.executemany("INSERT INTO Termine VALUES (?, ?, ?, ?, ?)", _appointments(year, size))
        file.executescript(f"{INDEXES} {views()}")
    return f"sqlite:///{path}"


def views(counted: bool = False) -> str:
    """The views; `counted`: each row that one looks at is told to the function `look` of the connection."""
    tables = {"patients": "Kartei", "treatments": "Faelle", "appointments": "Termine"}
    return _VIEWS.format(**{name: f"WHERE look({table}.Nr)" if counted else "" for name, table in tables.items()})


def _days(year: int) -> list[date]:
    return [LAST - timedelta(days=364 - n + 365 * year) for n in range(365)]


def _patients(year: int, size: Size) -> Iterator[tuple[object, ...]]:
    for n in range(size.patients):
        born = date(1930 + n // 365, 11, 24) + timedelta(days=n % 365)
        yield year * size.patients + n, f"Name{n:05}", f"Vorname{year}", f"{born:%Y%m%d}", f"079{n % 10_000_000:07}"


def _treatments(year: int, size: Size) -> Iterator[tuple[object, ...]]:
    days = [day.isoformat() for day in _days(year)]
    for n in range(size.treatments):
        patient = year * size.patients + n % size.patients
        yield year * size.treatments + n, patient, f"M{1 + n % 2}", days[n % 365]


def _appointments(year: int, size: Size) -> Iterator[tuple[object, ...]]:
    days = [f"{day:%Y%m%d}" for day in _days(year)]
    for n in range(size.appointments):
        patient = year * size.patients + n % size.patients
        time = f"{8 + n // 365 % 9:02}:{n // 3285 % 12 * 5:02}"
        yield year * size.appointments + n, patient, days[n % 365], time, "X" if n % 11 == 0 else "D"
