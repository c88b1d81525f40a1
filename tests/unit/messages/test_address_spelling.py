"""How people write addresses: taken where it can mean one only, else the reason names the kind of the fault."""

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.messages.recipient import Address, Channel, NoAddress, email_address, mobile_number
from chalicelib.text import LANGUAGES, Text
from chalicelib.words.words import words_of

FIRST, SECOND, LANDLINE = "079 123 45 67", "078 123 45 67", "044 512 84 30"
E164, ANNA = "+41791234567", "anna@praxis.example"


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        (f"{FIRST} (Mutter)", E164),
        (f"{FIRST} Mutter", E164),
        ("0791234567Mutter", E164),
        ("0041 (0)79 123 45 67 (Grand-mère)", E164),
        (f"{FIRST} (pe\u0300re)", E164),
        (f"Mutter {FIRST} / Vater {SECOND}", E164),
        ("079'123'45'67", E164),
        ("079’123’45’67", E164),
        ("079_123_45_67", E164),
        (f"Natel: {FIRST}", E164),
        (f"{FIRST} / {SECOND}", E164),
        (f"{FIRST}, {SECOND}", E164),
        (f"{FIRST}\n{SECOND}", E164),
        ("0791234567/0781234567", E164),
        ("0791234567 0781234567", E164),
        ("+41 79 123 45 67 / 68", E164),
        (f"{LANDLINE} / {FIRST}", E164),
        (f"{LANDLINE};{FIRST}", E164),
        (f"P {LANDLINE} G {FIRST}", E164),
        ("044/512 84 30 / 079/123.45.67", E164),
        ("079 123 45 / 078 123 45 67", "+41781234567"),
        (f"{FIRST} / +49 1512 3456789", E164),
        ("\ufeff0791234567", E164),
        ("079\u200e123\u206045\u200b67", E164),
    ],
)
def test_a_readable_mobile_number_is_taken_the_first_of_several(raw: str, e164: str) -> None:
    assert mobile_number(raw) == Address(Channel.SMS, e164)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("\u200b", Text("address.no_mobile")),
        (f"{LANDLINE} / 031 512 84 30", Text("address.landline")),
        ("030 791234567", Text("address.mobile_invalid")),  # a Swiss stranger's mobile number, without its zero
        *((f"{FIRST} {words}", Text("address.mobile_flaw", Text("flaw.words"))) for words in (
            "(alt)", "keine SMS", "nicht", "bis Ende Jahr", "gehört dem Ex-Mann", "Anna",
        )),
        ("079 MUTTERS", Text("address.mobile_flaw", Text("flaw.words"))),  # on a keypad a stranger's valid number
        ("Natel 079 MUTTERS", Text("address.mobile_flaw", Text("flaw.words"))),
        ("+41 79 O00 12 34", Text("address.mobile_flaw", Text("flaw.words"))),
        ("079 123 45 6O", Text("address.mobile_flaw", Text("flaw.words"))),
        ("-", Text("address.mobile_flaw", Text("flaw.no_digits"))),
        ("anna@praxis.example", Text("address.mobile_flaw", Text("flaw.no_digits"))),
        ("siehe Dossier", Text("address.mobile_flaw", Text("flaw.no_digits"))),
        ("079 123 4?", Text("address.mobile_flaw", Text("flaw.character", character="?"))),
        ("079 123 45 \x07", Text("address.mobile_flaw", Text("flaw.character", character="U+0007"))),
        ("144", Text("address.mobile_flaw", Text("flaw.count_of_digits"))),
        ("00041 79 123 45 67", Text("address.mobile_flaw", Text("flaw.count_of_digits"))),
        ("079 123 45", Text("address.mobile_flaw", Text("flaw.count_of_digits"))),
        (f"{FIRST} 8", Text("address.mobile_flaw", Text("flaw.count_of_digits"))),
    ],
)  # fmt: skip
def test_a_number_that_nobody_can_be_sure_of_is_refused_by_its_kind(raw: str, reason: Text) -> None:
    assert mobile_number(raw) == NoAddress(reason)


