"""What an SMS can carry, and into how many parts a text falls.

Source: GSM 03.38 (3GPP TS 23.038) for the alphabet, 3GPP TS 23.040 for joined messages. One
character outside the alphabet turns the whole message into UCS-2, and 160 characters into 70.
"""

import unicodedata

# Position 0x09 is a capital Ç on handsets and at AWS; small ç is not in the alphabet.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")  # sent as escape + character: two septets
_GSM7 = _BASIC | _EXTENSION

# (what fits into a single message, what fits into each part of a joined one)
_SEPTETS = (160, 153)
_UTF16_UNITS = (70, 67)

_ZERO_WIDTH_JOINER = "\u200d"  # holds emoji such as 👩‍⚕️ together
_REPLACED = {
    "'": "‘’‚‛′´`‹›",
    '"': "“”„‟″«»",
    "-": "‐‑‒–—―−",
    "...": "…",
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "\n": "\r\v\f\u0085\u2028\u2029",
}
# Controls, soft hyphen, bidi marks, zero-width and interlinear marks, and halves of surrogate pairs.
_INVISIBLE = (
    *range(0x20),
    *range(0x7F, 0xA0),
    *(0xAD, 0x61C, 0x180E, 0x200B, 0x200C, 0x200E, 0x200F, 0xFEFF),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFFF9, 0xFFFC),
    *range(0xD800, 0xE000),
)
_WHITESPACE_CONTROLS = frozenset("\t\n\v\f\r\u0085")
_DROP = {code: None for code in _INVISIBLE if chr(code) not in _WHITESPACE_CONTROLS}
_REPLACE = {ord(found): plain for plain, every in _REPLACED.items() for found in every}


def is_gsm7(text: str) -> bool:
    """Whether every character is in the GSM-7 alphabet or its extension table."""
    return _GSM7.issuperset(text)


def sms_parts(text: str) -> int:
    """The number of SMS parts that a carrier makes of `text`, as it stands, and counts for the price.

    GSM-7: 160 septets in one message, 153 in each of several; UCS-2: 70 and 67 UTF-16 units. An
    extension character (2 septets) and a surrogate pair (2 units) are never split between parts.
    An empty text is 1 part: a message that is sent at all costs one.
    """
    if is_gsm7(text):
        sizes = [2 if char in _EXTENSION else 1 for char in text]
        return _parts(sizes, *_SEPTETS)
    sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return _parts(sizes, *_UTF16_UNITS)


def _parts(sizes: list[int], single: int, joined: int) -> int:
    if sum(sizes) <= single:
        return 1
    parts, used = 1, 0
    for size in sizes:
        if used + size > joined:
            parts, used = parts + 1, 0
        used += size
    return parts


def as_sms(text: str) -> str:
    """`text` cleaned for an SMS, without loss of meaning; doing it twice changes nothing more.

    Typographic quotes, dashes, the ellipsis and special blanks become their GSM-7 equivalents; line
    ends become LF; control characters, bidi and zero-width marks go; so do blanks around the text and
    at line ends. Letters stay, even those that make the message UCS-2: people's names matter.
    """
    cleaned = without_invisible(text.replace("\r\n", "\n")).translate(_REPLACE)
    # What stood apart by an invisible mark may compose now: é is in the alphabet, e + accent is not.
    cleaned = unicodedata.normalize("NFC", cleaned)
    cleaned = "\n".join(line.rstrip() for line in cleaned.split("\n")).strip()
    unjoined = cleaned.replace(_ZERO_WIDTH_JOINER, "")
    return unjoined if is_gsm7(unjoined) else cleaned


def without_invisible(text: str) -> str:
    """`text` in composed form (NFC) without control characters, bidi and zero-width marks.

    Blanks and line ends of every sort stay, and so does the joiner inside emoji.
    """
    visible = text if text.isprintable() else text.translate(_DROP)  # none of these is printable
    return unicodedata.normalize("NFC", visible)
