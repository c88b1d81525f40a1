"""A practice's own templates, and the built-in ones."""

import re
from datetime import date, datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.recipient import Channel
from chalicelib.sms_text import as_sms, is_gsm7, sms_parts
from chalicelib.template import NAMES, TemplateError, compile_template
from chalicelib.templates import KIND_NAMES, LANGUAGES, PARTS, TemplateSet, language_of
from chalicelib.wording import placeholders

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
LONGEST = TYPICAL | {
    "salutation": "Frau Prof. Dr. med.",
    "first_name": "Maria-Magdalena Elisabeth",
    "last_name": "von Allmen-Schwarzenbach Rüegsegger",
    "practice_name": "Gemeinschaftspraxis für Hausarztmedizin Oberwinterthur und Umgebung",
}


def text_of(kind: str, part: str, people: dict[str, Any]) -> str:
    begins = date(2026, 11, 25) if kind == "Geburtstag" else WEDNESDAY
    template = BUILT_IN.compiled(kind, part, "de")
    assert template is not None
    return template.render(placeholders(begins=begins, language="de", **people))


EVERY_PART = list(product(KIND_NAMES, PARTS))
# double blanks, marks that hang in the air or meet, empty paragraphs, leftovers
FLAWS = r"  | [,.:;!?]|[,;(]$|[,:][,.]|\.\.|\(\)|[ \t]$|\n\n\n|None|\[|\]"
EVERY_LACK = [
    {name: None if lacks else value for (name, value), lacks in zip(TYPICAL.items(), lack, strict=True)}
    for lack in product((False, True), repeat=len(TYPICAL))
]


@pytest.mark.parametrize(("kind", "part"), EVERY_PART)
def test_built_in_texts_read_well_whatever_is_missing(kind: str, part: str) -> None:
    for people in EVERY_LACK:
        text = text_of(kind, part, people)
        assert not re.search(FLAWS, text, re.MULTILINE), text
        assert text == text.strip()
        assert "ß" not in text


@pytest.mark.parametrize(("kind", "part"), EVERY_PART)
def test_built_in_texts_are_discreet(kind: str, part: str) -> None:
    source = BUILT_IN.source(kind, part, "de") or ""
    assert not re.search(r"Besuchsgrund|Behandlung|Untersuchung|Therapie|Diagnose|Patient", source)


@pytest.mark.parametrize("part", ["SMS", "E-Mail-Text"])
@pytest.mark.parametrize("kind", KIND_NAMES)
@pytest.mark.parametrize(
    ("people", "greeting"),
    [
        ({}, "Guten Tag Frau Brunner"),
        ({"salutation": None}, "Guten Tag Sandra Brunner"),
        ({"first_name": None}, "Guten Tag Frau Brunner"),
        ({"salutation": None, "first_name": None}, "Guten Tag Brunner"),
        ({"last_name": None}, "Guten Tag Sandra"),
        ({"salutation": None, "first_name": None, "last_name": None}, "Guten Tag"),
    ],
)
def test_the_greeting(kind: str, part: str, people: dict[str, None], greeting: str) -> None:
    assert re.split(r"[.\n]", text_of(kind, part, TYPICAL | people))[0] == greeting


@pytest.mark.parametrize("part", ["SMS", "E-Mail-Text"])
def test_a_minor_is_greeted_informally_and_the_age_is_never_told(part: str) -> None:
    text = text_of("Geburtstag", part, LONGEST | {"age": 17})
    assert text.startswith("Hallo Maria-Magdalena Elisabeth")
    assert not re.search(r"Ihnen|Ihrem|Frau|Schwarzenbach|17", text)
    assert not re.search(FLAWS, text, re.MULTILINE), text
    assert part != "SMS" or (is_gsm7(text) and sms_parts(text) <= 2)


@pytest.mark.parametrize(
    ("kind", "people", "parts"),
    [
        ("Terminerinnerung", TYPICAL, 1),
        ("Terminerinnerung", TYPICAL | {"salutation": None}, 1),
        ("Terminerinnerung", TYPICAL | {"phone": None}, 1),
        ("Terminerinnerung", LONGEST, 2),
        ("Terminverschiebung", TYPICAL, 1),
        ("Terminverschiebung", TYPICAL | {"salutation": None}, 1),
        ("Terminverschiebung", LONGEST, 2),
        ("Geburtstag", TYPICAL, 1),
        ("Geburtstag", TYPICAL | {"salutation": None}, 1),
        ("Geburtstag", TYPICAL | {"practice_name": None}, 1),
        ("Geburtstag", LONGEST, 2),
    ],
)
def test_the_parts_of_the_built_in_sms(kind: str, people: dict[str, Any], parts: int) -> None:
    text = as_sms(text_of(kind, "SMS", people))
    assert is_gsm7(text)
    assert sms_parts(text) == parts, (len(text), text)


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
    assert text_of("Terminverschiebung", "E-Mail-Betreff", TYPICAL) == (
        "Ihr Termin wurde verschoben auf Mittwoch, 25.11.2026, 14:30 Uhr"
    )
    assert text_of("Terminverschiebung", "E-Mail-Text", TYPICAL) == (
        "Guten Tag Frau Brunner\n\nIhr Termin wurde verschoben. Die neue Zeit:\n\n"
        "Mittwoch, 25.11.2026, um 14:30 Uhr\nbei Dr. med. Beat Beispiel\nOrt: Zimmer 3\n\n"
        "Passt Ihnen diese Zeit nicht? Dann geben Sie uns bitte möglichst früh telefonisch Bescheid: "
        "+41 44 512 84 30.\n\n"
        "Wir freuen uns auf Sie.\n\nFreundliche Grüsse\nPraxis Dr. Beispiel"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "part"), EVERY_PART)
