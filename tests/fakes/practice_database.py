"""A practice database of plain rows: the questions of `chalicelib/practice_db/sql/` answered in Python.

It holds the values that an SQLite file of the contract would: None, numbers, text or bytes.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from chalicelib.practice_db.database import Ids, PracticeDatabase, Row
from tests.fakes.find import found_patients
from tests.fakes.world import World

COLUMNS = {
    "Mandant": ("MandantId", "Name", "Lizenznummer", "AbsenderSMS", "AbsenderEMail", "Telefon"),
    "Patient": (
        "PatientId", "Anrede", "Vorname", "Nachname", "Geburtsdatum", "Sterbedatum", "Mobiltelefon", "EMail",
        "Sprache", "KeineMitteilungen",
    ),
    "Behandlung": ("BehandlungId", "PatientId", "MandantId", "EroeffnetAm"),
    "Termin": ("TerminId", "PatientId", "Beginn", "Status", "Behandler", "Ort", "Besuchsgrund"),
}  # fmt: skip
Record = dict[str, object]
Tables = dict[str, list[Record]]
_SORTED: dict[type, int] = {bool: 1, int: 1, float: 1, str: 2, bytes: 3}
_NOBODY: Record = dict.fromkeys(COLUMNS["Patient"])
_NO_MANDANT: Record = dict.fromkeys(COLUMNS["Mandant"])
_NO_TREATMENT: Record = dict.fromkeys(COLUMNS["Behandlung"])


def empty_tables() -> Tables:
    return {view: [] for view in COLUMNS}


def tables_of(file: Path) -> Tables:
    """Read the rows of an SQLite practice database."""
    with closing(sqlite3.connect(file)) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return {
            view: [
                dict(zip(names, row, strict=True))
                for row in connection.execute(f"SELECT {', '.join(names)} FROM {view}")
            ]
            for view, names in COLUMNS.items()
        }


class FakePracticeDatabase(PracticeDatabase):
    """Rows come in batches, as from a driver: `world.fault` may raise or hang at each `database.fetch`."""

    batch = 500

    def __init__(self, world: World, tables: Tables) -> None:
        self._world, self._tables = world, tables

    def __exit__(self, *_: object) -> None:
        return None

    def reminders(self, first: date, end: date, default_mandant: str | None) -> Iterator[Row]:
        days = first.isoformat(), end.isoformat()
        return self._answer("reminders", lambda: _in_days(self._tables["Termin"], *days), default_mandant)

    def birthdays(
        self, month_days: Sequence[str], default_mandant: str | None, active_since: date | None = None
    ) -> Iterator[Row]:
        born = partial(_born_on, self._tables["Patient"], month_days)
        return self._answer("birthdays", born, default_mandant, active_since)

    def recheck(
        self, appointment_ids: Ids, patient_ids: Ids, default_mandant: str | None, active_since: date | None = None
    ) -> Iterator[Row]:
        named = partial(_named, self._tables, set(appointment_ids), set(patient_ids))
        return self._answer("recheck", named, default_mandant, active_since)

    def definitive(self, first: date, end: date) -> Iterator[Row]:
        days = first.isoformat(), end.isoformat()
        rows = self._world.call("database.definitive", lambda: _in_days(self._tables["Termin"], *days))
        definitive = [row for row in rows if _cast(row["Status"]).strip(" \t\r\n\u00a0").lower() == "definitiv"]
        counted = Counter((row["TerminId"], row["Beginn"]) for row in sorted(definitive, key=_place))
        return ({"TerminId": name, "Beginn": starts_at, "Anzahl": n} for (name, starts_at), n in counted.items())

    def patient(
        self, patient: str, first: date, default_mandant: str | None, active_since: date | None = None
    ) -> Iterator[Row]:
        wanted = partial(_of_patient, self._tables, patient, first.isoformat())
        return self._answer("patient", wanted, default_mandant, active_since)

    def find(
        self, numbers: Ids, born: date | None, digits: str | None, words: Sequence[str], now: datetime
    ) -> Iterator[Row]:
        search = partial(found_patients, self._tables, numbers, born, digits, words, now)
        return iter(self._world.call("database.find", search))

    def mandanten(self) -> Iterator[Row]:
        rows = self._world.call("database.mandanten", lambda: [dict(row) for row in self._tables["Mandant"]])
        return iter(sorted(rows, key=lambda row: _ascending(row["MandantId"])))

    def _answer(
        self, question: str, wanted: Callable[[], list[Record]], default: str | None, since: date | None = None
    ) -> Iterator[Row]:
        """Yield the rows of the query; they are those at the time when the first is requested."""
        rows = self._world.call(f"database.{question}", lambda: list(_rows(wanted(), self._tables, default, since)))
        start = 0
        while batch := self._world.call("database.fetch", partial(_slice, rows, start, self.batch)):
            yield from batch
            start += self.batch


def _slice(rows: Sequence[Row], start: int, size: int) -> Sequence[Row]:
    return rows[start : start + size]


def _in_days(appointments: Iterable[Record], first: str, end: str) -> list[Record]:
    return [one for one in appointments if isinstance(one["Beginn"], str) and first <= one["Beginn"] < end]


def _born_on(patients: Iterable[Record], month_days: Sequence[str]) -> list[Record]:
    return _distinct(one for one in patients if _cast(one["Geburtsdatum"])[5:10] in month_days)


def _named(tables: Tables, appointments: set[str], patients: set[str]) -> list[Record]:
    found = [one for one in tables["Termin"] if one["TerminId"] in appointments]
    return found + _distinct(one for one in tables["Patient"] if one["PatientId"] in patients)


def _of_patient(tables: Tables, patient: str, first: str) -> list[Record]:
    own = [one for one in tables["Termin"] if one["PatientId"] == patient]
    found = [one for one in own if one["Beginn"] is None or _ascending(one["Beginn"]) >= _ascending(first)]
    return found + _distinct(one for one in tables["Patient"] if one["PatientId"] == patient)


def _distinct(patients: Iterable[Record]) -> list[Record]:
    return [{"PatientId": patient} for patient in {one["PatientId"]: None for one in patients}]


def _cast(value: object) -> str:
    """Read a value as text; bytes too."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")


