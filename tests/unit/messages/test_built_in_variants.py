"""The built-in texts for minors and for several appointments on a day, in four languages."""

import re

import pytest

from chalicelib.messages.sms import as_sms, is_gsm7, sms_parts
from chalicelib.messages.template_set import PARTS
from chalicelib.text import LANGUAGES
from tests.unit.messages.test_built_in_texts import FLAWS, TYPICAL, WEDNESDAY, text_of


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


@pytest.mark.parametrize("part", ["SMS", "E-Mail-Text"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_of_several_appointments_names_the_others_in_every_language(language: str, part: str) -> None:
    others = [WEDNESDAY.replace(hour=16, minute=15), WEDNESDAY.replace(hour=17, minute=0)]
    text = text_of("Terminerinnerung", part, TYPICAL, language, others=others)
    assert "16:15, 17:00" in text
    assert not re.search(FLAWS, text, re.MULTILINE), text
    assert part != "SMS" or (is_gsm7(as_sms(text)) and sms_parts(as_sms(text)) <= 2)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", ["Terminerinnerung", "Terminverschiebung"])
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
