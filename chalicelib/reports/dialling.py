"""Telephone numbers as one dials them in Switzerland. Pure."""

from __future__ import annotations

import re
from typing import Any

from chalicelib.reports.csv_file import as_text

_REGION = "CH"
_DIGITS = re.compile(r"\+?\d[\d\s'’./()-]{5,}")
_GROUPED = str.maketrans("", "", "'’")


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
    """The URL that dials the one number in a text, such as «079 … (Mutter)»; empty if there are several, or none."""
    import phonenumbers

    found = [number for text in _DIGITS.findall(phone) if (number := _parsed(text.translate(_GROUPED)))]
    number = found[0] if len(found) == 1 else None
    return f"tel:{phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}" if number else ""


def _parsed(phone: str) -> Any:
    """None for what is no number, or is more than one: «079 … Tochter»."""
    import phonenumbers

    try:
        number = phonenumbers.parse(phone, _REGION)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) and not any(map(str.isalpha, phone)) else None