def _rows(wanted: Sequence[Record], tables: Tables, default: str | None, since: date | None) -> Iterator[Row]:
    """One row for each appointment or patient of the query, with its patient and the Mandant that pays."""
    ids = {one["PatientId"] for one in wanted}
    patients, treatments = (_by("PatientId", _with(ids, tables[view])) for view in ("Patient", "Behandlung"))
    mandanten = _by("MandantId", tables["Mandant"])
    latest = _latest_appointments(_with(ids, tables["Termin"]), since.isoformat()) if since else {}
    for one in sorted(wanted, key=_place):
        found = treatments.get(one["PatientId"])
        treatment = _first(found, _latest_first) if found else _NO_TREATMENT
        payer = treatment["MandantId"] if found else default
        patient = _first(patients.get(one["PatientId"], [_NOBODY]), _forbidding_first)
        mandant = _first(mandanten.get(payer, [_NO_MANDANT]), _unlicensed_first)
        last = {
            "LetzteBehandlung": treatment["EroeffnetAm"],
            "LetzterTermin": None if "TerminId" in one else latest.get(one["PatientId"]),
        }
        yield {**_row(one, patient, bool(found), payer, mandant), **last}


def _row(one: Record, patient: Record, treated: bool, payer: object, mandant: Record) -> Row:
    appointment = {name: one.get(name) for name in COLUMNS["Termin"] if name != "PatientId"}
    return {
        "Art": "reminder" if "TerminId" in one else "birthday",
        **appointment,
        "PatientId": one["PatientId"],
        "PatientGefunden": int(patient is not _NOBODY),
        **{name: patient[name] for name in COLUMNS["Patient"] if name != "PatientId"},
        "HatBehandlung": int(treated),
        "MandantId": payer,
        "MandantGefunden": int(mandant is not _NO_MANDANT),
        "MandantName": mandant["Name"],
        **{name: mandant[name] for name in ("Lizenznummer", "AbsenderSMS", "AbsenderEMail")},
        "MandantTelefon": mandant["Telefon"],
    }


def _with(patients: set[object], records: Iterable[Record]) -> list[Record]:
    return [record for record in records if record["PatientId"] in patients]


def _by(name: str, records: Iterable[Record]) -> Mapping[object, list[Record]]:
    found: dict[object, list[Record]] = {}
    for record in records:
        if record[name] is not None:
            found.setdefault(record[name], []).append(record)
    return found


def _first(records: Sequence[Record], order: Callable[[Record], tuple[Any, ...]]) -> Record:
    return records[0] if len(records) == 1 else min(records, key=order)


def _place(one: Record) -> tuple[Any, ...]:
    """Appointments by Beginn and TerminId, then patients by PatientId."""
    names = ("Beginn", "TerminId", "PatientId")
    return ("TerminId" not in one, *(_ascending(one.get(name)) for name in names))


def _latest_appointments(appointments: Iterable[Record], since: str) -> dict[object, object]:
    """Return the start of each patient's latest appointment since a day."""
    found = [one for one in appointments if isinstance(one["Beginn"], str | bytes) and _is_date(one["Beginn"])]
    found = [one for one in found if _ascending(one["Beginn"]) >= _ascending(since)]
    return {one["PatientId"]: one["Beginn"] for one in sorted(found, key=lambda one: _ascending(one["Beginn"]))}


def _is_date(value: object) -> bool:
    day = _cast(value)[:10]
    return len(day) == 10 and day[4] == day[7] == "-"


def _latest_first(treatment: Record) -> tuple[Any, ...]:
    descending = (_descending(treatment[name]) for name in ("EroeffnetAm", "BehandlungId"))
    return (not _is_date(treatment["EroeffnetAm"]), *descending, _ascending(treatment["MandantId"]))


def _forbidding_first(patient: Record) -> tuple[Any, ...]:
    ascending = ("Nachname", "Vorname", "Geburtsdatum", "Mobiltelefon", "EMail", "Sprache", "Anrede")
    first = (_descending(patient[name]) for name in ("Sterbedatum", "KeineMitteilungen"))
    return (*first, *(_ascending(patient[name]) for name in ascending))


def _unlicensed_first(mandant: Record) -> tuple[Any, ...]:
    names = ("Lizenznummer", "Name", "AbsenderSMS", "AbsenderEMail", "Telefon")
    return tuple(_ascending(mandant[name]) for name in names)


def _ascending(value: object) -> tuple[Any, ...]:
    """NULL, then numbers, then text, then bytes, as SQLite sorts."""
    return (_SORTED[type(value)], value) if value is not None else (0,)


class _Backwards(tuple[Any, ...]):
    """Sorts the other way round."""

    def __lt__(self, other: tuple[Any, ...]) -> bool:
        return tuple(other) < tuple(self)


def _descending(value: object) -> _Backwards:
    return _Backwards(_ascending(value))
