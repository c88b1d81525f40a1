"""The kinds of values of a practice's settings: how to read them, their canonical form, a pattern for AWS. Pure.

The Parameter Store takes no empty value, so `-` stands for none wherever a value may be empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.messages.recipient import Address, Channel, email_address
from chalicelib.schedule.closed_days import CANTONS, ClosedDays, parse_closed_days
from chalicelib.schedule.sending_window import SendingWindow, parse_window

NONE = "-"


class InvalidError(Exception):
    """An invalid value."""


@dataclass(frozen=True)
class Values:
    """A kind of values: `read` returns one, or raises InvalidError; `text` is its canonical form.

    `pattern` matches every canonical form, and as little else as a pattern can; None if it can say nothing. It keeps to
    what all engines of regular expressions share, in ASCII.
    """

    read: Callable[[str], Any]
    pattern: str | None
    text: Callable[[Any], str] = str


def or_none(kind: Values, none: Any) -> Values:
    """Also `-` and an empty text, which are `none`."""
    return Values(
        lambda text: none if text.strip() in ("", NONE) else kind.read(text),
        kind.pattern and f"{NONE}|{kind.pattern}",
        lambda value: NONE if value == none else kind.text(value),
    )


def number(least: int, most: int) -> Values:
    def read(text: str) -> int:
        digits = text.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10) or not least <= int(digits) <= most:
            raise InvalidError
        return int(digits)

    return Values(read, "|".join(_numbers(least, most)))


def one_of(*choices: str) -> Values:
    def read(text: str) -> str:
        for choice in choices:
            if text.strip().casefold() == choice.casefold():
                return choice
        raise InvalidError

    return Values(read, "|".join(choices))


def _numbers(least: int, most: int) -> Iterator[str]:
    """Patterns of the numbers from `least` to `most`: as many last digits as possible are any."""
    while least <= most:
        free, step = 0, 1
        while least and least % (step * 10) == 0 and least + step * 10 - 1 <= most:
            free, step = free + 1, step * 10
        first = least // step
        last = min(first // 10 * 10 + 9, (most + 1) // step - 1)
        head, digits = str(first)[:-1], f"[{first % 10}-{last % 10}]" if last > first else str(first % 10)
        yield head + digits + "[0-9]" * free
        least = (last + 1) * step


def _window(text: str) -> SendingWindow:
    window = parse_window(text)
    if window is None:
        raise InvalidError
    return window


def _closed_days(text: str) -> ClosedDays:
    days = parse_closed_days(text)
    if days is None:
        raise InvalidError
    return days


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text.strip())
    except (OSError, ValueError, KeyError):  # a folder, not a name, unknown
        raise InvalidError from None


def _mandant(text: str) -> str:
    if len(mandant := text.strip()) > 64:
        raise InvalidError
    return mandant


@lru_cache(maxsize=256)  # every run of a practice parses its few addresses again
def _addresses(text: str) -> tuple[str, ...]:
    found = [email_address(part) for part in text.replace(";", ",").split(",") if part.strip()]
    addresses = tuple(one.value for one in found if isinstance(one, Address))
    if len(addresses) < len(found):
        raise InvalidError
    return addresses


_YES_OR_NO, _CHANNEL = one_of("Ja", "Nein"), one_of(*Channel)
_CLOCK, _DATE, _MAIL = "([01][0-9]|2[0-3]):[0-5][0-9]", r"[0-9]{1,2}\.[0-9]{1,2}\.20[0-9]{2}", r"[^@\s,;]+@[^@\s,;]+"
_CLOSED = f"({_DATE}( *- *{_DATE})?|{'|'.join(CANTONS)})"

YES_NO = Values(lambda text: _YES_OR_NO.read(text) == "Ja", _YES_OR_NO.pattern, lambda yes: "Ja" if yes else "Nein")
CHANNEL = Values(lambda text: Channel(_CHANNEL.read(text)), _CHANNEL.pattern)
WINDOW = Values(_window, f"{_CLOCK}-({_CLOCK}|24:00)")
ZONE = Values(_zone, None)
CLOSED_DAYS = or_none(Values(_closed_days, f"{_CLOSED}([,;] *{_CLOSED})*"), ClosedDays())
MANDANT = or_none(Values(_mandant, None), None)
ADDRESSES = or_none(Values(_addresses, f"{_MAIL}([,;] *{_MAIL})*", ", ".join), ())
