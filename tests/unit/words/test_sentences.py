"""The sentences of the command have words in every language, and name the same values in each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message

from chalicelib.text import LANGUAGES
from infra.catalogues import CODES, SENTENCES, read
from tests.unit.words.sentences import sentences_in_source


@cache
def messages(language: str) -> dict[str, Message]:
    """By their sentence; of a plural by the singular."""
    found = read(SENTENCES / f"{language}.po")
    return {one.id[0] if isinstance(one.id, tuple) else str(one.id): one for one in found if one.id}


def forms(text: str | Iterable[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def fields(text: str) -> set[str]:
    """The placeholders; none for a text with other braces, which is not a format string."""
    try:
        return {f"{name}!{conversion}:{spec}" for _, name, spec, conversion in Formatter().parse(text) if name}
    except ValueError:
        return set()


def test_every_sentence_is_a_literal() -> None:
    assert sentences_in_source().unclear == []


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_the_catalogue_has_the_sentences_of_the_source(language: str) -> None:
    used, known = sentences_in_source().used, messages(language)
    assert {text: where for text, where in used.items() if text and text not in known} == {}
    assert [text for text in known if text not in used] == []


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_a_translation_has_words_and_the_values_of_the_sentence(language: str) -> None:
    for text, message in messages(language).items():
        ids, strings = forms(message.id), forms(message.string or "")
        assert all(strings), text
        assert not message.fuzzy, text
        assert len(strings) == len(ids), text
        named = {name for form in ids for name in fields(form)} - {"count!None:"}
        assert all(fields(form) - {"count!None:"} == named for form in strings), text


@pytest.mark.parametrize("folder", [SENTENCES, CODES])
def test_french_of_switzerland_has_no_space_before_signs(folder: Path) -> None:
    said = [form for message in read(folder / "fr.po") for form in forms(message.string or "")]
    assert [form for form in said if re.search(" [;?!](?: |$)", form)] == []
