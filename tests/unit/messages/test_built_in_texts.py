"""The built-in texts in four languages: their wording, and their cost."""

import re
from datetime import datetime
from itertools import product
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.messages.placeholders import Details, placeholders
from chalicelib.messages.sms import as_sms, is_gsm7, sms_parts, transliterated
from chalicelib.messages.template_set import KIND_NAMES, PARTS, TemplateSet
from chalicelib.text import LANGUAGES
from tests.builders.phone_regions import REGIONS, middle

BUILT_IN = TemplateSet({})
WEDNESDAY = datetime(2026, 11, 25, 14, 30, tzinfo=ZoneInfo("Europe/Zurich"))
TYPICAL = {
    "salutation": "Frau",
    "first_name": "Sandra",
    "last_name": "Brunner",
    "practitioner": "Dr. med. Beat Beispiel",
    "place": "Zimmer 3",
    "practice_name": "Praxis Dr. Beispiel",
    "phone": "+41 44 512 84 30",
}


def text_of(
    kind: str, part: str, people: dict[str, Any], language: str = "de", day: datetime = WEDNESDAY, **more: Any
) -> str:
    starts_at = day.date() if kind == "Geburtstag" else day
    template = BUILT_IN.compiled(kind, part, language)
    assert template is not None
    return template.render(placeholders(Details(**people), starts_at, language, long_date=part != "SMS", **more))


EVERY_PART = list(product(KIND_NAMES, PARTS))
EVERY_TEXT = list(product(KIND_NAMES, PARTS, LANGUAGES))
# double blanks, stray or adjacent punctuation, empty paragraphs, leftovers
FLAWS = r"  | [,.:;!?]|[;(]$|,$(?!\n\n)|[,:][,.]|\.\.|\(\)|[ \t]$|\n\n\n|None|\[|\]|^[^\w\n]"
EVERY_SMS = list(product(KIND_NAMES, LANGUAGES))
EVERY_LACK = [
    {name: None if lacks else value for (name, value), lacks in zip(TYPICAL.items(), lack, strict=True)}
    for lack in product((False, True), repeat=len(TYPICAL))
]


@pytest.mark.parametrize(("kind", "part", "language"), EVERY_TEXT)
def test_built_in_texts_read_well_whatever_is_missing(kind: str, part: str, language: str) -> None:
    for people in EVERY_LACK:
        text = text_of(kind, part, people, language)
        assert not re.search(FLAWS, text, re.MULTILINE), text
        assert text == text.strip()
        assert "ß" not in text


@pytest.mark.parametrize(("kind", "part", "language"), EVERY_TEXT)
def test_built_in_texts_are_discreet(kind: str, part: str, language: str) -> None:
    source = BUILT_IN.source(kind, part, language) or ""
    assert not re.search(
        r"Besuchsgrund|Behandlung|Untersuchung|Therapie|Diagnose|Patient"
        r"|consultation|traitement|examen|thérapie|visita|terapia|esame|cura|treatment|therapy|check-?up|exam",
        source,
        re.IGNORECASE,
    )


GREETINGS = {
    "de": ("Guten Tag Frau Brunner", "Guten Tag Sandra Brunner", "Guten Tag Brunner", "Guten Tag Sandra", "Guten Tag"),
    "fr": ("Bonjour Madame Brunner", "Bonjour Sandra Brunner", "Bonjour Brunner", "Bonjour Sandra", "Bonjour"),
    "it": ("Gentile Signora Brunner", "Gentile Sandra Brunner", "Gentile Brunner", "Gentile Sandra", "Buongiorno"),
    "en": ("Dear Ms Brunner", "Dear Sandra Brunner", "Dear Brunner", "Dear Sandra", "Hello"),
}
LACKS: list[dict[str, None]] = [
    {}, {"salutation": None}, {"salutation": None, "first_name": None}, {"last_name": None},
    {"salutation": None, "first_name": None, "last_name": None},
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["SMS", "E-Mail-Text"])
@pytest.mark.parametrize("kind", KIND_NAMES)
def test_the_greeting_is_neutral_where_the_salutation_is_missing(kind: str, part: str, language: str) -> None:
    texts = [text_of(kind, part, TYPICAL | lack, language) for lack in LACKS]
    assert tuple(re.split(r"[.,\n]", text)[0] for text in texts) == GREETINGS[language]


