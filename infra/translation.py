"""The language of the command's own sentences. In the source they are English; catalogues have the other languages.

What the core says has codes instead, and `infra.language` makes words of them. This module loads quickly: every help
text needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from chalicelib.text import DEFAULT_LANGUAGE, LANGUAGES

VARIABLE = "VITOSMS_LANG"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # in the order of POSIX
_CATALOGUES = Path(__file__).parent / "words"
_spoken = DEFAULT_LANGUAGE  # of the process: a command answers in one language


def primary(tag: str) -> str:
    """`fr` of `fr`, `fr-CH` or `fr_CH.UTF-8`."""
    return tag.strip().casefold().replace("_", "-").partition(".")[0].partition("-")[0]


def preferred_language(environment: Mapping[str, str]) -> str:
    """The language by VITOSMS_LANG or the locale; German if that is no language of ours."""
    given = next((environment[name] for name in (VARIABLE, *_LOCALE) if environment.get(name)), "")
    return primary(given) if primary(given) in LANGUAGES else DEFAULT_LANGUAGE


def speak(language: str) -> None:
    """Answer in one of LANGUAGES from now on."""
    global _spoken
    _spoken = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language in the block, for what somebody else reads."""
    before = spoken()
    speak(language)
    try:
        yield
    finally:
        speak(before)


def spoken() -> str:
    """The language of the answer, one of LANGUAGES."""
    return _spoken


def tr(message: str, /, **values: object) -> str:
    """The sentence in the reader's language, with values as `{name}`; if none is given, braces stay."""
    said = _catalogue(_spoken).gettext(message) if message else ""
    return said.format(**values) if values else said


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """As `tr`, for one or several; `{count}` only if it is given among the values."""
    said = _catalogue(_spoken).ngettext(one, many, count)
    return said.format(**values) if values else said


@cache
def _catalogue(language: str) -> GNUTranslations | NullTranslations:
    if language == "en":
        return NullTranslations()
    with (_CATALOGUES / f"{language}.mo").open("rb") as file:
        return GNUTranslations(file)
