"""The number of parts into which a carrier cuts an SMS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.sms import sms_parts

TEXTS = st.text(
    st.one_of(st.sampled_from("aäÇ€[ ç☎😀\n\r\f"), st.characters(exclude_categories=["Cs"])),
    max_size=400,
)

# By hand from 3GPP TS 23.038 and 23.040: a message holds 140 octets; in a joined one, 6 of them are the header (7
# septets, 3 units). `a` is one septet, `€` two; in UCS-2 `ç` and `€` are one unit, `😀` two.
PARTS = [
    ("", 1),
    ("a", 1),
    ("a" * 159, 1),
    ("a" * 160, 1),
    ("a" * 161, 2),
    ("a" * 305, 2),
    ("a" * 306, 2),
    ("a" * 307, 3),
    ("a" * 459, 3),
    ("a" * 460, 4),
    ("a" * 612, 4),
    ("a" * 613, 5),
    ("a" * 765, 5),
    ("a" * 766, 6),
    ("a" * 918, 6),
    ("a" * 919, 7),
    ("a" * 1071, 7),
    ("a" * 1072, 8),
    ("a" * 1377, 9),
    ("a" * 1378, 10),
    ("a" * 1530, 10),
    ("a" * 1531, 11),
    ("ä" * 160, 1),
    ("Ç" * 160, 1),
    ("\n" * 160, 1),
    ("@" * 161, 2),
    # extension characters: two septets, never in two parts
    ("€", 1),
    ("€" * 80, 1),
    ("€" * 81, 2),
    ("€" * 152, 2),  # 76 a part: a septet of each is left over
    ("€" * 153, 3),
    ("€" * 228, 3),
    ("€" * 229, 4),
    ("a" * 158 + "€", 1),
    ("a" * 159 + "€", 2),
    ("€" + "a" * 158, 1),
    ("€" + "a" * 159, 2),
    ("a" * 151 + "€" + "a" * 153, 2),  # the € ends the first part exactly
    ("a" * 152 + "€" + "a" * 151, 2),  # it no longer fits, and begins the second
    ("a" * 152 + "€" + "a" * 152, 3),
    ("a" * 153 + "€" + "a" * 151, 2),
    ("a" * 152 + "€" + "a" * 150 + "€", 3),  # one septet is lost at each of two boundaries
    ("a" * 304 + "€", 2),
    ("a" * 305 + "€", 3),
    ("a" * 305 + "^", 3),
    ("{[~]}|^\\" * 10, 1),
    ("{[~]}|^\\" * 10 + "a", 2),
    # UCS-2: one character outside the alphabet is enough
    ("ç", 1),
    ("ç" * 70, 1),
    ("ç" * 71, 2),
    ("ç" * 133, 2),
    ("ç" * 134, 2),
    ("ç" * 135, 3),
    ("ç" * 201, 3),
    ("ç" * 202, 4),
    ("ç" * 268, 4),
    ("ç" * 269, 5),
    ("ç" * 670, 10),
    ("ç" * 671, 11),
    ("ç" + "a" * 69, 1),
    ("ç" + "a" * 70, 2),
    ("a" * 70 + "ç", 2),
    ("a" * 159 + "ç", 3),
    ("ç" + "€" * 69, 1),  # no escape is needed in UCS-2
    ("ç" + "€" * 70, 2),
    ("`" + "a" * 70, 2),
    # surrogate pairs: two units, never in two parts
    ("😀", 1),
    ("😀" * 35, 1),
    ("😀" * 36, 2),
    ("😀" * 66, 2),  # 33 a part: a unit of each is left over
    ("😀" * 67, 3),
    ("😀" * 99, 3),
    ("😀" * 100, 4),
    ("a" * 68 + "😀", 1),
    ("a" * 69 + "😀", 2),
    ("a" * 65 + "😀" + "a" * 67, 2),  # the pair ends the first part exactly
    ("a" * 66 + "😀" + "a" * 65, 2),  # it no longer fits, and begins the second
    ("a" * 66 + "😀" + "a" * 66, 3),
    ("a" * 67 + "😀" + "a" * 65, 2),
    ("a" * 132 + "😀", 2),
    ("a" * 133 + "😀", 3),
    ("a" * 66 + "👩\u200d⚕\ufe0f" + "a" * 62, 2),  # an emoji of several may be cut between them, as carriers do
]


@pytest.mark.parametrize(("text", "parts"), PARTS)
def test_parts(text: str, parts: int) -> None:
    assert sms_parts(text) == parts == parts_by_encoding(text)


def test_the_table_has_every_boundary() -> None:
    assert len(PARTS) >= 60
    assert {len(text) for text, _ in PARTS if set(text) == {"a"}} >= {160, 161, *(153 * n for n in range(3, 8))}
    assert {len(text) for text, _ in PARTS if set(text) == {"ç"}} >= {70, 71, *(67 * n for n in range(2, 5))}


# The default alphabet by its positions from 0x00 to 0x7F; 0x1B is the escape.
DEFAULT_ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅå" "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ" " !\"#¤%&'()*+,-./" "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO" "PQRSTUVWXYZÄÖÑÜ§" "¿abcdefghijklmno" "pqrstuvwxyzäöñüà"
)  # fmt: skip
AFTER_ESCAPE = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|",
                0x65: "€"}  # fmt: skip
SEPTETS = {char: bytes([code]) for code, char in enumerate(DEFAULT_ALPHABET) if code != 0x1B}
SEPTETS |= {char: bytes([0x1B, code]) for code, char in AFTER_ESCAPE.items()}


def parts_by_encoding(text: str) -> int:
    """An independent count: the septets or octets that go over the air, cut into parts from the front."""
    if all(char in SEPTETS for char in text):
        sent, single, joined, unit = b"".join(map(SEPTETS.__getitem__, text)), 160, 153, 1
    else:
        sent, single, joined, unit = text.encode("utf-16-be"), 140, 134, 2
    if len(sent) <= single:
        return 1
    parts, at = 0, 0
    while at < len(sent):
        end = min(at + joined, len(sent))
        last = sent[end - unit : end]
        if end < len(sent) and (last == b"\x1b" or (unit == 2 and 0xD8 <= last[0] <= 0xDB)):
            end -= unit  # an escape or a first half of a pair may not end a part
        parts, at = parts + 1, end
    return parts


@given(TEXTS)
def test_parts_equal_an_independent_count(text: str) -> None:
    assert sms_parts(text) == parts_by_encoding(text)


@pytest.mark.parametrize(
    ("alphabet", "least", "most"), [("a€", 140, 700), ("aç😀", 60, 300), ("aaaaaaaa^", 300, 320), ("ç😀", 125, 140)]
)
@given(data=st.data())
def test_parts_at_boundaries_equal_an_independent_count(
    alphabet: str, least: int, most: int, data: st.DataObject
) -> None:
    text = data.draw(st.text(st.sampled_from(alphabet), min_size=least, max_size=most))
    assert sms_parts(text) == parts_by_encoding(text)