NO_PARTICIPLES = re.compile(
    r"\((?:e|a|ne)\)|·e|/a\b|/in\b|\btu\b|\btoi\b|\bton\b|\bdir\b|\bdein|\bciao\b|\bsalut\b", re.IGNORECASE
)
FORMAL = {"de": r"\b(Sie|Ihr\w*|Ihnen)\b", "fr": r"\b(vous|votre)\b", "it": r"\b(La|Le|Suo|accoglierLa)\b"}


@pytest.mark.parametrize(("kind", "part", "language"), EVERY_TEXT)
def test_the_address_is_formal_and_has_no_gender(kind: str, part: str, language: str) -> None:
    text = text_of(kind, part, TYPICAL | {"salutation": None}, language)
    assert not NO_PARTICIPLES.search(text)
    if part != "E-Mail-Betreff" and language in FORMAL:
        assert re.search(FORMAL[language], text)


@pytest.mark.parametrize(("kind", "language"), EVERY_SMS)
def test_the_words_of_an_sms_are_gsm7(kind: str, language: str) -> None:
    for lack in EVERY_LACK:
        assert is_gsm7(as_sms(text_of(kind, "SMS", lack, language)))


def parts_of(kind: str, language: str, people: dict[str, Any], day: datetime = WEDNESDAY) -> int:
    text = as_sms(text_of(kind, "SMS", people, language, day))
    assert is_gsm7(text)
    return sms_parts(text)


@pytest.mark.parametrize(("kind", "language"), EVERY_SMS)
def test_an_sms_is_one_part_with_median_names_and_two_with_the_longest(kind: str, language: str) -> None:
    region = REGIONS[language]
    usual = {
        "first_name": transliterated(middle(region.first_names)),
        "last_name": transliterated(middle(region.family_names)),
        "practice_name": middle(region.practices),
        "phone": region.phone,
        "place": middle(region.places),
        "practitioner": region.longest_practitioner,
    }
    longest = {
        "first_name": region.longest_first_name,
        "last_name": region.longest_family_name,
        "practice_name": region.longest_practice,
        "phone": region.phone,
        "place": region.longest_place,
        "practitioner": region.longest_practitioner,
    }
    days = [datetime(2026, 9, day, 14, 30, tzinfo=WEDNESDAY.tzinfo) for day in range(21, 28)]  # every weekday
    for day in days:
        for salutation in (*region.salutations, None):
            assert parts_of(kind, language, {"salutation": salutation, **usual}, day) == 1
        for salutation in (region.longest_salutation, None):
            assert parts_of(kind, language, {"salutation": salutation, **longest}, day) == 2


@pytest.mark.parametrize(("kind", "language"), EVERY_SMS)
def test_of_all_names_and_practices_of_a_region_the_median_is_one_part_and_none_above_two(
    kind: str, language: str
) -> None:
    region = REGIONS[language]
    counts = [
        parts_of(
            kind,
            language,
            {"salutation": salutation, "first_name": transliterated(first), "last_name": transliterated(last),
             "practice_name": practice, "phone": region.phone, "place": None, "practitioner": None},
        )
        for first, last in zip(region.first_names * 2, region.family_names * 2, strict=False)
        for practice in (*region.practices, region.longest_practice)
        for salutation in (*region.salutations, None)
    ]  # fmt: skip
    assert median(counts) == 1
    assert max(counts) <= 2


def test_the_sms_reminder_word_for_word() -> None:
    assert text_of("Terminerinnerung", "SMS", TYPICAL) == (
        "Guten Tag Frau Brunner. Wir erwarten Sie am Mittwoch, 25.11.2026, 14:30 Uhr. "
        "Verhindert? Bitte anrufen: +41 44 512 84 30. Praxis Dr. Beispiel"
    )


