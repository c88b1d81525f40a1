"""An e-mail as its bytes, read back by Python's own parser: headers, text, HTML and the attached appointment."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.messages.placeholders import as_value
from chalicelib.messages.sms import without_invisible
from chalicelib.providers.mime import FILE_NAMES, UNSUBSCRIBE, as_html, raw_mail
from tests.builders.entries import EMAIL, NOW, SENDER, entry, greeting

TEXT = "Grüezi Frau Müller\n\nIhr Termin:\nDienstag, 14:30 Uhr\n\nPraxis am Bach"
MAIL: dict[str, Any] = {
    "channel": "E-Mail", "recipient": EMAIL, "sender": SENDER, "sender_name": "Praxis am Bach",
    "subject": "Ihr Termin", "text": TEXT, "parts": 0,
}  # fmt: skip
LONG_ADDRESS = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example"
HOSTILE = (
    "Grüezi", "🦷" * 40, "Žaneta Đorđević-Ćosić", "ä" * 300, "x" * 400, "Ihr Termin, " * 30, "=?utf-8?q?x?= ist Text",
    "Meier, Müller; «Bach» <b@example.org>", 'Dr. "am" (Bach) \\ x', "a: b", "Praxis @ Bach", "لمى 🏳️‍🌈 中文", ",", '"',
    "Allgemeine Innere Medizin, Gemeinschaftspraxis Dr. med. Beat Beispiel, Dr. med. Anna Muster und Partner",
)  # fmt: skip


def mail(**changes: Any) -> Entry:
    return entry(State.SENDING, **{**MAIL, **changes})


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def mailbox(raw: bytes, header: str) -> tuple[str, str]:
    """Name and address; by the older parser, because the newer one adds a blank between two encoded words of a name."""
    name, address = parseaddr(message_from_bytes(raw)[header])
    return str(make_header(decode_header(name))), address


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


class Page(HTMLParser):
    """Collects the visible words, tags and attributes of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words, self.tags, self.attributes = "", list[str](), dict[str, list[str | None]]()
        self.title, self._in_title = "", False
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._in_title = tag == "title"
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        self.words += "\n\n" if tag == "p" else ""

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        else:
            self.words += data


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_name_subject_and_text_are_they_are_read_as_written(text: str) -> None:
    assert_read_as_written(text[:100].strip(), text.strip(), text)


@given(st.text(max_size=200), st.text(max_size=300), st.text(max_size=400))
def test_any_name_subject_and_text_are_read_as_written(name: str, subject: str, text: str) -> None:
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # as a template leaves it
    assert_read_as_written(as_value(name), " ".join(without_invisible(subject).split()), text)


def assert_read_as_written(name: str, subject: str, text: str) -> None:
    raw = raw_mail(mail(sender_name=name or None, subject=subject, text=text))
    message = read(raw)
    assert message["Subject"] == subject
    assert [mailbox(raw, header) for header in ("From", "Reply-To")] == [(name, SENDER)] * 2
    assert body(message, "plain") == (text if text.endswith("\n") else f"{text}\n")
    assert words(Page(body(message, "html")).words) == words(text)
    assert_on_the_wire(raw)


def assert_on_the_wire(raw: bytes) -> None:
    """ASCII; lines end with CRLF and are as short as RFC 5322 demands; encoded words as RFC 2047 does."""
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    head = raw.partition(b"\r\n\r\n")[0]
    assert all(len(word) <= 75 for word in re.findall(rb"=\?utf-8\?[bq]\?[^?]*\?=", head))
    assert [part.defects for part in read(raw).walk() if part.defects] == []


def test_a_plain_name_and_subject_are_not_encoded() -> None:
    head = raw_mail(mail(subject="Ihr Termin am Dienstag, 24.11.2026, um 09:00 Uhr")).decode().splitlines()
    assert "From: Praxis am Bach" in head
    assert "Subject: Ihr Termin am Dienstag, 24.11.2026, um 09:00 Uhr" in head


def test_without_a_name_the_address_stands_alone() -> None:
    assert b"From: praxis@example.org\r\n" in raw_mail(mail(sender_name=None))


def test_the_headers_are_these() -> None:
    message = read(raw_mail(mail(recipient=LONG_ADDRESS, sender=LONG_ADDRESS)))
    assert message.keys() == [
        *("Date", "From", "Reply-To", "To", "Subject", "Content-Language", "Auto-Submitted", "List-Unsubscribe"),
        *("MIME-Version", "Content-Type"),
    ]
    assert [message[header].addresses[0].addr_spec for header in ("From", "Reply-To", "To")] == [LONG_ADDRESS] * 3
    assert (message["Content-Language"], message["Auto-Submitted"]) == ("de", "auto-generated")
    assert message["Date"].datetime == NOW


@pytest.mark.parametrize("language", UNSUBSCRIBE)
@pytest.mark.parametrize("sender", [SENDER, LONG_ADDRESS, "o'hara+a%b&c?=#@example.org"])
def test_unsubscribing_is_a_mail_to_the_practice_that_names_the_entry_and_nobody(language: str, sender: str) -> None:
    made = mail(language=language, sender=sender)
    raw = raw_mail(made)
    (line,) = re.findall(rb"^List-Unsubscribe: <(mailto:[!-~]+)>\r$", raw, re.MULTILINE)  # one line, nothing encoded
    url = urlsplit(line.decode())
    assert (url.scheme, unquote(url.path)) == ("mailto", sender)
    assert parse_qs(url.query) == {"subject": [f"{UNSUBSCRIBE[language]} ({made.key})"]}
    assert b"List-Unsubscribe-Post" not in raw  # RFC 8058 promises an https address with it
    assert_on_the_wire(raw)


@pytest.mark.parametrize("language", FILE_NAMES)
def test_a_reminder_is_text_html_and_the_appointment_in_the_patients_language(language: str) -> None:
    message = read(raw_mail(mail(language=language)))
    assert [part.get_content_type() for part in message.walk()] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"),
    ]
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == FILE_NAMES[language]
    assert attached["Content-Type"].params == {"charset": "utf-8", "method": "PUBLISH"}
    assert message["Content-Language"] == language
    assert Page(body(message, "html")).attributes["lang"] == [language, language]


def test_a_greeting_has_no_appointment() -> None:
    message = read(raw_mail(greeting(State.SENDING, **MAIL)))
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_the_page_has_the_paragraphs_and_lines_of_the_text() -> None:
    page = as_html(mail(text="Guten Tag\n\nIhr Termin:\nDienstag <b>&amp;\n \n\nPraxis"))
    assert "<p>Guten Tag</p>\n<p>Ihr Termin:<br>\nDienstag &lt;b&gt;&amp;amp;</p>\n<p>Praxis</p>\n</div>" in page


@given(st.text(max_size=200), st.text(max_size=100))
def test_a_page_is_ours_whatever_it_says_and_loads_nothing(text: str, subject: str) -> None:
    page = Page(as_html(mail(text=text, subject=subject)))
    assert set(page.tags) <= {"html", "head", "meta", "title", "body", "div", "p", "br"}
    assert page.attributes.keys() == {"lang", "charset", "name", "content", "style"}
    assert words(page.title) == words(subject)


def test_the_same_entry_makes_the_same_bytes() -> None:
    assert raw_mail(mail()) == raw_mail(mail())
