"""T-SQL's functions and collations, for SQLite.

A function raises if the documentation does not define the server's answer: the scripts must not depend on it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

STYLES = {  # only text in exactly this format is read; other formats are not documented well enough
    104: (r"\d{1,2}\.\d{1,2}\.\d{4}", "%d.%m.%Y"),
    112: (r"\d{8}", "%Y%m%d"),
    120: (r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?", "%Y-%m-%d %H:%M:%S"),
    126: (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", "%Y-%m-%dT%H:%M:%S"),
}
MOMENTS = ("DATE", "DATETIME", "DATETIME2")
COLLATIONS = {"Latin1_General_100_BIN2": False, "Server": True}  # whether case is ignored; Server is the default
TEXTS = {"VARCHAR", "NVARCHAR", "CHAR", "UNIQUEIDENTIFIER"}


class NoSuchValueError(Exception):
    """A value cannot be converted: an error on the server, or NULL in TRY_CONVERT."""


def connect(path: Path | str = ":memory:") -> sqlite3.Connection:
    """A connection on which `run` works and the views that it made can be read."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys = ON")
    functions: tuple[Callable[..., Any], ...] = (_convert, _add, _dateadd, _right, _len)
    for function in functions:
        connection.create_function(f"tsql{function.__name__}", -1, function, deterministic=True)
    connection.create_function("nchar", 1, chr, deterministic=True)
    connection.create_function("like", 2, _like, deterministic=True)
    connection.create_function("upper", 1, lambda text: text and text.upper(), deterministic=True)
    connection.create_function("lower", 1, lambda text: text and text.lower(), deterministic=True)
    for name, ignores_case in COLLATIONS.items():
        connection.create_collation(name, partial(_compared, ignores_case))
    return connection


def _convert(kind: str, size: int | None, value: object, style: int | None, safe: int) -> object:
    if value is None:
        return None
    if kind in MOMENTS:
        return _moment(kind, str(value), style, bool(safe))
    if kind in ("INT", "BIT"):
        return _integer(kind, value, bool(safe))
    if kind not in TEXTS or size is None:
        raise ValueError(f"conversion to {kind}, length {size}")
    text = str(value) if style is None else _read(str(value), 120).strftime(STYLES[style][1])
    return text[:size].ljust(size) if kind == "CHAR" else text[:size]


def _moment(kind: str, text: str, style: int | None, safe: bool) -> str | None:
    """Without a style, only from a value that is already a date."""
    try:
        moment = _read(text, style or 120)
    except NoSuchValueError:
        if safe:
            return None
        raise
    return moment.strftime("%Y-%m-%d" if kind == "DATE" else "%Y-%m-%d %H:%M:%S")


def _read(text: str, style: int) -> datetime:
    shape, form = STYLES[style]
    if not re.fullmatch(shape, text):
        raise ValueError(f"{text!r} does not have the shape of style {style}")
    try:
        return datetime.strptime(text, form if len(text) > 10 or style != 120 else "%Y-%m-%d")  # noqa: DTZ007
    except ValueError as error:
        raise NoSuchValueError(text) from error


def _integer(kind: str, value: object, safe: bool) -> int | None:
    text = str(value).strip(" ") or "0"  # an empty text is 0
    if re.fullmatch(r"[0-9]+", text) and int(text) < 2**31:
        return min(int(text), 1) if kind == "BIT" else int(text)
    if safe:
        return None
    raise NoSuchValueError(text)


def _add(left: object, right: object) -> object:
    """Joins texts; the server would convert a text and a number together, and might fail."""
    match left, right:
        case (None, _) | (_, None):
            return None
        case (str(), str()) | (int(), int()):
            return left + right  # type: ignore[operator]
    raise ValueError(f"{left!r} + {right!r}")


def _dateadd(unit: str, number: int | None, moment: str | None) -> str | None:
    if number is None or moment is None:
        return None
    later = _read(moment, 120) + timedelta(**{f"{unit.lower()}s": number})
    return later.strftime("%Y-%m-%d %H:%M:%S"[: 8 if len(moment) == 10 else None])


def _right(text: str | None, count: int) -> str | None:
    return text and text[-count:]


def _len(text: str | None) -> int | None:
    """Spaces at the end do not count."""
    return None if text is None else len(text.rstrip(" "))


def _like(pattern: str | None, text: object) -> bool | None:
    """With classes as [0-9] and [^0-9]; case is ignored, as by most collations."""
    if pattern is None or text is None:
        return None
    parts = re.findall(r"\[[^\]]+\]|.", pattern, re.DOTALL)
    regex = "".join({"%": ".*", "_": "."}.get(one) or (one if len(one) > 1 else re.escape(one)) for one in parts)
    return re.fullmatch(regex, str(text), re.DOTALL | re.IGNORECASE | re.ASCII) is not None


def _compared(ignores_case: bool, left: str, right: str) -> int:
    """Trailing spaces do not count, in any collation."""
    a, b = (text.rstrip(" ").casefold() if ignores_case else text.rstrip(" ") for text in (left, right))
    return (a > b) - (a < b)
