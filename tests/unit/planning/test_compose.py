"""The message as the patient reads it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.recipient import Address, Channel
from chalicelib.messages.sms import LONGEST_SMS, sms_parts
from chalicelib.messages.template import LONGEST_EMAIL, TemplateError
from chalicelib.planning.compose import Message, TooLongError, compose
from chalicelib.rules.candidate import Candidate
from chalicelib.text import Text
from tests.builders.entries import EMAIL, MOBILE, SENDER, at, birthday_child, candidate, rule_input

BY_SMS, BY_MAIL = Address(Channel.SMS, MOBILE), Address(Channel.EMAIL, EMAIL)


def composed(asked: Candidate, address: Address = BY_SMS, **around: Any) -> Message:
    return compose(rule_input(asked, **around), address)


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
    ("starts_at", "zone", "told"),
    [
        pytest.param("2026-11-24 14:30", "Europe/Zurich", "24.11.2026 14:30", id="in winter"),
        pytest.param("2026-07-01 08:05", "Europe/Zurich", "01.07.2026 08:05", id="in summer"),
        pytest.param("2026-11-24 00:30", "Europe/Zurich", "24.11.2026 00:30", id="the local day, not that of UTC"),
        pytest.param("2026-11-24 23:30", "UTC", "24.11.2026 22:30", id="in the practice's zone"),
    ],
)
def test_the_time_is_the_practices(starts_at: str, zone: str, told: str) -> None:
    template = {"Terminerinnerung/SMS/de": "[[Datum]] [[Uhrzeit]]"}
    assert composed(candidate(Beginn=starts_at), templates=template, Zeitzone=zone).text == told


@pytest.mark.parametrize(
    ("spoken", "own", "language", "text"),
    [
        pytest.param("fr", {}, "fr", "le mardi 24.11.2026 à 14:30", id="the built-in French one"),
        pytest.param("it", {}, "it", "martedì 24.11.2026 alle 14:30", id="the Italian one"),
        pytest.param("en", {}, "en", "on Tuesday 24 November 2026 at 14:30", id="the English one"),
        pytest.param("fr", {"de": "am [[Wochentag]]"}, "fr", "le mardi", id="an own German one is for German only"),
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
    templates = {"Terminerinnerung/E-Mail-Betreff/de": "Ihr\u200b \u202eTermin\u2069"}
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
    with pytest.raises(TooLongError) as raised:
        sms("x" * (LONGEST_SMS + 1))
    assert raised.value.text == Text("sms.too_long", length=1601, most=1600)


UNKNOWN = Text("template.unknown_placeholder", line=1, name="Vornahme")


def broken(why: Text) -> Text:
    return Text("template.broken", why, template="Terminerinnerung/SMS/de")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        pytest.param("[[Vornahme]]", broken(Text("template.refused", UNKNOWN)), id="broken"),
        pytest.param("[% if Uhrzeit == 'x' %]x[% endif %]", broken(Text("template.blank_when_filled")),
                     id="blank once filled in"),
        pytest.param("-", Text("template.none", kind="Terminerinnerung", part="SMS", language="de"), id="none wanted"),
    ],
)  # fmt: skip
def test_without_a_usable_template_there_is_no_message(source: str, reason: Text) -> None:
    with pytest.raises(TemplateError) as raised:
        sms(source)
    assert raised.value.text == reason


@pytest.mark.parametrize(
    ("name", "switch", "told", "parts"),
    [
        pytest.param("Müller", "Ja", "Müller", 1, id="what GSM-7 has stays"),
        pytest.param("Françoise Genêt", "Nein", "Françoise Genêt", 3, id="off: a name stays, and costs"),
        pytest.param("Françoise Genêt", "Ja", "Francoise Genet", 1, id="on: the nearest letters"),
        pytest.param("Đorđe Živković", "Ja", "Dorde Zivkovic", 1, id="without a decomposition in Unicode"),
        pytest.param("D’Aubigny", "Nein", "D'Aubigny", 1, id="typographic characters always"),
        pytest.param("Παπαδάκης", "Ja", "Παπαδάκης", 3, id="Greek stays"),
        pytest.param("Иванова Ç ç", "Ja", "Иванова Ç ç", 3, id="Cyrillic stays, and then ç does too"),
        pytest.param("Anna 😀", "Ja", "Anna 😀", 2, id="so does an emoji"),
    ],
)
def test_letters_outside_gsm7(name: str, switch: str, told: str, parts: int) -> None:
    message = composed(candidate(Nachname=name), UmschriftErlaubt=switch)
    assert message.text.startswith(f"Guten Tag Frau {told}. Wir erwarten Sie")
    assert message.parts == parts


def test_an_email_keeps_every_letter() -> None:
    message = composed(candidate(Nachname="d’Aubigny-Genêt"), BY_MAIL, UmschriftErlaubt="Ja", MaxSMSTeile="1")
    assert message.text.startswith("Guten Tag Frau d’Aubigny-Genêt\n")


@pytest.mark.parametrize(
    ("length", "most", "refused"),
    [(160, "1", False), (161, "1", True), (161, "2", False), (307, "2", True), (1530, "10", False), (1600, "0", False)],
)
def test_an_sms_has_no_more_parts_than_the_practice_allows(length: int, most: str, refused: bool) -> None:
    if not refused:
        assert sms("x" * length, MaxSMSTeile=most).parts == sms_parts("x" * length)
        return
    with pytest.raises(TooLongError) as raised:
        sms("x" * length, MaxSMSTeile=most)
    parts = sms_parts("x" * length)
    assert raised.value.text == Text("sms.too_many_parts", parts=parts, most=int(most))


HOSTILE = {
    "controls": "An\x00na\x1b\x07",
    "line ends": "An\r\nna\u2028\u2029\x85",
    "right to left": "\u202eannA\u202c\u2067\u200f",
    "zero width": "An\u200b\u2060\ufeffna",
    "emoji": "Anna 👩\u200d⚕\ufe0f🏴\U000e0067\U000e007f",
    "half an emoji": "Anna\ud83d",
    "HTML": "<b>Anna</b> & \"Söhne\" &amp; 'x'",
    "a template": "[[Praxis]] [% if x %]",
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("switch", ["Ja", "Nein"])
def test_a_hostile_name_is_safe_in_an_sms(kind: str, switch: str) -> None:
    text = composed(candidate(Nachname=HOSTILE[kind]), UmschriftErlaubt=switch).text
    assert not re.search(
        "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]", text
    )
    assert text.endswith(". Wir erwarten Sie am Dienstag, 24.11.2026, 14:30 Uhr. Verhindert? "
                         "Bitte anrufen: 044 512 84 30. Praxis am Bach")  # fmt: skip


def test_nothing_is_escaped_in_an_sms() -> None:
    assert HOSTILE["HTML"] in composed(candidate(Nachname=HOSTILE["HTML"])).text


def test_the_lines_of_a_template_stay_lines() -> None:
    assert sms("Guten Tag\r\n\r\n[[Datum]] \r[[Uhrzeit]]\n").text == "Guten Tag\n\n24.11.2026\n14:30"


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_the_names_the_parts_are_those_of_the_text(first_name: str, last_name: str) -> None:
    message = composed(candidate(Vorname=first_name, Nachname=last_name))
    assert message.text == message.text.strip()
    assert message.parts == sms_parts(message.text)


def test_the_begin_is_read_as_local_time() -> None:
    assert candidate(Beginn="2026-07-01 08:05").starts_at == at("2026-07-01 08:05")


def test_an_e_mail_that_a_transaction_of_a_hundred_cannot_take_is_too_long() -> None:
    templates = {"Terminerinnerung/E-Mail-Text/de": "[[Ort]]" * 400}
    with pytest.raises(TooLongError):
        composed(candidate(Ort="ü" * 60), BY_MAIL, templates=templates)
    assert 100 * (LONGEST_EMAIL + 8_000) < 4 * 1024 * 1024  # with subject, names and keys
    assert composed(candidate(Ort="x" * 60), BY_MAIL, templates=templates).text
