"""Questions to a person, on stderr, so that stdout has the answer of the command only. No answer is a no."""

import getpass
import sys

from chalicelib.text import harmless
from infra.cli.core.output import say
from infra.translation import spoken, tr

_HINT = {"de": "j/N", "fr": "o/N", "it": "s/N", "en": "y/N"}
_YES = {"de": ("j", "ja"), "fr": ("o", "oui"), "it": ("s", "si", "sì"), "en": ()}  # besides the English ones


def yes(question: str) -> bool:
    """A yes in the reader's language or in English; anything else, including the end of the input, is a no."""
    return _line(f"{question} [{_HINT[spoken()]}] ").casefold() in ("y", "yes", *_YES[spoken()])


def typed(question: str, expected: str) -> bool:
    """Whether exactly this was typed."""
    return _line(f"{question} ") == expected


def text(question: str, default: str = "") -> str:
    """Return the typed text, or the default."""
    return _line(_asked(f"{question} [{default}]" if default else question)) or default


def secret(question: str) -> str:
    """Return the typed text, which a terminal does not show."""
    return getpass.getpass(harmless(_asked(question))).strip() if somebody_is_there() else _line(_asked(question))


def somebody_is_there() -> bool:
    """Whether a person can be asked for what is missing."""
    return sys.stdin.isatty()


def _asked(question: str) -> str:
    return f"{tr('{heading}:', heading=question)} "


def _line(prompt: str) -> str:
    say(prompt, sys.stderr, end="")
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        say("", sys.stderr)
    return answer.strip()
