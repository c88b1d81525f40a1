"""The message as the patient reads it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.candidate import Candidate
from chalicelib.message import LONGEST_SMS, Message, TooLongError, compose
from chalicelib.recipient import Address, Channel
from chalicelib.sms_text import sms_parts
from chalicelib.template import TemplateError
from tests.unit.build import EMAIL, MOBILE, SENDER, at, birthday_child, candidate, question

BY_SMS, BY_MAIL = Address(Channel.SMS, MOBILE), Address(Channel.EMAIL, EMAIL)


def composed(asked: Candidate, address: Address = BY_SMS, **around: Any) -> Message:
    return compose(question(asked, **around), address)


def sms(text: str, **around: Any) -> Message:
    return composed(candidate(), templates={"Terminerinnerung/SMS/de": text}, **around)


def test_a_reminder_by_sms() -> None:
    message = composed(candidate())
    assert message.text == (
        "Guten Tag Frau Muster. Wir erwarten Sie am Dienstag, 24.11.2026, 14:30 Uhr. "
        "Verhindert? Bitte anrufen: 044 512 84 30. Praxis am Bach"
    )
    assert (message.channel, message.recipient, message.sender, message.subject) == ("SMS", MOBILE, "PraxisBach", None)
    assert (message.language, message.parts) == ("de", 1)


def test_a_reminder_by_email() -> None:
    message = composed(candidate(), BY_MAIL)
    assert (message.recipient, message.sender, message.parts) == (EMAIL, SENDER, 0)
    assert message.subject == "Ihr Termin am Dienstag, 24.11.2026, um 14:30 Uhr"
    assert "bei Dr. med. Beat Beispiel\nOrt: 1. Stock\n" in message.text


def test_a_greeting_has_the_slots_day_and_no_time() -> None:
    template = {"Geburtstag/SMS/de": "[[Wochentag]] [[Datum]][[Uhrzeit]]"}
    assert composed(birthday_child(), templates=template).text == "Montag 23.11.2026"


@pytest.mark.parametrize(
    ("begins", "zone", "told"),
    [
        pytest.param("2026-11-24 14:30", "Europe/Zurich", "24.11.2026 14:30", id="in winter"),
        pytest.param("2026-07-01 08:05", "Europe/Zurich", "01.07.2026 08:05", id="in summer"),
        pytest.param("2026-11-24 00:30", "Europe/Zurich", "24.11.2026 00:30", id="the local day, not that of UTC"),
        pytest.param("2026-11-24 23:30", "UTC", "24.11.2026 22:30", id="in the practice's zone"),
    ],
)
def test_the_time_is_the_practices(begins: str, zone: str, told: str) -> None:
    template = {"Terminerinnerung/SMS/de": "[[Datum]] [[Uhrzeit]]"}
    assert composed(candidate(Beginn=begins), templates=template, Zeitzone=zone).text == told


@pytest.mark.parametrize(
    ("spoken", "own", "language", "text"),
    [
        pytest.param("fr", {}, "de", "Dienstag", id="no French text yet: the German one, with German weekdays"),
        pytest.param("fr", {"fr": "le [[Wochentag]]"}, "fr", "le mardi", id="an own French one"),
        pytest.param(
            "Klingonisch", {"fr": "le [[Wochentag]]"}, "de", "Dienstag", id="unknown: the practice's language"
        ),
        pytest.param(None, {"de": "am [[Wochentag]]"}, "de", "am Dienstag", id="none: the practice's language"),
    ],
)
def test_the_language_is_that_of_the_text(spoken: str | None, own: dict[str, str], language: str, text: str) -> None:
    templates = {f"Terminerinnerung/SMS/{code}": source for code, source in own.items()}
    message = composed(candidate(Sprache=spoken), templates=templates)
    assert message.language == language
    assert text in message.text


@pytest.mark.parametrize(
    ("raw", "sender"),
    [("Praxis am Bach", "PraxisamBac"), ("Zürich", "Zuerich"), ("0445128430", None), (None, None), ("!!!", None)],
)
def test_a_sender_that_sns_does_not_take_is_left_out(raw: object, sender: str | None) -> None:
    assert composed(candidate(AbsenderSMS=raw)).sender == sender


def test_a_subject_is_one_line() -> None:
    templates = {"Terminerinnerung/E-Mail-Betreff/de": "Ihr\n  Termin [% if Ort %]\nin[% endif %] [[Ort]]"}
    assert composed(candidate(), BY_MAIL, templates=templates).subject == "Ihr Termin in 1. Stock"


def test_a_subject_has_no_invisible_characters() -> None:
    templates = {"Terminerinnerung/E-Mail-Betreff/de": "Ihr\0 \u202eTermin\x7f"}
    assert composed(candidate(), BY_MAIL, templates=templates).subject == "Ihr Termin"


@pytest.mark.parametrize(
    ("place", "text", "said"),
    [
        pytest.param("1. Stock", "Im [[Ort]]", "1. Stock", id="the text says it"),
        pytest.param(" 2.\n Stock\u202e ", "Im [[Ort]]", "2. Stock", id="as it stands in the text"),
        pytest.param("Onkologie", "Bis bald", None, id="the template keeps it quiet"),
        pytest.param(None, "Im [[Ort]]", None, id="there is none"),
    ],
)
def test_the_calendar_gets_the_place_that_the_text_says(place: str | None, text: str, said: str | None) -> None:
    message = composed(candidate(Ort=place), BY_MAIL, templates={"Terminerinnerung/E-Mail-Text/de": text})
    assert message.place == said


@pytest.mark.parametrize(
    ("name", "sender_name"), [(" Praxis\n am  Bach\u202e", "Praxis am Bach"), (None, None), ("\u200b", None)]
)
def test_an_email_comes_from_the_practice_by_its_name(name: str | None, sender_name: str | None) -> None:
    assert composed(candidate(MandantName=name), BY_MAIL).sender_name == sender_name


def test_a_patients_name_is_never_read_as_a_template() -> None:
    assert "[[Praxis]]" in composed(candidate(Nachname="[[Praxis]]")).text


@pytest.mark.parametrize("length", [1, 160, 161, LONGEST_SMS])
def test_an_sms_may_have_1600_characters(length: int) -> None:
    message = sms("x" * length)
    assert (len(message.text), message.parts) == (length, sms_parts("x" * length))


def test_one_more_is_too_many() -> None:
    with pytest.raises(
        TooLongError, match=r"^Der Text ist mit 1601 Zeichen zu lang für eine SMS \(höchstens 1600\)\.$"
    ):
        sms("x" * (LONGEST_SMS + 1))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        pytest.param("[[Vornahme]]", "unbekannte Platzhalter «Vornahme»", id="broken"),
        pytest.param("[% if Uhrzeit == 'x' %]x[% endif %]", "Der Text ist leer", id="blank once filled in"),
        pytest.param("-", "gibt es keine Textvorlage SMS (de)", id="none wanted"),
    ],
)
def test_without_a_usable_template_there_is_no_message(source: str, sentence: str) -> None:
    with pytest.raises(TemplateError) as raised:
        sms(source)
    assert sentence in str(raised.value)


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_the_names_the_parts_are_those_of_the_text(first_name: str, last_name: str) -> None:
    message = composed(candidate(Vorname=first_name, Nachname=last_name))
    assert message.text == message.text.strip()
    assert message.parts == sms_parts(message.text)


def test_the_begin_is_read_as_local_time() -> None:
    assert candidate(Beginn="2026-07-01 08:05").begins == at("2026-07-01 08:05")
