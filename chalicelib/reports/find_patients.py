"""Find patients by what a person knows of them: a name, date of birth, number or telephone. Reads only.

The texts are personal data: they go into the parameters of the statement, and into no log.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from chalicelib.messages.placeholders import as_value
from chalicelib.practice_db.database import Row
from chalicelib.reports.call_list import Phones, each_once
from chalicelib.rules.candidate import parse_date, parse_id, parse_local_time

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Deployment
    from chalicelib.practice.practice import Practice

MOST_FOUND = 50
LONGEST = 64  # characters
_LETTERS, _DIGITS = 3, 6  # at least, of a name and of a telephone number
_DATES = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y")
_REGION = "CH"


@dataclass(frozen=True)
class Wanted:
    """Meanings that a text may have; all are searched at once."""

    numbers: tuple[str, ...]
    born: date | None
    digits: str | None
    words: tuple[str, ...]


@dataclass(frozen=True)
class FoundPatient:
    """`next_start` (UTC) is that of the next definitive appointment; the rest is as the practice wrote it."""

    patient: str
    name: str
    birthday: date | None
    deceased: bool
    phones: Phones
    next_start: datetime | None


def wanted(text: str) -> Wanted | None:
    """None if the text has neither three letters nor a digit: it would find too many."""
    given = " ".join(text.split())[:LONGEST].replace("\0", "")
    named, numbered = sum(map(str.isalpha, given)) >= _LETTERS, sum(map(str.isdigit, given))
    if not named and not numbered:
        return None
    numbers = tuple(sorted({given, given.upper(), given.lower()}))
    born, words = _date(given), tuple(re.findall(r"[^\s,;-]+", given))
    digits = _digits(given) if numbered >= _DIGITS and not born else None
    return Wanted(numbers, born, digits, words if named else ())


def find_patients(
    text: Wanted,
    practice: Practice,
    deployment: Deployment,
    mandanten: Collection[str] = (),
    practitioners: Collection[str] = (),
) -> list[FoundPatient]:
    """The patients by name, up to 51: more than 50 says that there are more. One statement.

    With limits, only those of one of these `mandanten` and of one of these `practitioners`. Raises
    PracticeDatabaseError and ParameterError.
    """
    from chalicelib.aws.practice_database import practice_database

    now = deployment.now.astimezone(practice.zone).replace(tzinfo=None)
    limits = sorted(mandanten), sorted(one.strip().lower() for one in practitioners)
    with practice_database(practice.record, deployment.clients) as database:
        rows: Sequence[Row] = list(database.find(text.numbers, text.born, text.digits, text.words, now, *limits))
    return [_found(row, practice) for row in rows]


def _found(row: Row, practice: Practice) -> FoundPatient:
    names = [as_value(row["Nachname"]), as_value(row["Vorname"])]
    return FoundPatient(
        parse_id(row["PatientId"]) or "", " ".join(filter(None, names)), parse_date(row["Geburtsdatum"]),
        row["Sterbedatum"] is not None,
        each_once(row["Mobiltelefon"], row.get("TelefonPrivat"), row.get("TelefonGeschaeft")),
        parse_local_time(row["NaechsterTermin"], practice.zone),
    )  # fmt: skip


def _date(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _digits(text: str) -> str | None:
    """The digits that every spelling of a telephone number has; None if they are too few for one."""
    import phonenumbers

    try:
        found = str(phonenumbers.parse(text, _REGION).national_number)
    except phonenumbers.NumberParseException:
        found = re.sub(r"\D", "", text).lstrip("0")
    return found if len(found) >= _DIGITS else None
