"""The column types of the four views on the wire: types that pysqlbridge lacks, and the type of each column.

A view of SQL Server has a type per column; SQLite has one per value. A date column holds dates only: the views of
`infra/sql/` make other values NULL (TRY_CONVERT), and so does this module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from pysqlbridge.tds.result import Bit, Column, ColumnType, DateTime, Float, Integer, NVarChar

_DAY_ONE = date(1, 1, 1)
_NULL = b"\x00"


@dataclass(frozen=True)
class Date(ColumnType):  # type: ignore[misc]
    """DATEN of MS-TDS 2.2.5.4.2: three bytes of days since 0001-01-01."""

    def type_info(self) -> bytes:
        return b"\x28"

    def encode(self, value: object) -> bytes:
        day = _moment(value)
        return _NULL if day is None else b"\x03" + (day.date() - _DAY_ONE).days.to_bytes(3, "little")


@dataclass(frozen=True)
class DateTime2(ColumnType):  # type: ignore[misc]
    """DATETIME2N with scale 0: three bytes of seconds since midnight, then the days of `Date`."""

    def type_info(self) -> bytes:
        return b"\x2a\x00"

    def encode(self, value: object) -> bytes:
        moment = _moment(value)
        if moment is None:
            return _NULL
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
        return b"\x06" + seconds.to_bytes(3, "little") + (moment.date() - _DAY_ONE).days.to_bytes(3, "little")


@dataclass(frozen=True)
class _OldDateTime(DateTime):  # type: ignore[misc]
    """datetime, as a view of an old schema may have it."""

    def encode(self, value: object) -> bytes:
        return bytes(super().encode(_moment(value)))


@dataclass(frozen=True)
class VarChar(ColumnType):  # type: ignore[misc]
    """BIGVARCHRTYPE with a collation, whose code page a client has to know. The server writes ? for other letters."""

    collation: str  # five bytes, MS-TDS 2.2.5.1.2: a language, flags, and the number of an older sort order
    code_page: str

    def type_info(self) -> bytes:
        return b"\xa7" + (8000).to_bytes(2, "little") + bytes.fromhex(self.collation)

    def encode(self, value: object) -> bytes:
        if value is None:
            return b"\xff\xff"
        text = str(value).encode(self.code_page, "replace")
        return len(text).to_bytes(2, "little") + text


_TYPES: Mapping[str, ColumnType] = {
    "bigint": Integer(8), "bit": Bit(), "date": Date(), "datetime": _OldDateTime(), "datetime2": DateTime2(),
    "float": Float(), "int": Integer(4), "nvarchar": NVarChar(4000),
    "varchar(850)": VarChar("0904d0002a", "cp850"), "varchar(1250)": VarChar("1a04d00000", "cp1250"),
    "varchar(1252)": VarChar("0904d00034", "cp1252"), "varchar(1254)": VarChar("1f04d00000", "cp1254"),
}  # fmt: skip
CONTRACT = {  # all others are text
    "Geburtsdatum": "date", "Sterbedatum": "date", "Beginn": "datetime2", "EroeffnetAm": "datetime2",
    "LetzteBehandlung": "datetime2", "LetzterTermin": "datetime2", "NaechsterTermin": "datetime2",
    "KeineMitteilungen": "bit", "PatientGefunden": "int", "HatBehandlung": "int", "MandantGefunden": "int",
    "TerminMandantGefunden": "int", "Anzahl": "int",
}  # fmt: skip


def columns_of(names: Sequence[str], types: Mapping[str, str], text: str, sql: str) -> list[Column]:
    """The columns of an answer: each with the type that the views have for its name, or `text`, unless it is cast."""
    answer = re.split(r"(?m)^SELECT\b", sql)[-1]
    cast = dict.fromkeys(re.findall(r"AS nvarchar\(\d+\)\) AS (\w+)", answer), "nvarchar")
    return [Column(name, _TYPES[{**types, **cast}.get(name, text)]) for name in names]


def _moment(value: object) -> datetime | None:
    if isinstance(value, date):
        return value if isinstance(value, datetime) else datetime.combine(value, time())
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
