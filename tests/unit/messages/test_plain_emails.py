"""Plain e-mail addresses, which are read without loading email-validator."""

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.messages.recipient import SPECIAL_DOMAINS, Address, email_address


@settings(max_examples=400)
@given(st.from_regex(r"[a-z0-9._-]{1,6}@([a-z0-9-]{1,5}\.){0,3}(ch|local|test|arpa|invalid|onion|c)", fullmatch=True))
def test_a_plain_address_is_read_without_the_library_as_with_it(text: str) -> None:
    try:
        expected = validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        expected = None
    found = email_address(text)
    assert (found.value if isinstance(found, Address) else None) == expected


def test_the_library_has_no_other_special_domains() -> None:
    """One that it adds would be read without it."""
    assert {f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES} == set(SPECIAL_DOMAINS)
