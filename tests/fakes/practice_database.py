"""A practice database of plain rows: the questions of `chalicelib/practice_db/sql/` answered in Python.

It holds the values that an SQLite file of the contract would: None, numbers, text or bytes. A statement casts bytes to
text, except those of a date.
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

from chalicelib.practice_db.database import PracticeDatabase, Row
from chalicelib.practice_db.errors import NO_COLUMN, PracticeDatabaseError
from chalicelib.practice_db.statements import OPTIONAL_COLUMNS, Ids
from tests.fakes import row_order as by
from tests.fakes.find import found_patients, only_of
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


class Tables(dict[str, list[Record]]):
    """The rows by view; `optional` are the optional columns of the contract that the views have."""

    optional: frozenset[str] = frozenset()


_NOBODY: Record = dict.fromkeys(COLUMNS["Patient"])
_NO_MANDANT: Record = dict.fromkeys(COLUMNS["Mandant"])
_NO_TREATMENT: Record = dict.fromkeys(COLUMNS["Behandlung"])


def empty_tables() -> Tables:
    return Tables({view: [] for view in COLUMNS})


def tables_of(file: Path) -> Tables:
    """Read the rows of an SQLite practice database."""
    with closing(sqlite3.connect(file)) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        tables = Tables()
        for view in COLUMNS:
            cursor = connection.execute(f"SELECT * FROM {view}")
            names = [column[0] for column in cursor.description]
            tables[view] = [dict(zip(names, row, strict=True)) for row in cursor]
            tables.optional |= OPTIONAL_COLUMNS & {f"{view}.{name}" for name in names}
        return tables


class FakePracticeDatabase(PracticeDatabase):
    """Rows come in batches, as from a driver: `world.fault` may raise or hang at each `database.fetch`."""

    batch, waited_ms = 500, 0  # a test may say others

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
        definitive = [row for row in rows if by.cast(row["Status"]).strip(" \t\r\n\u00a0").lower() == "definitiv"]
        counted = Counter((row["TerminId"], row["Beginn"]) for row in sorted(definitive, key=by.place_of))
        return ({"TerminId": name, "Beginn": starts_at, "Anzahl": n} for (name, starts_at), n in counted.items())

    def patient(
        self, patient: str, first: date, default_mandant: str | None, active_since: date | None = None
    ) -> Iterator[Row]:
        wanted = partial(_of_patient, self._tables, patient, first.isoformat())
        return self._answer("patient", wanted, default_mandant, active_since)

    def find(
        self, numbers: Ids, born: date | None, digits: str | None, words: Sequence[str], now: datetime, *limits: Ids
    ) -> Iterator[Row]:
        own = only_of(self._tables, limits, self.optional_columns), numbers, born, digits, words, now
        return iter(self._asked("find", lambda: found_patients(*own, self.optional_columns)))

    def mandanten(self) -> Iterator[Row]:
        rows = self._world.call("database.mandanten", lambda: [dict(row) for row in self._tables["Mandant"]])
        return map(by.as_text, sorted(rows, key=lambda row: by.ascending(row["MandantId"])))

    def columns(self) -> frozenset[str]:
        return self._world.call("database.columns", lambda: self._tables.optional)

    def _answer(
        self, question: str, wanted: Callable[[], list[Record]], default: str | None, since: date | None = None
    ) -> Iterator[Row]:
        """Yield the rows of the query; they are those at the time when the first is requested."""
        rows = self._asked(question, lambda: _rows(wanted(), self._tables, default, since, self.optional_columns))
        start = 0
        while batch := self._world.call("database.fetch", partial(_slice, rows, start, self.batch)):
            yield from batch
            start += self.batch

    def _asked(self, question: str, ask: Callable[[], Iterable[Row]]) -> list[Row]:
        """Ask, and once more with the columns that there are if the query meets one that is missing."""

        def checked() -> list[Row]:
            if self.optional_columns - self._tables.optional:
                raise NO_COLUMN.error()
            return list(map(by.as_text, ask()))

        try:
            return self._world.call(f"database.{question}", checked)
        except PracticeDatabaseError as error:
            if error.text != NO_COLUMN.text:
                raise
            self.optional_columns = (OPTIONAL_COLUMNS | self.optional_columns) & self.columns()
            return self._world.call(f"database.{question}", checked)


def _slice(rows: Sequence[Row], start: int, size: int) -> Sequence[Row]:
    return rows[start : start + size]


def _in_days(appointments: Iterable[Record], first: str, end: str) -> list[Record]:
    return [one for one in appointments if isinstance(one["Beginn"], str) and first <= one["Beginn"] < end]


def _born_on(patients: Iterable[Record], month_days: Sequence[str]) -> list[Record]:
    return _distinct(one for one in patients if by.cast(one["Geburtsdatum"])[5:10] in month_days)


def _named(tables: Tables, appointments: set[str], patients: set[str]) -> list[Record]:
    found = [one for one in tables["Termin"] if one["TerminId"] in appointments]
    return found + _distinct(one for one in tables["Patient"] if one["PatientId"] in patients)


def _of_patient(tables: Tables, patient: str, first: str) -> list[Record]:
    own = [one for one in tables["Termin"] if one["PatientId"] == patient]
    found = [one for one in own if one["Beginn"] is None or by.ascending(one["Beginn"]) >= by.ascending(first)]
    return found + _distinct(one for one in tables["Patient"] if one["PatientId"] == patient)


def _distinct(patients: Iterable[Record]) -> list[Record]:
    return [{"PatientId": patient} for patient in {one["PatientId"]: None for one in patients}]


def _rows(
    wanted: Sequence[Record], tables: Tables, default: str | None, since: date | None, columns: frozenset[str]
) -> Iterator[Row]:
    """One row for each appointment or patient of the query, with its patient and the Mandanten that pay and sign."""
    ids = {one["PatientId"] for one in wanted}
    patients, treatments = (_by("PatientId", _with(ids, tables[view])) for view in ("Patient", "Behandlung"))
    mandanten = _by("MandantId", tables["Mandant"])
    latest = _latest_appointments(_with(ids, tables["Termin"]), since.isoformat()) if since else {}
    for one in sorted(wanted, key=by.place_of):
        found = treatments.get(one["PatientId"])
        treatment = _first(found, by.latest_first) if found else _NO_TREATMENT
        payer = treatment["MandantId"] if found else default
        patient = _first(patients.get(one["PatientId"], [_NOBODY]), by.forbidding_first)
        mandant = _first(mandanten.get(payer, [_NO_MANDANT]), by.unlicensed_first)
        last = {
            "LetzteBehandlung": treatment["EroeffnetAm"],
            "LetzterTermin": None if "TerminId" in one else latest.get(one["PatientId"]),
        }
        signer = _first(mandanten.get(one.get("MandantId"), [_NO_MANDANT]), by.name_first)
        row = _row(one, patient, bool(found), payer, mandant)
        yield {**_with_optional(row, one, patient, signer, columns), **last}


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


def _with_optional(row: Row, one: Record, patient: Record, signer: Record, columns: frozenset[str]) -> Row:
    """The row with the columns that only some practices have, where the statement has them."""
    phones = ("TelefonPrivat", "TelefonGeschaeft")
    numbers = {name: patient.get(name) for name in phones if f"Patient.{name}" in columns}
    place = list(row).index("HatBehandlung")
    row = dict([*list(row.items())[:place], *numbers.items(), *list(row.items())[place:]])
    if "Termin.MandantId" not in columns:
        return row
    return row | {
        "TerminMandantId": one.get("MandantId"),
        "TerminMandantGefunden": int(signer is not _NO_MANDANT),
        "TerminMandantName": signer["Name"],
        "TerminAbsenderSMS": signer["AbsenderSMS"],
        "TerminAbsenderEMail": signer["AbsenderEMail"],
        "TerminMandantTelefon": signer["Telefon"],
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


def _latest_appointments(appointments: Iterable[Record], since: str) -> dict[object, object]:
    """Return the start of each patient's latest appointment since a day."""
    found = [one for one in appointments if isinstance(one["Beginn"], str | bytes) and by.is_date(one["Beginn"])]
    found = [one for one in found if by.ascending(one["Beginn"]) >= by.ascending(since)]
    return {one["PatientId"]: one["Beginn"] for one in sorted(found, key=lambda one: by.ascending(one["Beginn"]))}
