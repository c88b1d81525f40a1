"""Telephone numbers as one dials them in Switzerland. Pure."""

from __future__ import annotations

from typing import Any

from chalicelib.reports.csv_file import as_text

_REGION = "CH"


def dialled(phone: str) -> str:
    """As one dials it in Switzerland, in groups: 079 123 45 67, or 00 49 … for another country.

    +41791234567 would be a formula, which Excel calculates to 41791234567; an apostrophe before it is ugly to read
    and to copy, ="…" is a formula too, and 0791234567 loses its zero. In groups with blanks it is no number to a
    Swiss or German Excel. A number that nobody can read is guarded as any text.
    """
    import phonenumbers

    number = _parsed(phone)
    if number is None:
        return as_text(phone)
    shown = phonenumbers.format_out_of_country_calling_number(number, _REGION)
    return shown if " " in shown else as_text(shown)


def tel_link(phone: str) -> str:
    """The URL that dials it; empty for a number that nobody can read."""
    import phonenumbers

    number = _parsed(phone)
    return f"tel:{phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}" if number else ""


def _parsed(phone: str) -> Any:
    """None for what is no number, or is more than one: «079 … Tochter»."""
    import phonenumbers

    try:
        number = phonenumbers.parse(phone, _REGION)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) and not any(map(str.isalpha, phone)) else None
