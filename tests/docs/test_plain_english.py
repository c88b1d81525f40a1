"""The English of docstrings, comments and documents is plain: it has no phrase of a list to avoid."""

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
    r"\bwhere (?:nobody|nothing|somebody)\b|\bunless nothing\b": "if nobody, if nothing",
    r"\b(?:comes?|came) to (?:its|their)(?: own)? end\b": "finishes, is finished",
    r"\bwhat (?:becomes|became) of\b": "the outcome, the fate, the result of",
    r"\bstands? in the way\b": "blocks, prevents",
    r"\bnothing but\b": "only",
    r", say\b": "such as",
}
AVOIDED = {re.compile(bad, re.IGNORECASE): instead for bad, instead in AVOID.items()}
VERB_FIRST = re.compile(r"(?:What|Whatever|Who|Whom|Whose|Those|That which)\b")  # how no docstring begins
GERMAN = re.compile(r"\b(?:Anrufliste|Zeitpl(?:an|äne|änen)|Auftragsverlauf|Tageskontrolle|Guthaben|Aufträge)\b")
DOCUMENTS = [
    *[path for kind in ("*.md", "docs/**/*.md") for path in ROOT.glob(kind) if path.parent.name != "handbook"],
    *(ROOT / "Makefile", ROOT / "pyproject.toml"),
    *[path for kind in ("infra/**/*.yaml", "infra/**/*.sql", "chalicelib/**/*.sql") for path in ROOT.glob(kind)],
]


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each docstring."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield node.body[0].lineno, text


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the first line and the text of each comment; lines of their own below each other are one."""
    found: list[tuple[int, str]] = []
    last = (0, 0)
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type != tokenize.COMMENT:
                continue
            text, (line, column) = token.string.lstrip("# "), token.start
            if last == (line - 1, column) and token.line.lstrip().startswith("#"):
                first, before = found.pop()
                found.append((first, f"{before} {text}"))
            else:
                found.append((line, text))
            last = (line, column)
    yield from found


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """The paragraphs of a document or of a file with comments, without blocks of code and marks of comments."""
    text = re.sub(r"^```.*?^```", lambda found: "\n" * found[0].count("\n"), path.read_text("utf-8"), flags=re.M | re.S)
    text = re.sub(r"^ *(?:#+|--) ?", "", text, flags=re.M)
    line = 1
    for paragraph in re.split(r"(\n\s*\n)", text):
        yield line, paragraph
        line += paragraph.count("\n")


def unquoted(text: str) -> str:
    """Without code and without what is quoted from somebody."""
    return re.sub(r"`[^`]*`|«[^»]*»|\"[^\"]*\"", " ", " ".join(text.split()))


def avoided(text: str) -> list[str]:
    plain = unquoted(text)
    found = ((bad.search(plain), instead) for bad, instead in AVOIDED.items())
    return [f"{phrase[0]!r}: {instead}" for phrase, instead in found if phrase]


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
    "text",
    ["Whoever was phoned", "He gets it", "None: there is none", "waits so long", "as it is now", "it comes to its end"],
)
def test_a_phrase_to_avoid_is_found(text: str) -> None:
    assert avoided(text) != []


@pytest.mark.parametrize("text", ["`whoever`", "no more than ten", "so far as it goes", "as it is written"])
def test_plain_phrases_are_fine(text: str) -> None:
    assert avoided(text) == []
