"""The SQL text of the queries, for views with or without the optional columns of the contract. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

Ids = Sequence[str]

TERMIN_MANDANT = "Termin.MandantId"  # who signs the message about an appointment
PHONES = ("Patient.TelefonPrivat", "Patient.TelefonGeschaeft")  # for the call list, and to find a patient
OPTIONAL_COLUMNS = frozenset({TERMIN_MANDANT, *PHONES})  # a practice's views may lack them
# Columns of the practice's own tables, unconverted, which an index finds: they change no answer.
DAY = frozenset({"Termin.Tag"})
KEYS = frozenset(
    {"Termin.TerminSchluessel", "Termin.PatientSchluessel", "Patient.PatientSchluessel", "Behandlung.PatientSchluessel"}
)
RAW_COLUMNS = DAY | KEYS
# No row, by view: the answer has the columns of the view.
NO_ROW = {view: f"SELECT * FROM vitosms.{view} WHERE 1 = 0" for view in ("Patient", "Behandlung", "Termin")}  # noqa: S608
OTHER_CASE = "SELECT EROEFFNETAM FROM vitosms.BEHANDLUNG WHERE 1 = 0"  # no I, which Turkish distinguishes from i
_WORDS = 4  # of a name, in find.sql
_FOLDER = Path(__file__).parent / "sql"
_OPTIONAL_LINE = re.compile(r"(?m)^ *-- if (.+)\n(.*\n)")


def statement(names: tuple[str, ...], columns: frozenset[str]) -> str:
    """Join the packaged SQL of these files, without comments, so that no value is inserted into one.

    A line behind ``-- if View.Column`` is left out unless that is one of the optional `columns` (or of other words that
    a statement knows); each word of several must be. Keys need each other.
    """
    columns = columns if columns >= KEYS else columns - KEYS
    texts = [(_FOLDER / f"{name}.sql").read_text(encoding="utf-8") for name in names]
    sql = _OPTIONAL_LINE.sub(lambda line: line[2] if columns.issuperset(line[1].split()) else "", "".join(texts))
    return without_comments(sql)


def spelled_otherwise(columns: Collection[str]) -> set[str]:
    """The optional columns that are among these in other letters."""
    found = {column.casefold() for column in columns}
    return {column for column in OPTIONAL_COLUMNS | RAW_COLUMNS if column.casefold() in found}.difference(columns)


def without_comments(sql: str) -> str:
    return re.sub(r"(?m)^ *--.*\n", "", sql)


def expanded(sql: str, lists: Mapping[str, Ids]) -> tuple[str, dict[str, str]]:
    """Write a list parameter ``(:ids)`` as ``(:ids_0, :ids_1)``, an empty one as ``(NULL)``."""
    values: dict[str, str] = {}
    for name, items in lists.items():
        numbered = {f"{name}_{n}": item for n, item in enumerate(items)}
        sql = sql.replace(f"(:{name})", f"({', '.join(f':{key}' for key in numbered) or 'NULL'})")
        values |= numbered
    return sql, values


def days(first: date, end: date) -> dict[str, str]:
    """The local days [first, end), in the two forms in which columns are compared with them."""
    iso = {"first": first.isoformat(), "end": end.isoformat()}
    return {**iso, **{f"{name}_day": day.replace("-", "") for name, day in iso.items()}}


def common(default_mandant: str | None, active_since: date | None) -> dict[str, str | None]:
    """The parameters of candidates.sql."""
    return {"default_mandant": default_mandant, "active_since": active_since.isoformat() if active_since else None}


def search_values(born: date | None, digits: str | None, words: Sequence[str], now: datetime) -> dict[str, str | None]:
    """The parameters of find.sql; `now` is naive practice-local."""
    patterns = [*map(like_word, words), *"%" * _WORDS] if words else [None] * _WORDS
    values: dict[str, str | None] = {f"word_{n + 1}": patterns[n] for n in range(_WORDS)}
    values |= {"born": born.isoformat() if born else None, "digits": f"%{digits}%" if digits else None}
    return values | {"moment": now.isoformat(" ", "seconds"), "nbsp": "\u00a0", "quote": "’"}


def like_word(word: str) -> str:
    """A word for LIKE with the escape character \\. A bracket is a wildcard of SQL Server; any apostrophe will do."""
    escaped = re.sub("['’]", "_", re.sub(r"([\\%_\[])", r"\\\1", word))
    return f"%{escaped}%"
