"""The English of docstrings, comments and documents is plain: no phrase of a list to avoid."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.unit.test_rooms import ALL, ROOT

# Phrases to avoid, and what to write instead.
AVOID: Mapping[str, str] = {
    r"\bwho(?:m)?ever\b": "the patient, the operator, the entry",
    r"\b(?:he|his|him|himself)\b": "they, their, the patient",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bany more\b": "no longer",
    r"\bno more\b(?! than)": "no longer",
    r"\bby (?:itself|themselves)\b": "automatically",
    r"\bbut for\b": "except for",
    r"\bbut (?:of|with|at|in) (?:a|the|an)\b": "except",
    r"\bas (?:it|they) (?:stands?|are now|is now|are|is)\b(?! \w+(?:ed|en|t)\b)(?! to be\b)": "current, unchanged",
    r"\bwhere there (?:is|are) none\b|\bNone: there\b|(?<!there )\b(?-i:is none)\b": "None if there is no X",
    r"\bof (?:which|whom) nobody\b": "whose outcome is unknown",
    r"\bso (?:many|long|far)\b(?! as)": "N, for that long, until now",
    r"\bnobody knows\b": "is unknown",
    r"\bstands? in the way\b": "blocks, prevents",
    r"\bnothing but\b": "only",
    r", say\b": "such as",
}
VERB_FIRST = re.compile(r"(?:What|Whatever|Who|Whom|Whose|Those|That which)\b")  # how no docstring begins
GERMAN = re.compile(r"\b(?:Anrufliste|Zeitpl(?:an|äne|änen)|Auftragsverlauf|Tagesabschluss|Guthaben|Aufträge)\b")
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md")]


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """With the line of each, its text."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield node.body[0].lineno, text


def comments(path: Path) -> Iterator[tuple[int, str]]:
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string.lstrip("# ")


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """The paragraphs of a document, without code."""
    text = re.sub(r"^```.*?^```", lambda found: "\n" * found[0].count("\n"), path.read_text("utf-8"), flags=re.M | re.S)
    line = 1
    for paragraph in re.split(r"(\n\s*\n)", text):
        yield line, paragraph
        line += paragraph.count("\n")


def unquoted(text: str) -> str:
    """Without code and without what is quoted from somebody."""
    return re.sub(r"`[^`]*`|«[^»]*»|\"[^\"]*\"", " ", " ".join(text.split()))


def avoided(text: str) -> list[str]:
    return [f"{found[0]!r}: {instead}" for bad, instead in AVOID.items()
            if (found := re.search(bad, unquoted(text), re.IGNORECASE))]  # fmt: skip


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_docstrings_and_comments_are_plain_english(path: Path) -> None:
    found = [*docstrings(path), *comments(path)]
    assert [f"{line}: {bad}" for line, text in found for bad in avoided(text)] == []
    firsts = [(line, text) for line, text in docstrings(path) if VERB_FIRST.match(text)]
    assert [f"{line}: begin with a verb or a noun: {text[:60]}" for line, text in firsts] == []


@pytest.mark.parametrize("path", [one for one in ALL if name_of(one).startswith("chalicelib")], ids=name_of)
def test_the_core_says_it_in_english(path: Path) -> None:
    assert [f"{line}: {one}" for line, text in docstrings(path) for one in GERMAN.findall(unquoted(text))] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_documents_are_plain_english(path: Path) -> None:
    assert [f"{line}: {bad}" for line, text in prose(path) for bad in avoided(text)] == []


@pytest.mark.parametrize(
    "text", ["Whoever was phoned", "He gets it", "None: there is none", "waits so long", "as it is now"]
)
def test_a_phrase_to_avoid_is_found(text: str) -> None:
    assert avoided(text) != []


@pytest.mark.parametrize("text", ["`whoever`", "no more than ten", "so far as it goes", "as it is written"])
def test_plain_phrases_are_fine(text: str) -> None:
    assert avoided(text) == []
