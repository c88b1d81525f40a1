"""Make the words of a text in a language, from its catalogue.

A message of a catalogue names values, `{count}`, and parts, `{0}`; a colon introduces their format (`_FORMATS`). A
value named `count` chooses between singular and plural.

Weekdays and lists are in the catalogue too, because importing babel.dates costs a tenth of boto3's import. The tests
compare them with Babel's CLDR.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from string import Formatter
from typing import Any

from chalicelib.text import Suggestion, Text

_CATALOGUES = Path(__file__).parent


class MissingWordsError(LookupError):
    """A code is not in the catalogue."""


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        with (_CATALOGUES / f"{language}.mo").open("rb") as file:
            self._catalogue = GNUTranslations(file)
        self._formatter = _Formatter(self)

    def of(self, text: Text) -> str:
        """Make words of a text; its code with all values if another version stored it and no message fits."""
        parts = [self.of(part) for part in text.parts]
        try:
            return self._said(text, parts)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            return self._unsaid(text, parts, error)

    def short(self, text: Text) -> str:
        """Make words for a column, as `of` does: with the short words of a code and its parts, if it has some."""
        return self.of(self._shortened(text))

    def suggestion(self, suggestion: Suggestion) -> str:
        return self.of(Text(f"suggestion.{suggestion.kind}", **dict(suggestion.arguments)))

    def has(self, code: str) -> bool:
        return self._catalogue.gettext(code) != code

    def moment(self, instant: datetime) -> str:
        """A time in its own zone, like `Mi 28.02. 07:30`."""
        return f"{self._weekday(instant)} {instant:%d.%m. %H:%M}"

    def moment_with_year(self, instant: datetime) -> str:
        """A time in its own zone, like `Mi 28.02.2029 07:30`."""
        return f"{self._weekday(instant)} {instant:%d.%m.%Y %H:%M}"

    def day(self, day: date) -> str:
        """Like `Mi 28.02.2029`."""
        return f"{self._weekday(day)} {day:%d.%m.%Y}"

    def near_day(self, day: date) -> str:
        """A day less than a year away, like `Mi 28.02.`."""
        return f"{self._weekday(day)} {day:%d.%m.}"

    def _said(self, text: Text, parts: Sequence[str]) -> str:
        if text.code.startswith("list."):
            return self._list(text.code, parts)
        return self._formatter.vformat(self._message(text.code, dict(text.values)), parts, dict(text.values))

    def _unsaid(self, text: Text, parts: Sequence[str], error: Exception) -> str:
        known = ", ".join([*(f"{name}: {value}" for name, value in text.values), *parts])
        return f"{text.code} ({known})" if known else text.code

    def _weekday(self, day: date) -> str:
        return self._message(f"weekday.{day.weekday()}", {})

    def _shortened(self, text: Text) -> Text:
        short = f"{text.code}.short"
        return Text(short, *map(self._shortened, text.parts), **dict(text.values)) if self.has(short) else text

    def _message(self, code: str, values: Mapping[str, Any]) -> str:
        count = values.get("count")
        several = count if isinstance(count, int) else 1  # another version may have stored words
        known = self._catalogue.gettext(code) if count is None else self._catalogue.ngettext(code, code, several)
        if known == code:
            raise MissingWordsError(code)
        return known

    def _list(self, code: str, parts: Sequence[str]) -> str:
        last = self._message("list.and", {}) if code == "list.and" else None
        between = self._message("list.comma" if last else code, {})
        if last is None or len(parts) < 2:
            return between.join(parts)
        return f"{between.join(parts[:-1])}{last}{parts[-1]}"


def number(value: int) -> str:
    """With Swiss thousands separators, in every language: `10'000`."""
    return f"{value:,}".replace(",", "'")


_FORMATS: Mapping[str, Callable[[Words, Any], str]] = {
    "moment": Words.moment,
    "moment_with_year": Words.moment_with_year,
    "day": Words.day,
    "near_day": Words.near_day,
    "date": lambda _, day: f"{day:%d.%m.%Y}",
    "time": lambda _, instant: f"{instant:%H:%M}",
    "number": lambda _, value: number(value),
    "upper": lambda _, part: part[:1].upper() + part[1:],
    "lower": lambda _, part: part[:1].lower() + part[1:],
    "clause": lambda _, part: part.rstrip("."),  # a sentence inside another one
}


class _Formatter(Formatter):
    """Formats values and parts by `_FORMATS`; without a format, a text or a number without separators."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            return _FORMATS[format_spec](self._words, value)
        if not isinstance(value, str | int):
            raise TypeError(f"say how to write a {type(value).__name__}: {', '.join(_FORMATS)}")
        return str(value)


@cache
def words_of(language: str) -> Words:
    """The words of a language: `de`, `fr`, `it` or `en`."""
    return Words(language)
