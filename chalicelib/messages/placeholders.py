"""The values of the placeholders: people's names, cleaned, and the appointment's time, in words."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from chalicelib.messages.birthday import MAJORITY
from chalicelib.messages.sms import without_invisible

_LONGEST = 100  # characters of one value
_LOCALES = {"de": "de_CH", "fr": "fr_CH", "it": "it_CH", "en": "en_GB"}
# Without a month's name such as «août», whose û is not in GSM-7 and would make an SMS twice as dear. English has its
# months in GSM-7, and needs them: 03.08.2026 would be 8 March to some.
_SHORT_DATES = {"de": "dd.MM.yyyy", "fr": "dd.MM.yyyy", "it": "dd.MM.yyyy", "en": "d MMMM yyyy"}
_LONG_DATES = _SHORT_DATES | {"fr": "d MMMM yyyy", "it": "d MMMM yyyy"}
_WEEKDAY = "EEEE"
# How people are addressed, where a practice writes it in its own language and the text is in another.
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


def placeholders(
    *,
    salutation: object,
    first_name: object,
    last_name: object,
    starts_at: datetime | date | None,
    language: str,
    practitioner: object,
    place: object,
    practice_name: object,
    phone: object,
    age: int | None = None,
    others: Sequence[datetime] = (),
    long_date: bool = False,
) -> dict[str, str]:
    """The value of every placeholder; what is missing or unreadable is an empty text.

    `begins` is the appointment's time, aware and already in the practice's zone, or a greeting's day: a
    plain date has no Uhrzeit. Uhrzeit is HH:MM on 24 hours in every language; Datum is like 23.11.2026, in English
    23 November 2026, and so in French and Italian with `long_date`, which an SMS cannot have (août).
    `others` are the times of more appointments on that day, as `begins`.
    `age` is in full years on that day; Minderjaehrig is «ja» under 18, for conditions.
    `language` (de, fr, it, en) is that of the text; Frau, Herr and their like are put into it. Raises ValueError for
    a naive datetime.
    """
    return {
        "Anrede": _salutation(as_value(salutation), language),
        "Vorname": as_value(first_name),
        "Nachname": as_value(last_name),
        "Behandler": as_value(practitioner),
        "Ort": as_value(place),
        "Praxis": as_value(practice_name),
        "Telefon": as_value(phone),
        "Alter": "" if age is None else str(age),
        "WeitereTermine": ", ".join(f"{other:%H:%M}" for other in others),
        "Minderjaehrig": "ja" if age is not None and age < MAJORITY else "",
    } | _time_values(starts_at, language, _LONG_DATES[language] if long_date else _SHORT_DATES[language])


def _salutation(given: str, language: str) -> str:
    """A plain Frau or Herr of another language in that of the text; titles and all else stay."""
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
        raise ValueError("begins must be aware")
    # Babel shifts an aware datetime to UTC when it formats a date: give it the local day.
    day = starts_at.date() if isinstance(starts_at, datetime) else starts_at
    written, weekday = _day_words(day, language, form)
    return {
        "Datum": written,
        "Wochentag": weekday,
        "Uhrzeit": f"{starts_at:%H:%M}" if isinstance(starts_at, datetime) else "",
    }


@lru_cache(maxsize=256)  # a run writes thousands of messages about a few days
def _day_words(day: date, language: str, form: str) -> tuple[str, str]:
    from babel.dates import format_date  # slow to load, and asked where a text is written

    written, weekday = (format_date(day, pattern, locale=_LOCALES[language]) for pattern in (form, _WEEKDAY))
    if language == "fr" and written.startswith("1 "):
        written = f"1er{written[1:]}"
    return written, weekday


def as_value(raw: object) -> str:
    """`raw` from a practice database on one line: at most 100 characters, no control or bidi marks.

    Inner blanks and line ends collapse to one blank. A number (a room, say) is written out; anything
    else that is not text is an empty text.
    """
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**18:
        raw = str(raw)
    if not isinstance(raw, str):
        return ""
    # One pass may bring blanks together around a mark that goes; the cut may leave one at the end.
    return " ".join(without_invisible(raw).split())[:_LONGEST].rstrip()
