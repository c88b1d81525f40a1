"""The order in which SQLite and the statements sort the rows of a practice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Record = Mapping[str, object]
_DATES = {"Beginn", "Geburtsdatum", "Sterbedatum", "KeineMitteilungen", "LetzteBehandlung", "LetzterTermin"}
_SORTED: dict[type, int] = {bool: 1, int: 1, float: 1, str: 2, bytes: 3}


def cast(value: object) -> str:
    """Read a value as text; bytes too."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")


def as_text(row: Record) -> Record:
    """A row of an answer, whose statement casts bytes to text, except those of a date."""
    if any(type(value) is bytes for value in row.values()):
        return {
            name: value if name in _DATES or type(value) is not bytes else cast(value) for name, value in row.items()
        }
    return row


def is_date(value: object) -> bool:
    day = cast(value)[:10]
    return len(day) == 10 and day[4] == day[7] == "-"


def place_of(one: Record) -> tuple[Any, ...]:
    """Appointments by Beginn and TerminId, then patients by PatientId."""
    names = ("Beginn", "TerminId", "PatientId")
    return ("TerminId" not in one, *(ascending(one.get(name)) for name in names))


def latest_first(treatment: Record) -> tuple[Any, ...]:
    latest = (descending(treatment[name]) for name in ("EroeffnetAm", "BehandlungId"))
    return (not is_date(treatment["EroeffnetAm"]), *latest, ascending(treatment["MandantId"]))


def forbidding_first(patient: Record) -> tuple[Any, ...]:
    names = ("Nachname", "Vorname", "Geburtsdatum", "Mobiltelefon", "EMail", "Sprache", "Anrede")
    first = (descending(patient[name]) for name in ("Sterbedatum", "KeineMitteilungen"))
    return (*first, *(ascending(patient.get(name)) for name in (*names, "TelefonPrivat", "TelefonGeschaeft")))


def name_first(mandant: Record) -> tuple[Any, ...]:
    return tuple(ascending(mandant[name]) for name in ("Name", "AbsenderSMS", "AbsenderEMail", "Telefon"))


def unlicensed_first(mandant: Record) -> tuple[Any, ...]:
    names = ("Lizenznummer", "Name", "AbsenderSMS", "AbsenderEMail", "Telefon")
    return tuple(ascending(mandant[name]) for name in names)


def ascending(value: object) -> tuple[Any, ...]:
    """NULL, then numbers, then text, then bytes, as SQLite sorts."""
    return (_SORTED[type(value)], value) if value is not None else (0,)


class _Backwards(tuple[Any, ...]):
    """Sorts the other way round."""

    def __lt__(self, other: tuple[Any, ...]) -> bool:
        return tuple(other) < tuple(self)


def descending(value: object) -> _Backwards:
    return _Backwards(ascending(value))
