"""CSV files that a Swiss Excel opens rightly by a double click. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, time

from chalicelib.text import harmless


class Plain(str):
    """A text that Excel shows unchanged; it is not guarded."""


Cell = str | int | date | time

_FORMULA = "=+-@\t\r\n＝＋－＠"  # starts of a formula in Excel, LibreOffice or Google, including wide forms
_NUMBER = re.compile(r"\d[\d'’.,/: \u00a0-]*(e\d+)?", re.ASCII | re.I)  # or text that Excel reads as a date or a time
_KEPT = re.compile(r"[1-9]\d{0,10}", re.ASCII)  # a number that Excel shows as it is written


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Semicolons, as where the comma is for decimals; CRLF; a byte order mark, without which Excel reads no UTF-8.

    Texts stay texts; numbers, dates (23.11.2026) and times (10:05) may be what Excel makes of them.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_text(value: str) -> str:
    """A cell that stays text: the apostrophe is visible, but a formula in a name would be run.

    Quotes do not help, for Excel takes them off first. What it would show as another number, or a date, is guarded too.
    """
    formula = value.lstrip().startswith(tuple(_FORMULA)) or value.startswith(tuple(_FORMULA))
    changed = _NUMBER.fullmatch(value.strip()) and not _KEPT.fullmatch(value)
    return f"'{value}" if formula or changed else value


def _written(cell: Cell) -> str:
    match cell:
        case Plain():
            return harmless(cell)
        case str():
            return harmless(as_text(cell))  # a file is also shown in a terminal
        case date():
            return f"{cell:%d.%m.%Y}"
        case time():
            return f"{cell:%H:%M}"
    return str(cell)
