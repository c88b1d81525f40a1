"""Lint a template before patients read it. Pure, except for the packaged lists of words.

A problem makes a template unusable. Remarks are about missing, expensive or indiscreet texts, which are still used.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from chalicelib.messages.placeholders import LONGEST, Details, placeholders
from chalicelib.messages.sms import LONGEST_SMS, as_sms, is_gsm7, nearest_letters, sms_parts, transliterated
from chalicelib.messages.template import LONGEST_EMAIL, Template, TemplateError, compile_template
from chalicelib.text import LANGUAGES, Text, joined

_WORDS = Path(__file__).parent / "revealing_words"
_TAG = re.compile(r"\[\[.*?\]\]|\[%.*?%\]|\[#.*?#\]", re.DOTALL)
_OPTIONAL = ("Anrede", "Vorname", "Nachname", "Behandler", "Ort", "Praxis", "Telefon")
_SAMPLE_DAY = datetime(2026, 9, 30, 14, 30, tzinfo=ZoneInfo("Europe/Zurich"))  # a Wednesday: the longest words
_PEOPLE = {
    "de": ("Frau", "Sandra", "Brunner", "Dr. med. Beat Beispiel", "1. Stock", "Praxis Beispiel"),
    "fr": ("Madame", "Florence", "Monnier", "Dr Luc Exemple", "1er étage", "Cabinet Exemple"),
    "it": ("Signora", "Chiara", "Bernasconi", "Dr. Luca Esempio", "Sala 3", "Studio Esempio"),
    "en": ("Ms", "Eleanor", "Whitaker", "Dr Jane Sample", "Room 3", "Sample Practice"),
}


@dataclass(frozen=True)
class Lint:
    """Why the template cannot be used (`problem`), and remarks about it."""

    problem: Text | None = None
    remarks: tuple[Text, ...] = ()


@dataclass
class Measured:
    """Counts of the messages that a template makes of a practice's rows; no text is kept."""

    parts: Counter[int] = field(default_factory=Counter)  # SMS by number of parts
    refused: int = 0  # SMS that SNS would refuse, because they are too long
    longest: str = ""  # label of the SMS with the most
    unusual: Counter[str] = field(default_factory=Counter)  # SMS by character outside GSM-7
    costlier: int = 0  # SMS that have more parts because of them
    extra: int = 0  # parts because of them
    revealing: Counter[str] = field(default_factory=Counter)  # messages by revealing word in a value

    def add_sms(self, text: str, label: str) -> None:
        parts = sms_parts(text)
        if not self.parts or parts > max(self.parts):
            self.longest = label
        self.parts[parts] += 1
        self.refused += len(text.encode()) > LONGEST_SMS
        self.unusual.update([*dict.fromkeys(char for char in text if not is_gsm7(char))])
        extra = parts - sms_parts(_all_gsm7(text))
        self.costlier, self.extra = self.costlier + (extra > 0), self.extra + extra

    def add_values(self, text: str, values: Iterable[object], words: Iterable[str] = ()) -> None:
        """Count revealing words in those `values` of the database that the text contains."""
        shown = {str(value) for value in values if value and str(value) in text}
        self.revealing.update({word for value in shown for word in revealing_words(value, LANGUAGES, tuple(words))})

    @property
    def median(self) -> int:
        """Median parts of an SMS, the greater of two; needs at least one."""
        return sorted(self.parts.elements())[self.parts.total() // 2]

    def remarks(self, transliterate: bool, most: int) -> Iterator[Text]:
        """Yield remarks, by the switches UmschriftErlaubt and MaxSMSTeile."""
        if self.costlier:
            chars = " ".join(char for char, _ in self.unusual.most_common(8))
            helps = not transliterate and any(nearest_letters(char) is not None for char in self.unusual)
            yield Text(
                "lint.costlier_than_transliterated" if helps else "lint.costlier",
                Text("sms.parts", count=self.extra), count=self.costlier, characters=chars,
            )  # fmt: skip
        if refused := sum(count for parts, count in self.parts.items() if most and parts > most):
            yield Text("lint.too_many_parts", count=refused, most=most)
        if self.refused:
            yield Text("lint.too_long", count=self.refused, most=LONGEST_SMS)
        for word, count in self.revealing.most_common(5):
            yield Text("lint.revealing_value", count=count, word=word)


def lint(
    kind: str, part: str, language: str, source: str, *, transliterate: bool = False, words: tuple[str, ...] = ()
) -> Lint:
    """Lint a template alone. `words` are patterns beside the packaged ones. Never raises."""
    try:
        template = compile_template(source)
    except TemplateError as error:
        return Lint(error.text)
    remarks = [*_missing(kind, part, template, language)]
    if part == "SMS":
        remarks += _outside_gsm7(template, source, language, transliterate)
        if len(as_sms(_rendered(template, sample_values(language))).encode()) > LONGEST_SMS:
            remarks.append(Text("lint.sms_too_long", most=LONGEST_SMS))
    if part == "E-Mail-Text" and _longest(template, language) > LONGEST_EMAIL:
        remarks.append(Text("lint.email_too_long", most=LONGEST_EMAIL))
    fixed = _TAG.sub(" ", source)
    found = revealing_words(fixed, (language,), words)
    remarks += [Text("lint.revealing_text", word=word) for word in found]
    return Lint(None, tuple(remarks))


def _longest(template: Template, language: str) -> int:
    """The bytes of the text with long values; 0 if it is then blank."""
    try:
        return len(template.render(dict.fromkeys(sample_values(language), "ü" * LONGEST)).encode())
    except TemplateError:
        return 0


def sample_values(language: str, part: str = "SMS") -> dict[str, str]:
    """Return the placeholders of an invented patient, on a day with the longest words."""
    salutation, first, last, practitioner, place, practice = _PEOPLE[language]
    details = Details(salutation, first, last, practitioner, place, practice, "+41 44 000 40 40")
    return placeholders(details, _SAMPLE_DAY, language, long_date=part != "SMS")


def revealing_words(text: str, languages: Iterable[str], own: tuple[str, ...] = ()) -> list[str]:
    """Return the words of a text that may reveal the reason of a visit, each once, in order."""
    pattern = _pattern(tuple(languages), own)
    return list(
        {found[0].casefold(): found[0] for found in pattern.finditer(unicodedata.normalize("NFC", text))}.values()
    )


def parted(sender: str) -> str:
    """Return the words of an SMS sender such as DrFreiPsych, apart."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", sender)


@lru_cache(maxsize=32)
def _pattern(languages: tuple[str, ...], own: tuple[str, ...]) -> re.Pattern[str]:
    lists = (_WORDS / f"{language}.txt" for language in languages)
    lines = [line.strip() for path in lists for line in path.read_text(encoding="utf-8").splitlines()]
    words = [*own, *(line for line in lines if line and not line.startswith("#"))]
    patterns = (r"\s+".join(re.escape(piece).replace(r"\*", r"\w*") for piece in word.split()) for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def _missing(kind: str, part: str, template: Template, language: str) -> Iterator[Text]:
    """Yield remarks if a reminder lacks day or time for some patients."""
    if kind == "Geburtstag" or part == "E-Mail-Betreff":
        return
    full = sample_values(language, part)
    others = (full | dict.fromkeys(_OPTIONAL, ""), full | {"Minderjaehrig": "ja"})
    for name in ("Datum", "Uhrzeit"):
        if full[name] not in _rendered(template, full):
            yield Text("lint.missing", name=name)
        elif any(full[name] not in _rendered(template, values) for values in others):
            yield Text("lint.conditional", name=name)


def _rendered(template: Template, values: Mapping[str, str]) -> str:
    try:
        return template.render(values)
    except TemplateError:  # blank with these values
        return ""


def _outside_gsm7(template: Template, source: str, language: str, transliterate: bool) -> Iterator[Text]:
    """Yield a remark on characters of the fixed text outside GSM-7: their places and their cost."""
    found = list(dict.fromkeys(_unusual(source, transliterate)))
    if not found:
        return
    text = as_sms(_rendered(template, sample_values(language)))
    parts, parts_in_gsm7 = sms_parts(transliterated(text) if transliterate else text), sms_parts(_all_gsm7(text))
    places = [
        Text("lint.place", character=char, code_point=f"U+{ord(char):04X}", line=line, column=column)
        for char, line, column in found[:5]
    ]
    where, more = joined("comma", places), len(found) - len(places)
    cost = Text("lint.parts_still", count=parts)
    if parts > parts_in_gsm7:
        cost = Text("lint.parts_instead", count=parts, usual=parts_in_gsm7)
    yield Text("lint.outside_gsm7", Text("lint.more_places", where, count=more) if more else where, cost)


def _unusual(source: str, transliterate: bool) -> Iterator[tuple[str, int, int]]:
    """Yield character, line and column (from 1) of fixed text that stays outside GSM-7."""
    fixed = _TAG.sub(lambda tag: re.sub(r"[^\n]", " ", tag[0]), source)
    for number, line in enumerate(fixed.replace("\r\n", "\n").split("\n"), 1):
        for column, char in enumerate(unicodedata.normalize("NFC", line), 1):
            if not is_gsm7(as_sms(char)) and not (transliterate and nearest_letters(char) is not None):
                yield char, number, column


def _all_gsm7(text: str) -> str:
    """Return a text of the same length in letters of GSM-7, to compare the cost."""
    return "".join(char if is_gsm7(char) else nearest_letters(char) or "x" for char in text)