@pytest.mark.parametrize(
    "raw",
    [
        f"\ufeff{ANNA}",
        f"\u202a{ANNA}\u202c",
        "an\u200bna@prax\u2060is.exa\u00admple",
        f"mailto:{ANNA}",
        f"MAILTO:{ANNA}?subject=Termin",
        f"E-Mail: {ANNA}",
        f"Anna <{ANNA}>",
        f"Anna Muster <{ANNA}>,",
        f"Dr. med. Muster, Anna <mailto:{ANNA}>",
        f"{ANNA} <{ANNA}>",
        f"'{ANNA}' <{ANNA}>",
        f"<{ANNA}>",
        f"({ANNA})",
        f"{ANNA},",
        f"{ANNA}.",
        f"{ANNA} ;",
    ],
)
def test_a_readable_email_address_is_taken(raw: str) -> None:
    assert email_address(raw) == Address(Channel.EMAIL, ANNA)


def test_a_link_is_decoded() -> None:
    assert email_address("mailto:anna%2Bpraxis@praxis.example") == Address(Channel.EMAIL, "anna+praxis@praxis.example")


@pytest.mark.parametrize("raw", ["'anna@praxis.example", "e-mail.anna@praxis.example", "mailto@praxis.example"])
def test_a_valid_address_stays_as_it_stands(raw: str) -> None:
    assert email_address(raw) == Address(Channel.EMAIL, raw)


@pytest.mark.parametrize(
    ("raw", "flaw"),
    [
        ("anna", Text("flaw.no_at")),
        ("-", Text("flaw.no_at")),
        (FIRST, Text("flaw.no_at")),
        ("mailto:", Text("flaw.no_at")),
        ("anna@@praxis.example", Text("flaw.several_at")),
        (f"{ANNA}, beat@praxis.example", Text("flaw.several_at")),
        (f"{ANNA}\nBcc: beat@praxis.example", Text("flaw.several_at")),
        (f"beat@praxis.example <{ANNA}>", Text("flaw.several_at")),
        ("anna muster@praxis.example", Text("flaw.blank")),
        ("anna@praxis .example", Text("flaw.blank")),
        ("jörg@praxis.example", Text("flaw.foreign_letter")),  # SES takes ASCII local parts only
        ("an(na@praxis.example", Text("flaw.character", character="(")),
        ("anna@praxis,example", Text("flaw.character", character=",")),
        ("anna@praxis_1.example", Text("flaw.character", character="_")),
        ("an\x00na@praxis.example", Text("flaw.character", character="U+0000")),
        ("anna.@praxis.example", Text("flaw.character", character=".")),
        ("anna@praxis..example", Text("flaw.character", character=".")),
        ("anna@praxis", Text("flaw.domain")),
        ("anna@", Text("flaw.domain")),
    ],
)
def test_an_email_address_is_refused_by_the_kind_of_its_fault(raw: str, flaw: Text) -> None:
    assert email_address(raw) == NoAddress(Text("address.email_flaw", flaw))


PIECES = st.sampled_from([
    *"+0123456789 ()/-.,;:'\"<>@?%_\n\t", "079", "123 45 67", "mutter", "keine", "anna", "praxis.example", "mailto:",
    "\u200b", "\ufeff", "\u202e", "\u00ad", "ä", "x", "\x00", "①", "٠", "😀",
])  # fmt: skip
WRITTEN = st.lists(PIECES, max_size=24).map("".join) | st.text(max_size=60)


def values(text: Text) -> Iterator[object]:
    yield from dict(text.values).values()
    for part in text.parts:
        yield from values(part)


@given(WRITTEN)
@example("[@[")
@example("mailto://[")
def test_whatever_is_written_gives_an_address_or_a_reason_without_a_part_of_it(raw: str) -> None:
    for read in (mobile_number, email_address):
        found = read(raw)
        if isinstance(found, Address):
            assert read(found.value) == found
        else:
            assert [
                said for said in values(found.reason) if len(str(said)) > 1 and not str(said).startswith("U+")
            ] == []
            assert [one for one in LANGUAGES if found.reason.code in words_of(one).of(found.reason)] == []


@given(WRITTEN, st.sampled_from(["\u200b", "\ufeff", "\u200f", "\u2069", "\u2060"]), st.integers(0, 60))
def test_a_mark_that_nobody_sees_changes_nothing(raw: str, mark: str, place: int) -> None:
    if len(raw.strip()) < 60:
        marked = raw[:place] + mark + raw[place:]
        assert (mobile_number(marked), email_address(marked)) == (mobile_number(raw), email_address(raw))
