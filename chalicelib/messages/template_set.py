"""A practice's templates: those that it saved, the built-in ones otherwise.

Kinds and parts have the names that a practice sees; a key is the end of the parameter's name,
`Terminerinnerung/SMS/de`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chalicelib.messages.recipient import Channel
from chalicelib.messages.template import Template, TemplateError, compile_template
from chalicelib.text import Text

KIND_NAMES = ("Terminerinnerung", "Geburtstag", "Terminverschiebung")
PARTS = ("SMS", "E-Mail-Betreff", "E-Mail-Text")
FALLBACK_LANGUAGE = "de"  # used for languages without a built-in text

NO_TEMPLATE = "-"  # means no template, since SSM holds no empty values
_PARTS_OF = {Channel.SMS: ("SMS",), Channel.EMAIL: ("E-Mail-Betreff", "E-Mail-Text")}
_BUILT_IN = Path(__file__).parent / "built_in"
_SPELLINGS = {
    "de": "de d deu ger gsw deutsch schweizerdeutsch german allemand tedesco",
    "fr": "fr f fra fre französisch franzoesisch français francais french francese",
    "it": "it i ita italienisch italien italiano italian",
    "en": "en e eng englisch english anglais inglese",
}
_LANGUAGE_OF = {word: language for language, words in _SPELLINGS.items() for word in words.split()}


@dataclass(frozen=True)
class TemplateSet:
    """The templates of one practice. `own` maps keys to saved values; unknown keys are ignored."""

    own: Mapping[str, str]

    def source(self, kind_name: str, part: str, language: str) -> str | None:
        """Return the template's text, None if the practice wants none. Raises TemplateError for a blank own one."""
        key = f"{kind_name}/{part}/{language}"
        if key not in self.own:
            return _built_in(kind_name, part, self.text_language(kind_name, part, language))
        value = self.own[key]
        if not value.strip():
            raise TemplateError(Text("template.own_empty", template=key, none=NO_TEMPLATE))
        return None if value.strip() == NO_TEMPLATE else value

    def compiled(self, kind_name: str, part: str, language: str) -> Template | None:
        """Return the template, None if the practice wants none.

        Raises TemplateError for a broken own one, which never falls back to another.
        """
        source = self.source(kind_name, part, language)
        if source is None:
            return None
        try:
            return compile_template(source)
        except TemplateError as error:
            raise broken(f"{kind_name}/{part}/{language}", error) from error

    def available(self, kind_name: str, channel: Channel, language: str) -> bool:
        """Whether the channel has all its templates. Raises TemplateError if one of them is broken."""
        parts = [self.compiled(kind_name, part, language) for part in _PARTS_OF[channel]]
        return all(part is not None for part in parts)

    def text_language(self, kind_name: str, part: str, language: str) -> str:
        """Return the language in which this text is written, which dates and weekdays must match."""
        key = f"{kind_name}/{part}/{language}"
        exists = key in self.own or _built_in(kind_name, part, language) is not None
        return language if exists else FALLBACK_LANGUAGE


def broken(key: str, error: TemplateError) -> TemplateError:
    """The error with the name of the template."""
    return TemplateError(Text("template.broken", error.text, template=key))


@lru_cache(maxsize=64)
def _built_in(kind_name: str, part: str, language: str) -> str | None:
    path = _BUILT_IN / kind_name / f"{part}.{language}.txt"
    return path.read_text(encoding="utf-8").rstrip("\n") if path.is_file() else None


def language_of(raw: object, default: str) -> str:
    """Return the patient's language as one of LANGUAGES; `default` for None, blank and unknown ones.

    Accepts codes (de, DE, de-CH, F) and names in the languages of Switzerland (Deutsch, Français).
    """
    return _language_of(raw[:64], default) if isinstance(raw, str) else default


@lru_cache(maxsize=256)  # a practice has a few languages and thousands of candidates
def _language_of(raw: str, default: str) -> str:
    first_word = re.search(r"[^\W\d_]+", unicodedata.normalize("NFC", raw))
    return _LANGUAGE_OF.get(first_word[0].casefold(), default) if first_word else default
