"""Clean a text for SMS, and count its parts.

Source: GSM 03.38 (3GPP TS 23.038) for the alphabet, 3GPP TS 23.040 for joined messages. One character outside the
alphabet turns the whole message into UCS-2, and 160 characters into 70.
"""

import re
import unicodedata
from functools import lru_cache

# Position 0x09 is a capital Ç on handsets and at AWS; the alphabet lacks small ç.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")  # sent as escape + character: two septets
_GSM7 = _BASIC | _EXTENSION

LONGEST_SMS = 1600  # bytes that a publish certainly accepts; the documentation of SNS says both bytes and characters
# (capacity of a single message, of each part of a joined one)
_SEPTETS = (160, 153)
_UTF16_UNITS = (70, 67)

# Zero-width marks inside emoji such as 👩‍⚕️: joiners, variation selectors, tags.
_IN_EMOJI = re.compile("[\u034f\u200d\ufe00-\ufe0f\U000e0000-\U000e01ef]")
_REPLACED = {
    "'": "‘’‚‛′´`‹›ʻʼ❛❜＇",
    '"': "“”„‟″«»〝〞〟❝❞＂",
    "-": "‐‑‒–—―−˗⁃•‣◦﹘﹣－",
    "/": "⁄∕",
    ":": "∶",
    "..": "‥",
    "...": "…",
    "ff": "ﬀ",
    "fi": "ﬁ",
    "fl": "ﬂ",
    "ffi": "ﬃ",
    "ffl": "ﬄ",
    "st": "ﬅﬆ",
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
# Characters without a Unicode decomposition, and their usual spelling on keyboards that lack them.
_SPELT_OUT = {
    "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Ħ": "H", "ħ": "h", "ı": "i", "ĸ": "k", "Ł": "L", "ł": "l", "Ŀ": "L",
    "ŀ": "l", "Ŋ": "N", "ŋ": "n", "Œ": "Oe", "œ": "oe", "Þ": "Th", "þ": "th", "Ŧ": "T", "ŧ": "t", "ẞ": "SS",
    "Ə": "E", "ə": "e", "Ɛ": "E", "ɛ": "e", "Ɔ": "O", "ɔ": "o", "Ɓ": "B", "ɓ": "b", "Ɗ": "D", "ɗ": "d", "Ƙ": "K",
    "ƙ": "k", "Ɲ": "N", "ɲ": "n", "·": ".", "°": "o", "℃": "C", "℉": "F", "×": "x", **dict.fromkeys("ʾʿʹʽˈˊˋꞋꞌ", "'"),
}  # fmt: skip
# Signs that would change the number before them in plain letters.
_AFTER_DIGITS = {
    " ": re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞↉])|(?<=\d) ?°(?=[CF]\b)"),
    "^": re.compile(r"(?<=\d)(?=[²³¹⁰⁴-⁻])"),
}
# Neighbours that one grapheme may hold, beside those with marks (UAX #29): Thai and Lao vowels, Korean letters, skin
# tones, flags.
_JOINED = re.compile(
    ".[\u0e33\u0eb3\uff9e\uff9f\u1160-\u11ff\ud7b0-\ud7fb\U0001f3fb-\U0001f3ff]|[\u1100-\u115f\ua960-\ua97c]."
    "|[\U0001f1e6-\U0001f1ff]{2}"
)
_VIRAMA = 9  # the combining class of the sign that joins Indic consonants


def is_gsm7(text: str) -> bool:
    """Whether every character is in the GSM-7 alphabet or its extension table."""
    return _GSM7.issuperset(text)


def sms_parts(text: str) -> int:
    """Return the number of SMS parts that the carrier makes of `text` and charges for.

    GSM-7: 160 septets in one message, 153 in each of several; UCS-2: 70 and 67 UTF-16 units. An extension character
    (2 septets) and a surrogate pair (2 units) are never split. An empty text is 1 part.
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
    """Clean `text` for an SMS without loss of meaning; idempotent.

    Typographic quotes, dashes, bullets, ligatures, the ellipsis and special blanks become their GSM-7 equivalents; line
    ends become LF; control characters, bidi and zero-width marks, and blanks around the text and at line ends are
    removed. Letters stay, even those that make the message UCS-2: names matter.
    """
    cleaned = without_invisible(text).replace("\r\n", "\n").translate(_REPLACE)
    without = _trimmed(_IN_EMOJI.sub("", cleaned))
    return without if is_gsm7(without) else _trimmed(cleaned)


def _trimmed(text: str) -> str:
    # Compose again after removing invisible marks: é is in the alphabet, e + accent is not.
    composed = unicodedata.normalize("NFC", text)
    return "\n".join(line.rstrip() for line in composed.split("\n")).strip()


def transliterated(text: str) -> str:
    """Write a cleaned text in the nearest letters of GSM-7 (ç is c, ž is z, œ is oe; é, ä, Ç, ø, ß stay).

    The text is unchanged if one character has no such letter (Greek, Cyrillic, emoji): it is UCS-2 anyway.
    """
    if is_gsm7(text):
        return text
    apart = text
    for sign, place in _AFTER_DIGITS.items():
        apart = place.sub(sign, apart)
    letters = [nearest_letters(char) for char in apart]
    return text if None in letters else "".join(letter or "" for letter in letters)


@lru_cache(maxsize=1024)
def nearest_letters(char: str) -> str | None:
    """Return a character in letters of GSM-7, unchanged if it is one; None if there is no near one."""
    if char in _GSM7:
        return char
    if found := _SPELT_OUT.get(char) or _REPLACE.get(ord(char)):
        return found
    if unicodedata.combining(char):
        return ""
    decomposed = unicodedata.decomposition(char).split()  # such as `0063 0327`, or `<compat> 0020 0308`
    parts = [nearest_letters(chr(int(code, 16))) for code in decomposed if code != "0020" and "<" not in code]
    return "".join(part or "" for part in parts) if parts and None not in parts else None


def cut(text: str, most: int) -> str:
    """Return the first `most` characters, or fewer: no grapheme, such as a letter with its marks, is cut."""
    end = min(most, len(text))
    while 0 < end < len(text) and _is_joined(text[end - 1], text[end]):
        end -= 1
    return text[:end]


def _is_joined(before: str, after: str) -> bool:
    """Whether two characters may be of one grapheme; marks and joiners always are."""
    marks = unicodedata.category(after)[0] == "M" or "Cf" in map(unicodedata.category, before + after)
    return marks or unicodedata.combining(before) == _VIRAMA or _JOINED.fullmatch(before + after) is not None


def without_invisible(text: str) -> str:
    """Return `text` composed (NFC), without control characters, bidi and zero-width marks.

    Blanks and line ends of every sort stay, and so does the joiner inside emoji.
    """
    visible = text if text.isprintable() else text.translate(_DROP)  # none of these is printable
    return unicodedata.normalize("NFC", visible)