def test_every_language_has_a_text_and_says_which_language_it_is(kind: str, part: str, language: str) -> None:
    assert BUILT_IN.compiled(kind, part, language) is not None
    written_in = BUILT_IN.text_language(kind, part, language)
    assert BUILT_IN.source(kind, part, language) == BUILT_IN.source(kind, part, written_in)


def test_no_built_in_text_holds_what_aws_refuses() -> None:
    for (kind, part), language in product(EVERY_PART, LANGUAGES):
        assert "{{" not in (BUILT_IN.source(kind, part, language) or "")


def test_the_own_text_goes_before_the_built_in_one() -> None:
    own = TemplateSet({"Geburtstag/SMS/fr": "Bonjour [[Vorname]]"})
    assert own.source("Geburtstag", "SMS", "fr") == "Bonjour [[Vorname]]"
    assert own.text_language("Geburtstag", "SMS", "fr") == "fr"
    assert own.source("Geburtstag", "SMS", "de") == BUILT_IN.source("Geburtstag", "SMS", "de")
    assert own.source("Terminerinnerung", "SMS", "fr") == BUILT_IN.source("Terminerinnerung", "SMS", "fr")


BROKEN = "[[Vornahme]]"


@pytest.mark.parametrize(
    ("own", "sms", "email"),
    [
        ({}, True, True),
        ({"SMS": "-"}, False, True),
        ({"SMS": " - "}, False, True),
        ({"E-Mail-Betreff": "-"}, True, False),
        ({"E-Mail-Text": "-"}, True, False),
        ({"SMS": BROKEN}, None, True),
        ({"E-Mail-Text": BROKEN}, True, None),
        ({"E-Mail-Betreff": "-", "E-Mail-Text": BROKEN}, True, None),
        ({"SMS": "  "}, None, True),
    ],
)
def test_which_channels_have_their_templates(own: dict[str, str], sms: bool | None, email: bool | None) -> None:
    """None stands for broken: it is told, and never falls back."""
    templates = TemplateSet({f"Geburtstag/{part}/de": value for part, value in own.items()})
    for channel, expected in ((Channel.SMS, sms), (Channel.EMAIL, email)):
        if expected is None:
            with pytest.raises(TemplateError, match="Die Vorlage Geburtstag/"):
                templates.available("Geburtstag", channel, "de")
        else:
            assert templates.available("Geburtstag", channel, "de") is expected
    assert templates.available("Terminerinnerung", Channel.SMS, "de")


def test_the_error_names_the_template_and_the_problem() -> None:
    with pytest.raises(TemplateError, match=r"Die Vorlage Geburtstag/SMS/de ist fehlerhaft. .*«Vornahme»"):
        TemplateSet({"Geburtstag/SMS/de": BROKEN}).compiled("Geburtstag", "SMS", "de")


def test_every_placeholder_is_known_to_a_template() -> None:
    source = " ".join(f"[[{name}]]" for name in NAMES)
    assert compile_template(source).render({name: name for name in NAMES}) == " ".join(NAMES)


@pytest.mark.parametrize(
    ("raw", "language"),
    [
        ("de", "de"),
        ("DE", "de"),
        (" de-CH ", "de"),
        ("de_CH", "de"),
        ("D", "de"),
        ("Deutsch", "de"),
        ("Deutsch (Schweiz)", "de"),
        ("fr", "fr"),
        ("F", "fr"),
        ("Français", "fr"),
        ("Franc\u0327ais", "fr"),
        ("FRANZÖSISCH", "fr"),
        ("I", "it"),
        ("italiano", "it"),
        ("English", "en"),
        ("en-GB", "en"),
        ("pt", "en"),
        ("Rumantsch", "en"),
        ("", "en"),
        ("  ", "en"),
        ("42", "en"),
        (None, "en"),
        (42, "en"),
        (b"de", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_language_of_a_patient(raw: object, language: str) -> None:
    assert language_of(raw, default="en") == language
