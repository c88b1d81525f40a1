"""The values of the placeholders: people's names, cleaned, and the appointment's time, in words."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date

from chalicelib.birthday import MAJORITY
from chalicelib.sms_text import without_invisible

_LONGEST = 100  # characters of one value
_LOCALES = {"de": "de_CH", "fr": "fr_CH", "it": "it_CH", "en": "en_GB"}
# The short Swiss form, the same in every language: no month name such as «août», whose û is not in
# GSM-7 and would make an SMS twice as dear. The weekday beside it shows which number is the day.
_DATE = "dd.MM.yyyy"
_WEEKDAY = "EEEE"


def placeholders(
    *,
    salutation: object,
    first_name: object,
    last_name: object,
    begins: datetime | date | None,
    language: str,
    practitioner: object,
    place: object,
    practice_name: object,
    phone: object,
    age: int | None = None,
    others: Sequence[datetime] = (),
) -> dict[str, str]:
    """The value of every placeholder; what is missing or unreadable is an empty text.

    `begins` is the appointment's time, aware and already in the practice's zone, or a greeting's day: a
    plain date has no Uhrzeit. Uhrzeit is HH:MM on 24 hours in every language; Datum is like 23.11.2026.
    `others` are the times of more appointments on that day, as `begins`.
    `age` is in full years on that day; Minderjaehrig is «ja» under 18, for conditions.
    `language` (de, fr, it, en) is that of the text. Raises ValueError for a naive datetime.
    """
    return {
        "Anrede": as_value(salutation),
        "Vorname": as_value(first_name),
        "Nachname": as_value(last_name),
        "Behandler": as_value(practitioner),
        "Ort": as_value(place),
        "Praxis": as_value(practice_name),
        "Telefon": as_value(phone),
        "Alter": "" if age is None else str(age),
        "WeitereTermine": ", ".join(f"{other:%H:%M}" for other in others),
        "Minderjaehrig": "ja" if age is not None and age < MAJORITY else "",
    } | _time_values(begins, _LOCALES[language])


def _time_values(begins: datetime | date | None, locale: str) -> dict[str, str]:
    if begins is None:
        return {"Datum": "", "Wochentag": "", "Uhrzeit": ""}
    if isinstance(begins, datetime) and begins.utcoffset() is None:
        raise ValueError("begins must be aware")
    # Babel shifts an aware datetime to UTC when it formats a date: give it the local day.
    day = begins.date() if isinstance(begins, datetime) else begins
    written, weekday = _day_words(day, locale)
    return {
        "Datum": written,
        "Wochentag": weekday,
        "Uhrzeit": f"{begins:%H:%M}" if isinstance(begins, datetime) else "",
    }


@lru_cache(maxsize=256)  # a run writes thousands of messages about a few days
def _day_words(day: date, locale: str) -> tuple[str, str]:
    return format_date(day, _DATE, locale=locale), format_date(day, _WEEKDAY, locale=locale)


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
