"""The desk's own sentences. In templates and pages they are English; catalogues have the other languages."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from chalicelib.text import DEFAULT_LANGUAGE, LANGUAGES

_CATALOGUES = Path(__file__).parent / "words"


class Sentences:
    """The sentences in one of LANGUAGES."""

    def __init__(self, language: str) -> None:
        self._catalogue: GNUTranslations | NullTranslations = NullTranslations()
        if language != "en":
            with (_CATALOGUES / f"{language}.mo").open("rb") as file:
                self._catalogue = GNUTranslations(file)

    def tr(self, message: str, /, **values: object) -> str:
        """The sentence with its values, as `{name}`."""
        said = self._catalogue.gettext(message)
        return said.format(**values) if values else said

    def trn(self, one: str, many: str, count: int, /, **values: object) -> str:
        """As `tr`, for one or several; `{count}` is the number."""
        return self._catalogue.ngettext(one, many, count).format(count=count, **values)


@cache
def sentences_of(language: str) -> Sentences:
    return Sentences(language)


def language_for(chosen: str, accepted: str) -> str:
    """One of LANGUAGES: what a person has chosen, or what the browser prefers (Accept-Language), or German."""
    if chosen in LANGUAGES:
        return chosen
    ranked: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, quality = part.partition(";q=")
        try:
            ranked.append((-float(quality or 1), tag.strip().casefold().partition("-")[0]))
        except ValueError:
            continue
    return next((tag for _, tag in sorted(ranked, key=lambda one: one[0]) if tag in LANGUAGES), DEFAULT_LANGUAGE)