def test_the_email_reminder_word_for_word() -> None:
    assert text_of("Terminerinnerung", "E-Mail-Betreff", TYPICAL) == (
        "Ihr Termin am Mittwoch, 25.11.2026, um 14:30 Uhr"
    )
    assert text_of("Terminerinnerung", "E-Mail-Text", TYPICAL) == (
        "Guten Tag Frau Brunner\n\nGerne erinnern wir Sie an Ihren Termin:\n\n"
        "Mittwoch, 25.11.2026, um 14:30 Uhr\nbei Dr. med. Beat Beispiel\nOrt: Zimmer 3\n\n"
        "Sind Sie verhindert? Dann geben Sie uns bitte möglichst früh telefonisch Bescheid: "
        "+41 44 512 84 30.\n\n"
        "Wir freuen uns auf Sie.\n\nFreundliche Grüsse\nPraxis Dr. Beispiel"
    )


def test_a_move_word_for_word() -> None:
    assert text_of("Terminverschiebung", "SMS", TYPICAL) == (
        "Guten Tag Frau Brunner. Ihr Termin wurde verschoben auf Mittwoch, 25.11.2026, 14:30 Uhr. "
        "Verhindert? Bitte anrufen: +41 44 512 84 30. Praxis Dr. Beispiel"
    )
    assert text_of("Terminverschiebung", "E-Mail-Text", TYPICAL).startswith(
        "Guten Tag Frau Brunner\n\nIhr Termin wurde verschoben. Die neue Zeit:\n\n"
        "Mittwoch, 25.11.2026, um 14:30 Uhr\nbei Dr. med. Beat Beispiel\nOrt: Zimmer 3\n\n"
        "Passt Ihnen diese Zeit nicht? Dann geben Sie uns bitte möglichst früh telefonisch Bescheid: "
    )


def words_of(language: str) -> list[str]:
    """Every built-in text with a typical patient's values, in one language."""
    return [text_of(kind, part, TYPICAL, language) for kind, part in EVERY_PART]


def test_every_language_has_texts_of_its_own() -> None:
    for (kind, part), language in product(EVERY_PART, LANGUAGES):
        assert BUILT_IN.text_language(kind, part, language) == language
    assert len({text for language in LANGUAGES for text in words_of(language)}) == len(LANGUAGES) * len(EVERY_PART)


@pytest.mark.parametrize(
    ("language", "sms"),
    [
        ("fr", "Bonjour Madame Brunner, nous vous attendons le mercredi 25.11.2026 à 14:30. Un imprévu? "
               "Merci d'appeler le +41 44 512 84 30. Praxis Dr. Beispiel"),
        ("it", "Gentile Signora Brunner, La aspettiamo mercoledì 25.11.2026 alle 14:30. Se non può venire, "
               "ci chiami: +41 44 512 84 30. Praxis Dr. Beispiel"),
        ("en", "Dear Ms Brunner, your appointment is on Wednesday 25 November 2026 at 14:30. "
               "If you cannot come, please call +41 44 512 84 30. Praxis Dr. Beispiel"),
    ],
)  # fmt: skip
def test_the_sms_reminder_of_other_languages_word_for_word(language: str, sms: str) -> None:
    assert as_sms(text_of("Terminerinnerung", "SMS", TYPICAL, language)) == sms


def test_the_french_email_reminder_word_for_word() -> None:
    assert text_of("Terminerinnerung", "E-Mail-Betreff", TYPICAL, "fr") == (
        "Votre rendez-vous du mercredi 25 novembre 2026 à 14:30"
    )
    assert text_of("Terminerinnerung", "E-Mail-Text", TYPICAL, "fr") == (
        "Bonjour Madame Brunner,\n\nNous nous permettons de vous rappeler votre rendez-vous\u00a0:\n\n"
        "le mercredi 25 novembre 2026 à 14:30\navec Dr. med. Beat Beispiel\nLieu\u00a0: Zimmer 3\n\n"
        "En cas d’empêchement, merci de nous prévenir dès que possible par téléphone au +41 44 512 84 30.\n\n"
        "Nous nous réjouissons de vous accueillir.\n\nAvec nos meilleures salutations\nPraxis Dr. Beispiel"
    )


def test_no_built_in_text_holds_what_aws_refuses() -> None:
    for (kind, part), language in product(EVERY_PART, LANGUAGES):
        assert "{{" not in (BUILT_IN.source(kind, part, language) or "")
