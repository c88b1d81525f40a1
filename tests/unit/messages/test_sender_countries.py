"""The countries to which SMS go without a name as their sender, and names that say nothing."""

import pytest

from chalicelib.messages.sender_countries import REFUSE, REGISTER, country_without_name, is_generic


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+41790000001", None), ("+423660123456", None), ("+4915112345678", None), ("+33612345678", None),
        ("+436641234567", "AT"), ("+34612345678", "ES"), ("+447400123456", "GB"), ("+353850123456", "IE"),
        ("+358412345678", "FI"), ("+16502530000", "US"), ("+15062345678", "CA"), ("+999123456789", None), ("", None),
    ],
)  # fmt: skip
def test_the_country_of_a_number_decides(number: str, country: str | None) -> None:
    assert country_without_name(number) == country


def test_a_country_refuses_names_or_registers_them() -> None:
    assert not REFUSE & REGISTER
    assert all(len(country) == 2 and country.isupper() for country in REFUSE | REGISTER)


@pytest.mark.parametrize(("sender", "generic"), [("INFO", True), ("Sms", True), ("PraxisBach", False), ("", False)])
def test_generic_names(sender: str, generic: bool) -> None:
    assert is_generic(sender) == generic
