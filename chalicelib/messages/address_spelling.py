"""How people write addresses, and what is wrong with an unreadable one. Pure, except for the packaged list of words.

A spelling is understood if it can mean only one address. A flaw names a character or its kind, never a part of the
address, since it ends up in logs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from chalicelib.text import Text

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_WORDS = Path(__file__).parent / "phone_words.txt"
_START, _LETTER = re.compile(r"[+＋\d]"), re.compile("[A-Za-z]")
# Where phonenumbers would not read on, or would begin the next number: between digits, and before a word.
_NEEDS_BLANK = re.compile(r"(?<=\d)['’‘ʼ′`´_·.](?=\d)|(?<=0\d\d)/(?=\d)|(?<=\d)(?=[^\W\d_])")
_NOT_IN_A_NUMBER = re.compile(r"[^\w\s+＋()/.,;:*~‐-―－-]|_")
_IN_ANGLES = re.compile(r"([^<>]*)<([^<>]*)>[\s,;.]*")
_MAIL_LABEL = re.compile(r"(?:e-?)?mail\s*:\s*", re.IGNORECASE)
_AROUND_MAIL = " \t\r\n,;\"'«»‹›“”„‚‘’()[]<>"
_NOT_IN_LOCAL_PART = re.compile(r"[^\w.!#$%&'*+/=?^`{|}~-]")  # RFC 5322, dot-atom
_WRONG_DOT = re.compile(r"(?:^|[.@])\.|\.@")
_NOT_IN_DOMAIN = re.compile(r"[^\w.-]|_")


def visible(text: str) -> str:
    """The text without the marks that nobody sees (zero-width, BOM, bidi), nor blanks around it."""
    return (text if text.isascii() else "".join(char for char in text if unicodedata.category(char) != "Cf")).strip()


def numbers_in(text: str, region: str) -> Iterator[PhoneNumber]:
    """Yield the text as one number, valid or not; then the valid ones in it, such as `079 … (Mutter) / 044 …`."""
    from phonenumbers import PhoneNumberMatcher

    if number := _as_number(text, region):
        yield number
    if not _unknown_words(text):
        yield from (match.number for match in PhoneNumberMatcher(_NEEDS_BLANK.sub(" ", text), region))


def phone_flaw(text: str, region: str) -> Text | None:
    """Return what is wrong with a text without a valid number; None if its digits are of no assigned number."""
    if not any(map(str.isdecimal, text)):
        return Text("flaw.no_digits")
    if _unknown_words(text):
        return Text("flaw.words")
    if odd := _NOT_IN_A_NUMBER.search(text):
        return _character(odd[0])
    from phonenumbers import is_possible_number

    number = _as_number(text, region)
    return Text("flaw.count_of_digits") if number and not is_possible_number(number) else None


def _as_number(text: str, region: str) -> PhoneNumber | None:
    from phonenumbers import NumberParseException, is_alpha_number, parse

    start = _START.search(text)
    # Refuse letters after the digits: they would be dialled as on a keypad, and reach a stranger.
    if start is None or (_LETTER.search(text) and is_alpha_number(text[start.start() :])):
        return None
    try:
        return parse(text, region)
    except NumberParseException:
        return None


@cache
def _known_words() -> frozenset[str]:
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _unknown_words(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text).casefold())
    return not _known_words().issuperset(words)


def email_in(text: str) -> str:
    """Return the address, valid or not, in a text such as `Anna <anna@praxis.example>,` or `mailto:…`."""
    angles = _IN_ANGLES.fullmatch(text)
    if angles and ("@" not in angles[1] or angles[1].strip(_AROUND_MAIL) == angles[2].strip()):
        text = angles[2]
    text = text.strip(_AROUND_MAIL)
    if text.casefold().startswith("mailto:"):
        text = unquote(text[len("mailto:") :].partition("?")[0])
    return _MAIL_LABEL.sub("", text, 1).rstrip(_AROUND_MAIL + ".")


def email_flaw(text: str) -> Text | None:
    """Return what is wrong with an invalid address; None if it has another fault."""
    local, at, domain = text.partition("@")
    if not at:
        return Text("flaw.no_at")
    if "@" in domain:
        return Text("flaw.several_at")
    if re.search(r"\s", text):
        return Text("flaw.blank")
    if any(char.isalpha() and not char.isascii() for char in local):
        return Text("flaw.foreign_letter")
    if odd := _NOT_IN_LOCAL_PART.search(local) or _NOT_IN_DOMAIN.search(domain):
        return _character(odd[0])
    if _WRONG_DOT.search(text):
        return _character(".")
    return None if "." in domain.strip(".") else Text("flaw.domain")


def _character(char: str) -> Text:
    shown = char if unicodedata.category(char)[0] in "PS" else f"U+{ord(char):04X}"
    return Text("flaw.character", character=shown)
