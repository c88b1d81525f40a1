"""Build the bytes of a frozen e-mail: text, the same as HTML, and the appointment for the patient's calendar. Pure.

Headers are encoded by email.header, which leaves ASCII unchanged. `EmailMessage` garbles long headers: it leaves commas
in a name unquoted, and puts the URL of List-Unsubscribe into encoded words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from chalicelib.entries.entry import Entry

FILE_NAMES = {"de": "termin.ics", "fr": "rendez-vous.ics", "it": "appuntamento.ics", "en": "appointment.ics"}
UNSUBSCRIBE = {
    "de": "Bitte keine Mitteilungen mehr",
    "fr": "Merci de ne plus m'envoyer de messages",
    "it": "Non desidero più ricevere messaggi",
    "en": "No more messages, please",
}
_ASCII_BODIES = SMTP.clone(cte_type="7bit")  # a relay that re-encodes would break the signature
_LONGEST_LINE = 76  # of a header with encoded words, RFC 2047
_PLAIN = re.compile(r"[!-~]{1,60}(?: [!-~]{1,60})*")  # ASCII that can be folded
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 ]{1,60}")  # needs no quotes, RFC 5322


def raw_mail(entry: Entry) -> bytes:
    """Return the whole message (RFC 5322), 7-bit and deterministic. SES replaces Date and sets Message-ID."""
    body = _body(entry)
    for number, part in enumerate(part for part in body.walk() if part.is_multipart()):
        part.set_boundary(f"{entry.key}-{number}")
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(entry))
    return head.encode("ascii") + body.as_bytes()


def _body(entry: Entry) -> EmailMessage:
    body = EmailMessage(_ASCII_BODIES)
    body.set_content(entry.text)
    body.add_alternative(as_html(entry), subtype="html")
    if entry.appointment and entry.starts_at:
        from chalicelib.providers.calendar_file import calendar_file

        method = {"charset": "utf-8", "method": "PUBLISH"}
        file, name = calendar_file(entry, entry.starts_at), FILE_NAMES[_language(entry)]
        body.add_attachment(file, "text", "calendar", params=method, filename=name)
    return body


def as_html(entry: Entry) -> str:
    """Return the frozen text as HTML: its paragraphs and lines, in the reader's size and colours, nothing remote."""
    language, title = _language(entry), html.escape(entry.subject or "")
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", html.escape(entry.text or ""))
    text = "\n".join(f"<p>{lines}</p>" for lines in (block.replace("\n", "<br>\n") for block in paragraphs))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{title}</title>\n</head>\n<body>\n'
        # mail programs remove html and body, and with them the language
        f'<div lang="{language}" style="max-width: 40em; line-height: 1.5; font-family: sans-serif">\n'
        f"{text}\n</div>\n</body>\n</html>\n"
    )


def _headers(entry: Entry) -> Iterator[tuple[str, str]]:
    language = _language(entry)
    sender = _mailbox(entry)
    yield "Date", format_datetime(entry.reserved_at or entry.changed_at)
    yield "From", sender
    yield "Reply-To", sender
    yield "To", entry.recipient or ""
    yield "Subject", _encoded("Subject", entry.subject or "", _PLAIN)
    yield "Content-Language", language
    yield "Auto-Submitted", "auto-generated"  # RFC 3834: no automatic replies to the practice
    wish = quote(f"{UNSUBSCRIBE[language]} ({entry.key})")
    # RFC 2369. List-Unsubscribe-Post (RFC 8058) needs an https address, which a stage has not.
    yield "List-Unsubscribe", f"<mailto:{quote(entry.sender or '', safe='@')}?subject={wish}>"


def _mailbox(entry: Entry) -> str:
    """Return the practice's name and address."""
    if not entry.sender_name:
        return entry.sender or ""
    return f"{_encoded('Reply-To', entry.sender_name, _PLAIN_NAME)}\r\n <{entry.sender}>"


def _encoded(header: str, text: str, plain: re.Pattern[str]) -> str:
    """Return `text` unchanged if it is `plain`, otherwise in encoded words; folded for the header of this name."""
    charset = "us-ascii" if plain.fullmatch(text) and "=?" not in text else "utf-8"
    return Header(text, charset, _LONGEST_LINE, header).encode(linesep="\r\n")


def _language(entry: Entry) -> str:
    return entry.language if entry.language in FILE_NAMES else "de"
