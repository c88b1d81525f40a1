"""The values of the placeholders."""

import unicodedata
from dataclasses import fields
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.placeholders import Details, as_value, placeholders
from chalicelib.messages.sms import is_gsm7
from chalicelib.messages.template import NAMES
from chalicelib.text import LANGUAGES

ZURICH = ZoneInfo("Europe/Zurich")


def values(**changed: Any) -> dict[str, str]:
    given_values: dict[str, Any] = {
        "salutation": "Frau",
        "first_name": "Anna",
        "last_name": "Muster",
        "starts_at": datetime(2026, 11, 23, 14, 30, tzinfo=ZURICH),
        "language": "de",
        "practitioner": "Dr. med. Beat Beispiel",
        "place": "1. Stock",
        "practice_name": "Praxis am Bach",
        "phone": "044 512 84 30",
    }
    all_values = given_values | changed
    details = Details(**{field.name: all_values.pop(field.name) for field in fields(Details)})
    return placeholders(details, **all_values)


def test_every_placeholder_of_the_templates_has_a_value() -> None:
    assert values() == {
        "Anrede": "Frau",
        "Vorname": "Anna",
        "Nachname": "Muster",
        "Datum": "23.11.2026",
        "Uhrzeit": "14:30",
        "Wochentag": "Montag",
        "Behandler": "Dr. med. Beat Beispiel",
        "Ort": "1. Stock",
        "Praxis": "Praxis am Bach",
        "Telefon": "044 512 84 30",
        "Alter": "",
        "Minderjaehrig": "",
        "WeitereTermine": "",
    }
    assert set(values()) == set(NAMES)


@pytest.mark.parametrize(("age", "minor"), [(0, "ja"), (17, "ja"), (18, ""), (90, "")])
def test_a_patient_under_18_is_a_minor(age: int, minor: str) -> None:
    found = values(age=age)
    assert (found["Alter"], found["Minderjaehrig"]) == (str(age), minor)


@pytest.mark.parametrize(
    ("language", "weekday", "short", "long"),
    [
        ("de", "Montag", "03.08.2026", "03.08.2026"),
        ("fr", "lundi", "03.08.2026", "3 août 2026"),
        ("it", "lunedì", "03.08.2026", "3 agosto 2026"),
        ("en", "Monday", "3 August 2026", "3 August 2026"),
    ],
)
def test_the_day_follows_the_language_the_time_does_not(language: str, weekday: str, short: str, long: str) -> None:
    for long_date, written in ((False, short), (True, long)):
        found = values(language=language, starts_at=datetime(2026, 8, 3, 8, 5, tzinfo=ZURICH), long_date=long_date)
        assert (found["Wochentag"], found["Datum"], found["Uhrzeit"]) == (weekday, written, "08:05")


@pytest.mark.parametrize(("day", "written"), [(1, "1er mai 2026"), (10, "10 mai 2026"), (11, "11 mai 2026")])
def test_the_first_of_a_month_is_french(day: int, written: str) -> None:
    assert values(language="fr", starts_at=date(2026, 5, day), long_date=True)["Datum"] == written


@pytest.mark.parametrize(
    ("recorded", "de", "fr", "it", "en"),
    [
        ("Frau", "Frau", "Madame", "Signora", "Ms"),
        ("Herr", "Herr", "Monsieur", "Signor", "Mr"),
        ("herrn", "herrn", "Monsieur", "Signor", "Mr"),
        ("Madame", "Frau", "Madame", "Signora", "Ms"),
        ("Mme", "Frau", "Mme", "Signora", "Ms"),
        ("M.", "Herr", "M.", "Signor", "Mr"),
        ("Sig.ra", "Frau", "Madame", "Sig.ra", "Ms"),
        ("Mrs.", "Frau", "Madame", "Signora", "Mrs."),
        ("Frau Dr. med.", "Frau Dr. med.", "Frau Dr. med.", "Frau Dr. med.", "Frau Dr. med."),
        ("Dr.", "Dr.", "Dr.", "Dr.", "Dr."),
        (None, "", "", "", ""),
    ],
)
def test_a_plain_salutation_is_put_into_the_language_of_the_text(
    recorded: str | None, de: str, fr: str, it: str, en: str
) -> None:
    written = [values(salutation=recorded, language=language)["Anrede"] for language in ("de", "fr", "it", "en")]
    assert written == [de, fr, it, en]


