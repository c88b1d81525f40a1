"""The sentences of the desk have words in every language, and name the same values in each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from jinja2 import Environment, nodes

from infra.catalogues import DESK_SENTENCES, read
from tests.unit.test_rooms import ROOT, nodes_of
from tests.unit.words.test_sentences import fields, forms

DESK = ROOT / "chalicelib" / "desk"
LANGUAGES = ("de", "fr", "it")


def _in_python(path: Path) -> Iterator[tuple[str, object]]:
    for node in nodes_of(path):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ("tr", "trn") and not _passes_on(path, node):
            yield f"{path.relative_to(ROOT)}:{node.lineno}", getattr(node.args[0], "value", None)


def _passes_on(path: Path, call: ast.Call) -> bool:
    """Whether a visit hands its argument to the catalogue."""
    return path.name == "visit.py" and ast.unparse(call.func).startswith("self.sentences.")


def _in_template(path: Path) -> Iterator[tuple[str, object]]:
    tree = Environment().parse(path.read_text(encoding="utf-8"))  # noqa: S701 - it is parsed only
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in ("tr", "trn"):
            yield f"{path.relative_to(ROOT)}:{call.lineno}", getattr(call.args[0], "value", None)


@cache
def uses() -> list[tuple[str, object]]:
    """Place and sentence; None if it is no literal."""
    python = [use for path in sorted(DESK.rglob("*.py")) for use in _in_python(path)]
    return [*python, *(use for path in sorted(DESK.rglob("*.html")) for use in _in_template(path))]


@cache
def messages(language: str) -> dict[str, Message]:
    found = read(DESK_SENTENCES / f"{language}.po")
    return {one.id[0] if isinstance(one.id, tuple) else str(one.id): one for one in found if one.id}


def test_every_sentence_is_a_literal() -> None:
    assert [where for where, said in uses() if not isinstance(said, str)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_the_sentences_of_the_desk(language: str) -> None:
    used = {said: where for where, said in uses() if isinstance(said, str)}
    known = messages(language)
    assert {said: where for said, where in used.items() if said not in known} == {}
    assert [said for said in known if said not in used] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_values_of_the_sentence(language: str) -> None:
    for text, message in messages(language).items():
        strings = forms(message.string or "")
        assert all(strings), text
        assert not message.fuzzy, text
        named = {name for form in forms(message.id) for name in fields(form)} - {"count!None:"}
        assert all(fields(form) - {"count!None:"} == named for form in strings), text
