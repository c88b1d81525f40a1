"""The built-in texts for minors and for several appointments on a day, in four languages."""

import re

import pytest

from chalicelib.messages.sms import as_sms, is_gsm7, sms_parts, transliterated
from chalicelib.messages.template_set import PARTS
from chalicelib.text import LANGUAGES
from tests.builders.phone_regions import REGIONS, middle
from tests.unit.messages.test_built_in_texts import EVERY_LACK, EVERY_TEXT, FLAWS, TYPICAL, WEDNESDAY, text_of


@pytest.mark.parametrize("part", ["SMS", "E-Mail-Text"])
@pytest.mark.parametrize(
    ("language", "greeting", "formal"),
    [
        ("de", "Hallo Sandra", r"Ihnen|Ihrem"),
        ("fr", "Bonjour Sandra", r"\bvous\b|\bvotre\b"),
        ("it", "Ciao Sandra", r"\bLe\b|\bLei\b|\bSuo\b"),
        ("en", "Hello Sandra", r"Dear|\bMs\b"),
    ],
)
def test_a_minor_is_greeted_informally_and_the_age_is_never_named(
    language: str, greeting: str, formal: str, part: str
) -> None:
    text = text_of("Geburtstag", part, TYPICAL, language, age=17)
    assert text.startswith(greeting)
    assert not re.search(rf"{formal}|Brunner|17", text)
    assert not re.search(FLAWS, text, re.MULTILINE), text
    assert part != "SMS" or sms_parts(as_sms(text)) == 1


REMINDERS = ["Terminerinnerung", "Terminverschiebung"]
CHILD = TYPICAL | {"first_name": "Lia"}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", REMINDERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_of_a_minor_names_the_child_and_reveals_nothing_else(language: str, kind: str, part: str) -> None:
    for lack in EVERY_LACK:
        people = lack | {"first_name": "Lia"}
        text = text_of(kind, part, people, language, age=17)
        assert "Lia" in text
        assert not re.search(r"Brunner|Frau|Madame|Signora|\bMs\b|17", text)
        assert not re.search(FLAWS, text, re.MULTILINE), text
        adult = text_of(kind, part, people | {"salutation": None, "last_name": None}, language, age=18)
        kept = set(re.findall(r"\d{2}[:.]\d{2}|\+41 [ \d]+|Dr\. \w+|Zimmer 3", adult))
        assert kept == set(re.findall(r"\d{2}[:.]\d{2}|\+41 [ \d]+|Dr\. \w+|Zimmer 3", text))


@pytest.mark.parametrize("age", [None, 18, 90])
@pytest.mark.parametrize(("kind", "part", "language"), EVERY_TEXT)
def test_the_text_is_the_usual_one_of_an_adult_or_without_a_date_of_birth(
    kind: str, part: str, language: str, age: int | None
) -> None:
    assert text_of(kind, part, CHILD, language, age=age) == text_of(kind, part, CHILD, language)


@pytest.mark.parametrize(("kind", "part", "language"), EVERY_TEXT)
def test_a_minor_without_a_first_name_gets_the_usual_text(kind: str, part: str, language: str) -> None:
    nameless = CHILD | {"first_name": "-"}
    assert text_of(kind, part, nameless, language, age=7) == text_of(kind, part, nameless, language)


@pytest.mark.parametrize("kind", REMINDERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_sms_about_a_minor_is_one_part_with_a_median_name_and_two_with_the_longest(language: str, kind: str) -> None:
    region = REGIONS[language]
    for first, practice, most in (
        (transliterated(middle(region.first_names)), middle(region.practices), 1),
        (region.longest_first_name, region.longest_practice, 2),
    ):
        people = CHILD | {"first_name": first, "practice_name": practice, "phone": region.phone}
        text = as_sms(text_of(kind, "SMS", people, language, age=7))
        assert is_gsm7(text)
        assert sms_parts(text) <= most


@pytest.mark.parametrize(
    ("language", "sms", "subject"),
    [
        ("de", "Guten Tag. Der Termin von Lia ist am Mittwoch, 25.11.2026, 14:30 Uhr. Verhindert? "
               "Bitte anrufen: +41 44 512 84 30. Praxis Dr. Beispiel",
         "Termin von Lia am Mittwoch, 25.11.2026, um 14:30 Uhr"),
        ("fr", "Bonjour, nous attendons Lia le mercredi 25.11.2026 à 14:30. Un imprévu? "
               "Merci d'appeler le +41 44 512 84 30. Praxis Dr. Beispiel",
         "Rendez-vous pour Lia le mercredi 25 novembre 2026 à 14:30"),
        ("it", "Buongiorno, aspettiamo Lia mercoledì 25.11.2026 alle 14:30. Se non può venire, "
               "ci chiami: +41 44 512 84 30. Praxis Dr. Beispiel",
         "Appuntamento di Lia mercoledì 25 novembre 2026 alle ore 14:30"),
        ("en", "Hello, the appointment for Lia is on Wednesday 25 November 2026 at 14:30. "
               "If Lia cannot come, please call +41 44 512 84 30. Praxis Dr. Beispiel",
         "Appointment for Lia on Wednesday 25 November 2026 at 14:30"),
    ],
)  # fmt: skip
def test_the_reminder_of_a_minor_word_for_word(language: str, sms: str, subject: str) -> None:
    assert as_sms(text_of("Terminerinnerung", "SMS", CHILD, language, age=7)) == sms
    assert text_of("Terminerinnerung", "E-Mail-Betreff", CHILD, language, age=7) == subject


@pytest.mark.parametrize("part", ["SMS", "E-Mail-Text"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_of_several_appointments_names_the_others_in_every_language(language: str, part: str) -> None:
    others = [WEDNESDAY.replace(hour=16, minute=15), WEDNESDAY.replace(hour=17, minute=0)]
    text = text_of("Terminerinnerung", part, TYPICAL, language, others=others)
    assert "16:15, 17:00" in text
    assert not re.search(FLAWS, text, re.MULTILINE), text
    assert part != "SMS" or (is_gsm7(as_sms(text)) and sms_parts(as_sms(text)) <= 2)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", REMINDERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_appointment_at_midnight_names_the_day_and_no_time(language: str, kind: str, part: str) -> None:
    timed, untimed = (text_of(kind, part, TYPICAL, language, WEDNESDAY.replace(hour=hour, minute=0)) for hour in (9, 0))
    assert untimed == re.sub(r"(, um|,| à| alle ore| alle| at) 09:00( Uhr)?", "", timed)
    assert not re.search(rf"{FLAWS}|00:00", untimed, re.MULTILINE), untimed


def test_a_reminder_without_a_time_word_for_word() -> None:
    assert text_of("Terminerinnerung", "SMS", TYPICAL, day=WEDNESDAY.replace(hour=0, minute=0)) == (
        "Guten Tag Frau Brunner. Wir erwarten Sie am Mittwoch, 25.11.2026. "
        "Verhindert? Bitte anrufen: +41 44 512 84 30. Praxis Dr. Beispiel"
    )
