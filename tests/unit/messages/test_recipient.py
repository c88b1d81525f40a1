"""Valid addresses for a message, and the choice among them."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.recipient import Address, Channel, NoAddress, choose_address, email_address, mobile_number
from chalicelib.text import Text
from chalicelib.words.words import words_of

SHAPES = Path(__file__).parents[4] / "shared" / "data" / "phones" / "ch_de_shapes.json"

MOBILE = "079 123 45 67"
NO_PHONE = Text("address.no_mobile")
LANDLINE = Text("address.landline")
OTHER_TYPE = Text("address.no_mobile_phone")
BAD_PHONE = Text("address.mobile_invalid")
NO_EMAIL = Text("address.no_email")
BAD_EMAIL = Text("address.email_invalid")
NO_AT = Text("address.email_flaw", Text("flaw.no_at"))
TOO_SHORT = Text("address.mobile_flaw", Text("flaw.count_of_digits"))
NO_SMS_SENT, NO_EMAIL_SENT = Text("address.sms_impossible"), Text("address.email_impossible")

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(),
    st.text(),
    st.text(st.sampled_from("+0123456789 ()/-.@abcü;=ext\u00a0"), max_size=80),
    st.lists(st.integers(), max_size=2),
    st.sampled_from([10**4000, -(10**4000), "9" * 10_000, "a" * 10_000 + "@example.com"]),
)


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        (MOBILE, "+41791234567"),
        ("0791234567", "+41791234567"),
        ("  079/123.45.67\u00a0", "+41791234567"),
        ("+41 (0)79 123 45 67", "+41791234567"),
        ("0041 79 123 45 67", "+41791234567"),
        ("Tel. 079 123 45 67", "+41791234567"),
        ("\u202a+41 79 123 45 67\u202c", "+41791234567"),  # as copied out of a phone's contacts
        (791234567, "+41791234567"),
        (41791234567, "+41791234567"),
        ("+49 1512 3456789", "+4915123456789"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+39 347 123 4567", "+393471234567"),
        ("+43 664 1234567", "+436641234567"),
        ("+1 650 253 0000", "+16502530000"),  # North America: fixed or mobile cannot be told apart
    ],
)
def test_mobile_numbers_of_every_shape(raw: object, e164: str) -> None:
    assert mobile_number(raw) == Address(Channel.SMS, e164)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, NO_PHONE),
        ("", NO_PHONE),
        (" \t\n", NO_PHONE),
        ("044 512 84 30", LANDLINE),
        ("+49 30 123456", LANDLINE),
        ("0800 800 800", OTHER_TYPE),
        ("0900 123 456", OTHER_TYPE),
        ("+41 74 078 23 45", OTHER_TYPE),  # a pager
        ("077 000 00 00 00 000 000 0", BAD_PHONE),
        (True, BAD_PHONE),
        (0, BAD_PHONE),
        (41791234567.0, BAD_PHONE),
        (b"0791234567", BAD_PHONE),
        (10**4000, BAD_PHONE),
        ("0" * 10_000, BAD_PHONE),
        (MOBILE + " " * 60 + "1", BAD_PHONE),
    ],
)
def test_what_is_no_mobile_number(raw: object, reason: Text) -> None:
    assert mobile_number(raw) == NoAddress(reason)


def test_a_number_too_long_to_be_written_is_invalid() -> None:
    assert mobile_number(10**5000) == NoAddress(BAD_PHONE)


def test_numbers_without_country_code_belong_to_the_region() -> None:
    assert mobile_number("0664 1234567", region="AT") == Address(Channel.SMS, "+436641234567")


def shapes() -> list[dict[str, Any]]:
    return json.loads(SHAPES.read_text("utf-8"))["vectors"] if SHAPES.exists() else []


@pytest.mark.skipif(not SHAPES.exists(), reason="the shared data are absent")
def test_the_shapes_of_public_test_suites() -> None:
    for shape in shapes():
        e164, found = shape["expected"], mobile_number(shape["raw"])
        if e164 is None:
            assert isinstance(found, NoAddress), shape
            assert found.reason.code == "address.mobile_flaw", shape
        elif e164.startswith("+417"):
            assert found == Address(Channel.SMS, e164), shape
        else:
            assert found == NoAddress(LANDLINE), shape


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("anna.muster@example.com", "anna.muster@example.com"),
        ("  anna@example.com \n", "anna@example.com"),
        ("Anna.Muster@EXAMPLE.com", "Anna.Muster@example.com"),
        ("anna+praxis@mail.example.com", "anna+praxis@mail.example.com"),
        ("anna@zürich.example.com", "anna@xn--zrich-kva.example.com"),
        ("anna@xn--zrich-kva.example.com", "anna@xn--zrich-kva.example.com"),
    ],
)
def test_email_addresses(raw: str, address: str) -> None:
    assert email_address(raw) == Address(Channel.EMAIL, address)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, NO_EMAIL),
        ("", NO_EMAIL),
        ("  ", NO_EMAIL),
        ("anna@-example.com", BAD_EMAIL),
        (42, BAD_EMAIL),
        (b"anna@example.com", BAD_EMAIL),
        ("a" * 10_000 + "@example.com", BAD_EMAIL),
    ],
)
def test_what_is_no_email_address(raw: object, reason: Text) -> None:
    assert email_address(raw) == NoAddress(reason)


SMS, EMAIL = Channel.SMS, Channel.EMAIL
WORDS = {  # in a sentence, and in a column; `choose_address` has an SMS reason and an e-mail one, in either order
    SMS: {
        "address.no_mobile": ("Keine Mobiltelefonnummer erfasst", "keine Mobilnummer"),
        "address.mobile_invalid": ("Die Mobiltelefonnummer ist ungültig", "Mobilnummer ungültig"),
        "address.landline": ("Die Mobiltelefonnummer ist eine Festnetznummer", "Festnetznummer"),
        "address.no_mobile_phone": ("Die Mobiltelefonnummer gehört zu keinem Mobiltelefon", "kein Mobiltelefon"),
        "address.sms_impossible": ("Der Versand per SMS ist nicht möglich", "der Versand per SMS ist nicht möglich"),
        "address.mobile_opted_out": ("Die Mobiltelefonnummer ist abgemeldet", "Mobilnummer abgemeldet"),
    },
    EMAIL: {
        "address.no_email": ("Keine E-Mail-Adresse erfasst", "keine E-Mail"),
        "address.email_invalid": ("Die E-Mail-Adresse ist ungültig", "E-Mail ungültig"),
        "address.email_impossible": (
            "Der Versand per E-Mail ist nicht möglich", "der Versand per E-Mail ist nicht möglich",
        ),
        "address.email_opted_out": ("Die E-Mail-Adresse ist abgemeldet", "E-Mail abgemeldet"),
        "address.email_unreachable": ("Die E-Mail-Adresse ist unzustellbar", "E-Mail unzustellbar"),
    },
}  # fmt: skip


@pytest.mark.parametrize("preferred", Channel)
def test_every_two_reasons_read_in_a_sentence_and_in_a_column(preferred: Channel) -> None:
    words = words_of("de")
    other = EMAIL if preferred is SMS else SMS
    for (first, (said, short)), (second, (then, then_short)) in product(WORDS[preferred].items(), WORDS[other].items()):
        both = neither(Text(first), Text(second)).reason
        assert words.of(both) == f"{said}; {then[0].lower()}{then[1:]}"
        assert words.short(both) == f"{short[0].upper()}{short[1:]}; {then_short}"


def neither(first: Text, second: Text) -> NoAddress:
    return NoAddress(Text("address.none", first, second))


BY_SMS, BY_EMAIL = Address(SMS, "+41791234567"), Address(EMAIL, "anna@example.com")


@pytest.mark.parametrize(
    ("mobile", "email", "preferred", "sms_possible", "email_possible", "chosen"),
    [
        (MOBILE, "anna@example.com", SMS, True, True, BY_SMS),
        (MOBILE, "anna@example.com", EMAIL, True, True, BY_EMAIL),
        (None, "anna@example.com", SMS, True, True, BY_EMAIL),
        (MOBILE, "anna", EMAIL, True, True, BY_SMS),
        (MOBILE, "anna@example.com", SMS, False, True, BY_EMAIL),
        (MOBILE, "anna@example.com", EMAIL, True, False, BY_SMS),
        (None, None, SMS, True, True, neither(NO_PHONE, NO_EMAIL)),
        (None, None, EMAIL, True, True, neither(NO_EMAIL, NO_PHONE)),
        ("044 512 84 30", "anna", SMS, True, True, neither(LANDLINE, NO_AT)),
        ("079", "anna@example.com", SMS, True, False, neither(TOO_SHORT, NO_EMAIL_SENT)),
        (MOBILE, None, SMS, False, True, neither(NO_SMS_SENT, NO_EMAIL)),
    ],
)
def test_the_preferred_channel_first_then_the_other(
    mobile: object,
    email: object,
    preferred: Channel,
    sms_possible: bool,
    email_possible: bool,
    chosen: Address | NoAddress,
) -> None:
    assert choose_address(mobile, email, preferred, sms_possible, email_possible) == chosen


@given(ANYTHING, ANYTHING, st.sampled_from(Channel), st.booleans(), st.booleans())
def test_whatever_the_database_holds_gives_an_address_or_a_reason(
    mobile: object, email: object, preferred: Channel, sms_possible: bool, email_possible: bool
) -> None:
    found = choose_address(mobile, email, preferred, sms_possible, email_possible)
    if isinstance(found, Address):
        assert found.value.isascii()
        assert found.value.startswith("+") if found.channel is SMS else "@" in found.value
    else:
        assert found.reason.code == "address.none"


@given(ANYTHING)
def test_a_found_address_is_found_again_in_its_own_spelling(raw: object) -> None:
    for read in (mobile_number, email_address):
        found = read(raw)
        if isinstance(found, Address):
            assert read(found.value) == found
