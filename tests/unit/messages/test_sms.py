"""Cleaning a text for SMS, and counting its parts."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.sms import as_sms, is_gsm7, nearest_letters, sms_parts, transliterated, without_invisible

TABLE = Path(__file__).parents[4] / "shared" / "data" / "gsm" / "GSM0338.TXT"

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
        ("d`Aubigny dʼAubigny d′Aubigny", "d'Aubigny d'Aubigny d'Aubigny"),
        ("• Zimmer 3\n‣ Labor", "- Zimmer 3\n- Labor"),
        ("Oﬀene ﬁxe Proﬁle, 1⁄2", "Offene fixe Profile, 1/2"),
        ("Un imprévu\u00a0? 10\u202f%", "Un imprévu ? 10 %"),
        ("a\r\x00\nb", "a\nb"),
        ("a \u200d\nb", "a\nb"),
        ("1\ufe0f. Stock\ufe0e", "1. Stock"),
        ("☎\ufe0f 1\ufe0f", "☎\ufe0f 1\ufe0f"),
        ("\u2067Anna\u2069 \u061c(neu)", "Anna (neu)"),
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


@given(st.text(st.characters(categories=["L"], exclude_characters="ʻʼﬀﬁﬂﬃﬄﬅﬆ"), max_size=60))
def test_letters_survive(text: str) -> None:
    kept = unicodedata.normalize("NFC", text)
    assert as_sms(kept) == kept


@given(TEXTS.filter(is_gsm7))
def test_cleaning_keeps_gsm7_gsm7(text: str) -> None:
    assert is_gsm7(as_sms(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("éèàùìòñäöüÇåæøßÉÄÖÜÑÅÆØ", "éèàùìòñäöüÇåæøßÉÄÖÜÑÅÆØ"),
        ("çêôëâîûïÿ", "ceoeaiuiy"),
        ("ÀÂÈÊËÎÏÔŒÙÛŸ", "AAEEEIIOOeUUY"),
        ("œuvre Œuvray", "oeuvre Oeuvray"),
        ("Živković Đorđević Čapek Šimić", "Zivkovic Dordevic Capek Simic"),
        ("Łukasz Wałęsa, Ązżźń", "Lukasz Walesa, Azzzn"),
        ("Nguyễn Thị Huyền, Đặng", "Nguyen Thi Huyen, Dang"),
        ("Çağlar Işık Şahin İnci", "Çaglar Isik Sahin Inci"),
        ("João Conceição Íñigo", "Joao Conceicao Iñigo"),
        ("Þórður Ægir Sæmundsson", "Thordur Ægir Sæmundsson"),
        ("Ștefan Țăran", "Stefan Taran"),
        ("Ǻǘǖ", "Åüü"),
        ("Col·legi n° 3", "Col.legi no 3"),
        ("x\u030c", "x"),
        ("½ Tag", "1/2 Tag"),
        ("10½ Uhr, 2⅔", "10 1/2 Uhr, 2 2/3"),
        ("10² und 10⁻³, 25 m²", "10^2 und 10^-3, 25 m2"),
        ("25 °C, 7°F, 20℃, 5° piano", "25 C, 7 F, 20C, 5o piano"),
        ("Qurʾān, ʿAlī, kanal ʹ ʽ ˈ ˊ ˋ, Ꞌaꞌa", "Qur'an, 'Ali, kanal ' ' ' ' ', 'a'a"),
        ("10½ Παπαδάκης", "10½ Παπαδάκης"),
        ("Παπαδάκης ç", "Παπαδάκης ç"),
        ("Иванова ç", "Иванова ç"),
        ("אברהם", "אברהם"),
        ("Ana 😀 ç", "Ana 😀 ç"),
        ("", ""),
    ],
)
def test_letters_outside_the_alphabet_are_written_in_the_nearest(text: str, expected: str) -> None:
    assert transliterated(text) == expected


@given(TEXTS | st.text(st.characters(max_codepoint=0x24F)))
def test_a_transliterated_text_is_gsm7_or_as_it_was(text: str) -> None:
    written = transliterated(as_sms(text))
    assert is_gsm7(written) or written == as_sms(text)
    assert transliterated(written) == written
    assert sms_parts(written) <= sms_parts(as_sms(text)) or not is_gsm7(written)


def test_every_latin_letter_of_europe_has_letters_nearby() -> None:
    letters = [chr(code) for code in range(0x00C0, 0x0180) if chr(code).isalpha()]
    assert [letter for letter in letters if not is_gsm7(nearest_letters(letter) or "☎")] == []
    assert [letter for letter in letters if not nearest_letters(letter)] == []
