"""The countries in which an SMS may not show letters as its sender, or only registered ones. Pure.

Source: «Supported countries» (North America, South America, Asia, Africa) and «Registration forms», AWS End User
Messaging User Guide, as far as they could be read on 2026-11-30. AT and ES are from an earlier reading: the page about
Europe could not be read again. A country that is missing gets the name.
"""

from __future__ import annotations

from functools import lru_cache

REFUSE = frozenset({
    "AR", "AS", "AT", "BR", "BS", "CA", "CL", "CN", "CO", "CR", "DO", "EC", "GU", "KY", "MP", "PE", "PR", "PY", "SV",
    "US", "UY", "VI",
})  # fmt: skip
REGISTER = frozenset({
    "AE", "AU", "BD", "BY", "CM", "EG", "ES", "FI", "GB", "ID", "IE", "IN", "JO", "KE", "KH", "KW", "KZ", "LK", "PH",
    "QA", "RU", "SA", "SG", "TH", "TR", "VN", "ZM",
})  # fmt: skip
# Names that say nothing about who sends: carriers hold them for fraud, and refuse or replace them.
GENERIC = frozenset({
    "ALERT", "CODE", "INFO", "INFOSMS", "MESSAGE", "NOTICE", "NOTIFY", "OTP", "REMINDER", "SERVICE", "SMS", "TERMIN",
    "TEST", "VERIFY",
})  # fmt: skip


@lru_cache(maxsize=1024)
def country_without_name(number: str) -> str | None:
    """Return the country (ISO 3166) of a number in E.164 to which an SMS goes without its sender's name, else None."""
    from phonenumbers import NumberParseException, parse, region_code_for_number

    try:
        country: str | None = region_code_for_number(parse(number))
    except NumberParseException:
        return None
    return country if country in REFUSE | REGISTER else None


def is_generic(sender: str) -> bool:
    """Whether a SenderID says nothing about who sends."""
    return sender.upper() in GENERIC
