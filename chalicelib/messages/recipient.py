"""Recipients of a message: mobile numbers, e-mail addresses, and the choice between them.

The functions accept any value of a practice database (None, numbers, bytes, any text) and never raise. Reasons never
repeat the value, since they end up in logs. Libraries are imported lazily: every Lambda needs the channels, few parse
an address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from chalicelib.messages.address_spelling import email_flaw, email_in, numbers_in, phone_flaw, visible
from chalicelib.text import Text

_LONGEST_PHONE = 64  # characters; the longest sensible spelling of 15 digits is far shorter
_LONGEST_EMAIL = 320  # characters: 64 + @ + 255, RFC 5321
_SHORT_EMAIL = 64  # characters: neither of its parts is too long
_PLAIN_EMAIL = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}")
SPECIAL_DOMAINS = (".arpa", ".invalid", ".local", ".localhost", ".onion", ".test")  # nobody's: email-validator decides
_LONGEST_SENDER_ID = 11  # GSM 03.38 alphanumeric sender; SNS SenderID

_WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"}
    | {"æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
)


class Channel(StrEnum):
    """A way to reach a patient; the values are those of the switch BevorzugterKanal."""

    SMS = "SMS"
    EMAIL = "E-Mail"


@dataclass(frozen=True)
class Address:
    """A valid address: E.164 for SMS, the ASCII form for e-mail."""

    channel: Channel
    value: str


@dataclass(frozen=True)
class NoAddress:
    """Why there is no address: a Text without the value, whose words have no full stop."""

    reason: Text
    opted_out: bool = False  # there is an address, but it opted out


_INVALID_MOBILE = NoAddress(Text("address.mobile_invalid"))


def mobile_number(raw: object, region: str = "CH") -> Address | NoAddress:
    """Parse a mobile number into E.164, if libphonenumber finds it valid and of a mobile type; of several the first.

    Numbers without a country code belong to `region` (ISO 3166); any country is accepted, and so is an integer (which
    has lost its leading zero).
    """
    text = str(raw) if _is_short_int(raw) else raw
    if text is None or (isinstance(text, str) and not visible(text)):
        return NoAddress(Text("address.no_mobile"))
    if not isinstance(text, str) or len(text.strip()) > _LONGEST_PHONE:
        return _INVALID_MOBILE
    return _mobile(visible(text), region)


@lru_cache(maxsize=4096)  # a day's entries at every tick, two weeks of appointments on a page: 2 MB of a warm Lambda
def _mobile(text: str, region: str) -> Address | NoAddress:
    from phonenumbers import PhoneNumberFormat, PhoneNumberType, format_number, number_type

    kinds = set()
    for number in numbers_in(text, region):
        kinds.add(kind := number_type(number))
        if kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
            return Address(Channel.SMS, format_number(number, PhoneNumberFormat.E164))
    # UNKNOWN is the type of exactly those numbers that is_valid_number refuses.
    if not kinds - {PhoneNumberType.UNKNOWN}:
        flaw = phone_flaw(text, region)
        return NoAddress(Text("address.mobile_flaw", flaw)) if flaw else _INVALID_MOBILE
    return NoAddress(Text("address.landline" if PhoneNumberType.FIXED_LINE in kinds else "address.no_mobile_phone"))


def _is_short_int(raw: object) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 10**15


def email_address(raw: object) -> Address | NoAddress:
    """Parse an e-mail address, if email-validator finds it valid (without DNS), unchanged or in a usual spelling.

    An internationalised domain becomes punycode. A local part outside ASCII is invalid: SES refuses it.
    """
    if raw is None or (isinstance(raw, str) and not visible(raw)):
        return NoAddress(Text("address.no_email"))
    if not isinstance(raw, str) or len(raw.strip()) > _LONGEST_EMAIL:
        return NoAddress(Text("address.email_invalid"))
    spelt = email_in(visible(raw))
    for text in dict.fromkeys((raw.strip(), spelt)):
        if valid := _valid_email(text):
            return Address(Channel.EMAIL, valid)
    flaw = email_flaw(spelt)
    return NoAddress(Text("address.email_flaw", flaw) if flaw else Text("address.email_invalid"))


def _valid_email(text: str) -> str | None:
    """The plainest addresses need no library, which takes as long to load as a quarter of boto3."""
    if len(text) <= _SHORT_EMAIL and _PLAIN_EMAIL.fullmatch(text) and not text.endswith(SPECIAL_DOMAINS):
        return text
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        return None


def choose_address(
    mobile_raw: object,
    email_raw: object,
    preferred: Channel,
    sms_possible: bool,
    email_possible: bool,
    refusal: Callable[[Address], NoAddress | None] = lambda address: None,
) -> Address | NoAddress:
    """Return the address on the `preferred` channel, otherwise on the other; NoAddress names both causes.

    The address of an impossible channel (no template, no permitted sender) is not parsed, nor is the second one if
    the first is good. `refusal` says why nothing may be sent to an address.
    """

    def sms() -> Address | NoAddress:
        return mobile_number(mobile_raw) if sms_possible else NoAddress(Text("address.sms_impossible"))

    def email() -> Address | NoAddress:
        return email_address(email_raw) if email_possible else NoAddress(Text("address.email_impossible"))

    causes = []
    for parse in (sms, email) if preferred is Channel.SMS else (email, sms):
        found = parse()
        cause = refusal(found) if isinstance(found, Address) else found
        if cause is None:
            return found
        causes.append(cause)
    return NoAddress(Text("address.none", *(one.reason for one in causes)), any(one.opted_out for one in causes))


def sender_id(raw: object) -> str | None:
    """Convert AbsenderSMS to an SNS SenderID: 1 to 11 letters and digits, at least one letter; None if impossible.

    German umlauts are written out, other accents and all other characters dropped.
    """
    return _sender_id(raw) if isinstance(raw, str) else None


@lru_cache(maxsize=256)  # a practice has a few senders and thousands of messages
def _sender_id(raw: str) -> str | None:
    plain = unicodedata.normalize("NFC", raw).translate(_WRITTEN_OUT)
    base = (char for char in unicodedata.normalize("NFD", plain) if char.isascii() and char.isalnum())
    cut = "".join(base)[:_LONGEST_SENDER_ID]
    return cut if any(char.isalpha() for char in cut) else None
