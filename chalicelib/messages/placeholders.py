"""The values of the placeholders: cleaned names, and the appointment's time in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from chalicelib.messages.birthday import MAJORITY
from chalicelib.messages.sms import cut, without_invisible

LONGEST = 100  # characters of one value
_LOCALES = {"de": "de_CH", "fr": "fr_CH", "it": "it_CH", "en": "en_GB"}
# No month names in French and Italian: the û of «août» is not in GSM-7 and would double the price of an SMS. English
# needs them, since 03.08.2026 means 8 March to some, and all of them are in GSM-7.
_SHORT_DATES = {"de": "dd.MM.yyyy", "fr": "dd.MM.yyyy", "it": "dd.MM.yyyy", "en": "d MMMM yyyy"}
_LONG_DATES = _SHORT_DATES | {"fr": "d MMMM yyyy", "it": "d MMMM yyyy"}
_WEEKDAY = "EEEE"
# Salutations, for a text in another language than the practice's data.
_SALUTATIONS = (
    {"de": "Frau", "fr": "Madame", "it": "Signora", "en": "Ms"},
    {"de": "Herr", "fr": "Monsieur", "it": "Signor", "en": "Mr"},
)
_SAME_SALUTATION = {
    "mme": "madame",
    "sig.ra": "signora",
    "mrs": "ms",
    "herrn": "herr",
    "m": "monsieur",
    "sig": "signor",
}
# Fillers and codes of the column Anrede, beside single letters.
_NO_SALUTATIONS = frozenset({"null", "none", "nil", "na", "ka", "unbekannt", "unknown", "inconnu", "sconosciuto"}) | {
    *("männlich", "weiblich", "divers", "neutral", "male", "female", "masculin", "féminin", "maschile", "femminile")
}


@dataclass(frozen=True)
class Details:
    """Raw values of the practice database about a patient and an appointment."""

    salutation: object
    first_name: object
    last_name: object
    practitioner: object
    place: object
    practice_name: object
    phone: object


def placeholders(
    details: Details,
    starts_at: datetime | date | None,
    language: str,
    *,
    age: int | None = None,
    others: Sequence[datetime] = (),
    long_date: bool = False,
) -> dict[str, str]:
    """Return the value of every placeholder; missing or unreadable ones are empty. Raises ValueError for a naive time.

    `starts_at` and `others`, the same day's further appointments, are aware and in the practice's zone; for a greeting
    `starts_at` is a date. A date has no Uhrzeit, nor has midnight, which stands for a missing time. Datum is like
    23.11.2026, in English 23 November 2026, and so in French and Italian with `long_date` (not for SMS). `age` is in
    full years on that day; Minderjaehrig is «ja» under 18. `language` (de, fr, it, en) is that of the text, into which
    salutations are translated.
    """
    return {
        "Anrede": _salutation(_told(details.salutation), language),
        "Vorname": _told(details.first_name),
        "Nachname": _told(details.last_name),
        "Behandler": _told(details.practitioner),
        "Ort": _told(details.place),
        "Praxis": _told(details.practice_name),
        "Telefon": _told(details.phone),
        "Alter": "" if age is None else str(age),
        "WeitereTermine": ", ".join(filter(None, map(_clock, others))),
        "Minderjaehrig": "ja" if age is not None and age < MAJORITY else "",
    } | _time_values(starts_at, language, _LONG_DATES[language] if long_date else _SHORT_DATES[language])


def _salutation(given: str, language: str) -> str:
    """Translate a plain Frau or Herr into the language of the text; keep titles, drop codes and fillers."""
    letters = "".join(filter(str.isalpha, given.casefold()))
    if letters in _NO_SALUTATIONS or set(letters) <= {"x"} or (len(letters) == 1 and given.casefold() != "m."):
        return ""
    word = given.casefold().removesuffix(".")
    word = _SAME_SALUTATION.get(word, word)
    for words in _SALUTATIONS:
        spoken = next((code for code, known in words.items() if known.casefold() == word), None)
        if spoken and spoken != language:
            return words[language]
    return given


def _time_values(starts_at: datetime | date | None, language: str, form: str) -> dict[str, str]:
    if starts_at is None:
        return {"Datum": "", "Wochentag": "", "Uhrzeit": ""}
    if isinstance(starts_at, datetime) and starts_at.utcoffset() is None:
        raise ValueError("starts_at must be aware")
    # Pass the local day: Babel shifts an aware datetime to UTC when it formats a date.
    day = starts_at.date() if isinstance(starts_at, datetime) else starts_at
    written, weekday = _day_words(day, language, form)
    return {
        "Datum": written,
        "Wochentag": weekday,
        "Uhrzeit": _clock(starts_at) if isinstance(starts_at, datetime) else "",
    }


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}" if moment.hour or moment.minute else ""


@lru_cache(maxsize=256)  # a run renders thousands of messages about a few days
def _day_words(day: date, language: str, form: str) -> tuple[str, str]:
    from babel.dates import format_date  # slow to load

    written, weekday = (format_date(day, pattern, locale=_LOCALES[language]) for pattern in (form, _WEEKDAY))
    if language == "fr" and written.startswith("1 "):
        written = f"1er{written[1:]}"
    return written, weekday


def _told(raw: object) -> str:
    """Clean a value for a patient; empty if it is a filler, such as `-` or `NULL`."""
    value = as_value(raw)
    return value if value != "NULL" and any(map(str.isalnum, value)) else ""


def as_value(raw: object) -> str:
    """Clean a value of a practice database: one line, at most 100 characters, no control or bidi marks.

    Inner blanks and line ends collapse to one blank. A number, such as that of a room, becomes text;
    other types become empty.
    """
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**18:
        raw = str(raw)
    if not isinstance(raw, str):
        return ""
    # Strip again: removing a mark may join blanks, and the cut may leave one at the end.
    return cut(" ".join(without_invisible(raw).split()), LONGEST).rstrip()
