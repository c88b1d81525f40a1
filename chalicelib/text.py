"""Texts for people as data: `chalicelib.words` turns them into words when a person reads them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

# What steers a screen instead of being read: controls but the line's end and the tab, line separators, and bidi marks.
STEERING = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]")
LANGUAGES = ("de", "fr", "it", "en")
DEFAULT_LANGUAGE = "de"  # of the command, and for a practice whose settings have not been read

Value = str | int | date | datetime  # a parsed datetime is aware
_NO_TEXT = (AttributeError, LookupError, TypeError, ValueError)  # raised when parsing data that is not a text


@dataclass(frozen=True, init=False)
class Text:
    """A code of the catalogues, such as `rule.once.reminder`, with the values of its message.

    `values` are by name, sorted; `parts` are Texts inside it, by position. Two are equal if their contents are. Texts
    go to the table and to the logs: a value is never a name, a number or an address of a patient, except in a
    `call.…`, a `fact.…` or a `summary.…`, which are only shown.
    """

    code: str
    values: tuple[tuple[str, Value], ...]
    parts: tuple[Text, ...]

    def __init__(self, code: str, /, *parts: Text, **values: Value) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "values", _kept(values))
        object.__setattr__(self, "parts", parts)


@dataclass(frozen=True, init=False)
class Suggestion:
    """A change that a person can make, with its arguments: a command prints a shell command, a page shows a button.

    It is only shown, never stored: an argument may be a number or an address of a patient.
    """

    kind: str
    arguments: tuple[tuple[str, Value], ...]

    def __init__(self, kind: str, /, **arguments: Value) -> None:
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "arguments", _kept(arguments))


class TextError(Exception):
    """An error with a text for people; printed as a plain exception, it shows only the code."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.code)
        self.text = text


def joined(style: str, texts: Sequence[Text]) -> Text:
    """Join texts into one; `style` is `comma`, `semicolon`, `sentences` or `and`. A single one stays unchanged."""
    return texts[0] if len(texts) == 1 else Text(f"list.{style}", *texts)


def without_notes(text: Text) -> Text:
    """The text with a mark in place of the notes of people."""
    code, values = text.code, {name: "…" if name == "note" else value for name, value in text.values}
    return Text(code, *map(without_notes, text.parts), **values)


def moment_from(now: datetime, instant: datetime, zone: ZoneInfo) -> Text:
    """A time in a zone, as a part; with the year only if it is not the current one."""
    at = instant.astimezone(zone)
    return Text("moment" if at.year == now.astimezone(zone).year else "moment_with_year", at=at)


def text_data(text: Text) -> dict[str, Any]:
    """A text for JSON: its code, and its values and parts if it has any.

    Instants are `{"time": …}` with their offset, days `{"day": …}`.
    """
    data: dict[str, Any] = {"code": text.code}
    if text.values:
        data["values"] = {name: _value_data(value) for name, value in text.values}
    if text.parts:
        data["parts"] = [text_data(part) for part in text.parts]
    return data


def text_of(data: Mapping[str, Any] | str) -> Text:
    """Parse the result of `text_data`; a sentence that an earlier version logged is returned unchanged."""
    if isinstance(data, str):
        return _as_it_stands(data)
    try:
        values = {name: _value_of(value) for name, value in data.get("values", {}).items()}
        return Text(_code(data["code"]), *map(text_of, data.get("parts", ())), **values)
    except _NO_TEXT:
        return _as_it_stands(data.get("text", ""))


def text_line(text: Text) -> str:
    """A text as one short line for the table, which charges writes by the KB: its code, or `[code, values, *parts]`."""
    return json.dumps(_packed(text), ensure_ascii=False, separators=(",", ":"))


def text_in_line(line: str) -> Text:
    """Parse the result of `text_line`; a sentence that an earlier version stored is returned unchanged."""
    try:
        return _unpacked(json.loads(line))
    except _NO_TEXT:
        return _as_it_stands(line)


def _as_it_stands(said: object) -> Text:
    return Text("text.as_it_stands", text=str(said))


def _packed(text: Text) -> Any:
    values = {name: _value_data(value) for name, value in text.values}
    return [text.code, values, *map(_packed, text.parts)] if values or text.parts else text.code


def _unpacked(data: Any) -> Text:
    if isinstance(data, str):
        return Text(data)
    code, values, *parts = data
    return Text(_code(code), *map(_unpacked, parts), **{name: _value_of(value) for name, value in values.items()})


def _code(data: Any) -> str:
    if isinstance(data, str):
        return data
    raise TypeError


def _kept(values: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    """Sort by name. A time keeps only its offset: with a zone, one in the repeated hour would not equal itself."""
    items = sorted(values.items())
    return tuple((name, _at_offset(value) if isinstance(value, datetime) else value) for name, value in items)


def _at_offset(instant: datetime) -> datetime:
    return instant.astimezone(timezone(instant.utcoffset()))  # type: ignore[arg-type] # TypeError if naive


def _value_data(value: Value) -> Any:
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _value_of(data: Any) -> Value:
    if isinstance(data, str | int):
        return data
    return datetime.fromisoformat(data["time"]) if "time" in data else date.fromisoformat(data["day"])


def harmless(text: str) -> str:
    """A text for a screen or an e-mail, whatever values of a practice or a provider it has."""
    return STEERING.sub("�", text)