@pytest.mark.parametrize(
    "recorded",
    [
        *(
            "w",
            "W",
            "m",
            "M",
            "f",
            "f.",
            "1",
            "01",
            "2.0",
            "NULL",
            "null",
            "None",
            "-",
            "–",
            ".",
            "?",
            "...",
            "x",
            "XXX",
        ),
        *("n/a", "N.A.", "k.A.", "unbekannt", "männlich", "Weiblich", "female", "masculin", "divers"),
    ],
)
def test_a_code_or_a_filler_is_no_salutation(recorded: str) -> None:
    assert [values(salutation=recorded, language=language)["Anrede"] for language in LANGUAGES] == [""] * 4


@pytest.mark.parametrize("filler", ["-", "--", ".", "?", "…", "NULL", "*", "\u200b-"])
def test_a_filler_is_no_value(filler: str) -> None:
    people = dict.fromkeys((field.name for field in fields(Details)), filler)
    assert set(values(**people, starts_at=None).values()) == {""}


@pytest.mark.parametrize(("raw", "value"), [("Null", "Null"), ("Ng", "Ng"), ("Y", "Y"), ("3", "3"), ("李", "李")])
def test_a_short_or_unusual_name_is_a_name(raw: str, value: str) -> None:
    assert values(last_name=raw)["Nachname"] == value


def test_midnight_is_a_day_without_a_time() -> None:
    midnight = datetime(2026, 11, 23, 0, 0, tzinfo=ZURICH)
    found = values(starts_at=midnight, others=[midnight, midnight.replace(hour=9)])
    shown = [found[name] for name in ("Wochentag", "Datum", "Uhrzeit", "WeitereTermine")]
    assert shown == ["Montag", "23.11.2026", "", "09:00"]


@pytest.mark.parametrize("hour", [0, 1, 22, 23])
def test_the_local_day_counts_not_the_utc_day(hour: int) -> None:
    for offset in (-11, 14):
        starts_at = datetime(2026, 11, 23, hour, 0, tzinfo=timezone(timedelta(hours=offset)))
        assert values(starts_at=starts_at)["Datum"] == "23.11.2026"
        assert values(starts_at=starts_at)["Wochentag"] == "Montag"


def test_a_greeting_has_a_day_and_no_time() -> None:
    found = values(starts_at=date(2026, 2, 28))
    assert (found["Wochentag"], found["Datum"], found["Uhrzeit"]) == ("Samstag", "28.02.2026", "")


def test_without_a_day_the_time_values_are_empty() -> None:
    found = values(starts_at=None)
    assert (found["Wochentag"], found["Datum"], found["Uhrzeit"]) == ("", "", "")


def test_a_naive_time_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="aware"):
        values(starts_at=datetime(2026, 11, 23, 14, 30))  # noqa: DTZ001


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.sampled_from(["de", "fr", "it", "en"]))  # noqa: DTZ001
def test_dates_never_make_an_sms_ucs2(moment: datetime, language: str) -> None:
    found = values(starts_at=moment.replace(tzinfo=ZURICH), language=language)
    assert is_gsm7(found["Datum"] + found["Wochentag"] + found["Uhrzeit"])
    assert found["Uhrzeit"] == (moment.strftime("%H:%M") if moment.hour or moment.minute else "")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (None, ""),
        ("", ""),
        ("  Anna  ", "Anna"),
        ("Anna \t\r\n Maria", "Anna Maria"),
        ("Anna\u00a0Maria", "Anna Maria"),
        ("An\x00na\x07", "Anna"),
        ("\u202eAnna\u202c\ufeff", "Anna"),
        ("a \u200b b", "a b"),
        ("Mu\u0308ller", "Müller"),
        ("D’Angelo", "D’Angelo"),
        ("[[Nachname]]", "[[Nachname]]"),
        ("x" * 101, "x" * 100),
        ("x" * 99 + " y", "x" * 99),
        ("x" * 99 + "q\u0323\u0307", "x" * 99),  # letters with marks that no single character has
        ("x" * 98 + "👩\u200d⚕\ufe0f", "x" * 98),
        ("x" * 99 + "👍🏽", "x" * 99),
        ("x" * 99 + "🇨🇭", "x" * 99),
        ("x" * 99 + "क्षि", "x" * 99),
        ("x" * 99 + "กำ", "x" * 99),
        ("x" * 98 + "👍🏽y", "x" * 98 + "👍🏽"),
        ("Z" + "\u0301" * 200, ""),  # one single grapheme
        (3, "3"),
        (True, ""),
        (1.5, ""),
        (b"Anna", ""),
        (10**4000, ""),
    ],
)
def test_values_are_cleaned(raw: object, value: str) -> None:
    assert as_value(raw) == value


@given(st.text(max_size=300))
def test_a_value_is_one_clean_line(raw: str) -> None:
    value = as_value(raw)
    assert len(value) <= 100
    assert value == " ".join(value.split())
    assert as_value(value) == value
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in value)
