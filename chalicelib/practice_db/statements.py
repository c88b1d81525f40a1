"""The SQL text of the queries, for views with or without the optional columns of the contract. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

Ids = Sequence[str]

TERMIN_MANDANT = "Termin.MandantId"  # who signs the message about an appointment
PHONES = ("Patient.TelefonPrivat", "Patient.TelefonGeschaeft")  # for the call list, and to find a patient
OPTIONAL_COLUMNS = frozenset({TERMIN_MANDANT, *PHONES})  # a practice's views may lack them
# No row, by view: the answer has the columns of the view.
NO_ROW = {
    "Patient": "SELECT * FROM vitosms.Patient WHERE 1 = 0",
    "Termin": "SELECT * FROM vitosms.Termin WHERE 1 = 0",
}
_FOLDER = Path(__file__).parent / "sql"
_OPTIONAL_LINE = re.compile(r"(?m)^ *-- if (\S+)\n(.*\n)")


def statement(names: tuple[str, ...], columns: frozenset[str]) -> str:
    """Join the packaged SQL of these files, without comments, so that no value is inserted into one.

    A line behind ``-- if View.Column`` is left out unless that is one of the optional `columns`.
    """
    texts = [(_FOLDER / f"{name}.sql").read_text(encoding="utf-8") for name in names]
    sql = _OPTIONAL_LINE.sub(lambda line: line[2] if line[1] in columns else "", "".join(texts))
    return without_comments(sql)


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
