"""What an SMS can carry, and how many parts it makes."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.sms_text import as_sms, is_gsm7, sms_parts, without_invisible

TABLE = Path(__file__).parents[3] / "shared" / "data" / "gsm" / "GSM0338.TXT"

ESCAPED = "\f^{}\\[~]|€"
UCS2 = "ç"
TEXTS = st.text(
    st.one_of(st.sampled_from("aäÇ€[ ç☎😀\n\r\t'’–…\u00a0\u200b\u200d\u0308\u202e"), st.characters()),
    max_size=400,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("Guten Tag Frau Müller, 14:30 Uhr", True),
        ("äöüÄÖÜß éèàùìò ñÑ Ç £€", True),
        ("{[~]}|^\\", True),
        ("ç", False),
        ("ê", False),
        ("â", False),
        ("ô", False),
        ("ë", False),
        ("’", False),
        ("–", False),
        ("`", False),
        ("\x1b", False),
        ("☎", False),
    ],
)
def test_the_gsm7_alphabet(text: str, expected: bool) -> None:
    assert is_gsm7(text) is expected


@pytest.mark.skipif(not TABLE.exists(), reason="the shared data are absent")
def test_the_alphabet_is_that_of_the_published_table() -> None:
    rows = (line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if line.startswith("0x"))
    published = {chr(int(row[1], 16)): len(row[0]) for row in rows}
    del published["\u00a0"]  # the escape itself
    del published["ç"]  # the table has small ç at 0x09, where handsets and carriers have the capital
    published["Ç"] = len("0x09")
    assert {char for char in map(chr, range(0x3000)) if is_gsm7(char)} == set(published)
    for char, width in published.items():
        assert sms_parts("a" * 159 + char) == (1 if width == len("0x09") else 2), char


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 159 + "€", 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the € does not fit into the first part, and moves
        ("a" * 151 + "€" + "a" * 153, 2),
        (UCS2 * 70, 1),
        (UCS2 * 71, 2),
        (UCS2 * 134, 2),
        (UCS2 * 135, 3),
        (UCS2 + "a" * 69, 1),
        (UCS2 + "a" * 70, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),  # 33 whole pairs a part
        ("\ud800" * 70, 1),
    ],
)
def test_parts(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


def parts_by_cutting(text: str) -> int:
    """An independent count: encode, then cut pieces off the encoded message."""
    if is_gsm7(text):
        encoded = "".join("^" + "x" if char in ESCAPED else "x" for char in text)
        single, joined, first_half = 160, 153, "^"
    else:
        encoded = "".join("^x" if len(char.encode("utf-16-le", "surrogatepass")) == 4 else "x" for char in text)
        single, joined, first_half = 70, 67, "^"
    if len(encoded) <= single:
        return 1
    parts = 0
    while encoded:
        piece = encoded[:joined]
        if piece.endswith(first_half):
            piece = piece[:-1]
        encoded = encoded[len(piece) :]
        parts += 1
    return parts


@given(TEXTS)
def test_parts_equal_an_independent_count(text: str) -> None:
    assert sms_parts(text) == parts_by_cutting(text)


@given(st.text(st.sampled_from("a€"), min_size=140, max_size=700))
def test_gsm7_parts_equal_an_independent_count(text: str) -> None:
    assert sms_parts(text) == parts_by_cutting(text)


@given(st.text(st.sampled_from("aç😀"), min_size=60, max_size=300))
def test_ucs2_parts_equal_an_independent_count(text: str) -> None:
    assert sms_parts(text) == parts_by_cutting(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("„Guten Tag“", '"Guten Tag"'),
        ("«Guten Tag»", '"Guten Tag"'),
        ("‚a‘ ‹b› D’Angelo", "'a' 'b' D'Angelo"),
        ("Mo–Fr — 8‑12", "Mo-Fr - 8-12"),
        ("und so weiter…", "und so weiter..."),
        ("10\u00a0Uhr\u202f30\u2009Minuten", "10 Uhr 30 Minuten"),
        ("a\tb", "a b"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a  \nb\t\n\n", "a\nb"),
        ("  a", "a"),
        ("a\x00\x07b\x1b", "ab"),
        ("\u202aabc\u202c\u200e\ufeff", "abc"),
        ("Ge\u00adburts\u200btag", "Geburtstag"),
        ("Mu\u0308ller", "Müller"),
        ("Mu\u200b\u0308ller", "Müller"),
        ("François Benoît Joël Jérôme", "François Benoît Joël Jérôme"),
        ("a\u200db", "ab"),
        ("👩‍⚕️ Alles Gute", "👩‍⚕️ Alles Gute"),
        ("a\ud800b", "ab"),
        ("", ""),
    ],
)
def test_a_text_is_cleaned_without_loss(text: str, expected: str) -> None:
    assert as_sms(text) == expected


def test_a_mark_goes_whatever_stands_beside_it() -> None:
    every = [chr(code) for code in range(0x10000)]
    assert [char for char in every if without_invisible(char) + "\n" != without_invisible(char + "\n")] == []
    assert sum(without_invisible(char) == "" for char in every) == 59 + 32 + 2048  # controls, marks, half surrogates


@given(TEXTS)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert as_sms(as_sms(text)) == as_sms(text)


@given(TEXTS)
def test_a_cleaned_text_can_be_encoded_and_has_no_controls(text: str) -> None:
    cleaned = as_sms(text)
    cleaned.encode("utf-8")
    assert not any(unicodedata.category(char) == "Cc" for char in cleaned if char != "\n")


@given(st.text(st.characters(categories=["L"]), max_size=60))
def test_letters_survive(text: str) -> None:
    kept = unicodedata.normalize("NFC", text)
    assert as_sms(kept) == kept


@given(TEXTS.filter(is_gsm7))
def test_cleaning_keeps_gsm7_gsm7(text: str) -> None:
    assert is_gsm7(as_sms(text))
