"""A practice's own templates, and which one is used."""

import pytest

from chalicelib.messages.recipient import Channel
from chalicelib.messages.template import NAMES, TemplateError, compile_template
from chalicelib.messages.template_set import TemplateSet, language_of
from chalicelib.text import Text

BUILT_IN = TemplateSet({})


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
    """None means a broken one, which is reported and never falls back."""
    templates = TemplateSet({f"Geburtstag/{part}/de": value for part, value in own.items()})
    for channel, expected in ((Channel.SMS, sms), (Channel.EMAIL, email)):
        if expected is None:
            with pytest.raises(TemplateError) as raised:
                templates.available("Geburtstag", channel, "de")
            assert str(dict(raised.value.text.values)["template"]).startswith("Geburtstag/")
        else:
            assert templates.available("Geburtstag", channel, "de") is expected
    assert templates.available("Terminerinnerung", Channel.SMS, "de")


def test_the_error_names_the_template_and_the_problem() -> None:
    with pytest.raises(TemplateError) as raised:
        TemplateSet({"Geburtstag/SMS/de": BROKEN}).compiled("Geburtstag", "SMS", "de")
    problem = Text("template.refused", Text("template.unknown_placeholder", line=1, name="Vornahme"))
    assert raised.value.text == Text("template.broken", problem, template="Geburtstag/SMS/de")


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
