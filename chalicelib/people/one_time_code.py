"""The printed code with which a person signs in for the first time. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

# As TemporaryPasswordValidityDays of the user pool in infra/desk.yaml.
VALID_FOR = timedelta(days=7)
_LETTERS, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"  # none that is taken for another: i l o, 0 1


def one_time_code(choice: Callable[[str], str]) -> str:
    """A code such as `Hnkp-7352-Wvse`, 48 bits, that every password policy of Cognito takes.

    `choice` takes one letter of a text by chance; it must be fit for secrets.
    """
    word, number, other = ("".join(choice(signs) for _ in range(4)) for signs in (_LETTERS, _DIGITS, _LETTERS))
    return f"{word.title()}-{number}-{other.title()}"
