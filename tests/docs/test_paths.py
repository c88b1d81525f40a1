"""The documents name paths, decisions and words that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions"
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
FILES = r"[\w.-]+\.(?:py|sql|md|yaml|toml|json|txt)"
MADE = {"deployment.zip", "sam.json", "build"}  # by `make package`


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def named(text: str) -> set[str]:
    """Paths below the root and names of files, in code spans; without the number of a line or the name of a test."""
    spans = {span.strip() for span in re.findall(r"`([^`\n]+)`", text)}
    roots = r"(?:app\.py|pyproject\.toml|(?:chalicelib|infra|tests|docs|\.chalice)/?[\w./-]*)"
    return {span for span in spans if re.fullmatch(rf"{roots}|{FILES}", span)}


def exists(path: str) -> bool:
    """Whether it exists: a decision by its number, and one of the scripts for a DBA by its name alone."""
    if re.fullmatch(r"docs/decisions/\d{4}", path):
        return any(DECISIONS.glob(f"{path[-4:]}-*.md"))
    return path in MADE or (ROOT / path).exists() or (ROOT / "infra" / "sql" / path).exists()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    assert {path for path in named(document.read_text(encoding="utf-8")) if not exists(path)} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_decision_that_a_document_names_exists(document: Path) -> None:
    numbers = re.findall(r"(?:decisions?[ /]|\()(0\d{3})\b", document.read_text(encoding="utf-8"))
    assert [number for number in numbers if not any(DECISIONS.glob(f"{number}-*.md"))] == []


def test_a_path_that_is_gone_would_be_noticed() -> None:
    text = "`moved.py`, `chalicelib/rules/moved.py`, `docs/decisions/0099`, `app.py`, `login.sql`, `vitosms`"
    assert {path for path in named(text) if not exists(path)} == {
        "moved.py",
        "chalicelib/rules/moved.py",
        "docs/decisions/0099",
    }


def test_the_readme_leads_to_the_glossary_first() -> None:
    assert re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))[0] == "docs/glossary.md"


@pytest.mark.parametrize("record", sorted(DECISIONS.glob("0*.md")), ids=name_of)
def test_a_decision_has_a_number_a_title_a_status_and_a_date(record: Path) -> None:
    form = rf"# {int(record.name[:4])}\. [A-Z].*[^.]\n\n- Status: \w+.*\n- Date: \d{{4}}-\d\d-\d\d\n\n## Context\n\n"
    assert re.match(form, record.read_text(encoding="utf-8"))


@pytest.mark.parametrize("record", sorted(DECISIONS.glob("0*.md")), ids=name_of)
def test_a_decision_has_its_context_and_consequences(record: Path) -> None:
    headings = re.findall(r"^## (.+)", record.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences"]


def test_the_numbers_of_decisions_have_no_holes() -> None:
    numbers = [int(record.name[:4]) for record in sorted(DECISIONS.glob("0*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_index_lists_every_decision() -> None:
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    records = sorted(DECISIONS.glob("0*.md"))
    titles = [record.read_text(encoding="utf-8").splitlines()[0].partition(". ")[2] for record in records]
    assert re.findall(r"\[(.+)\]\((.+)\)", index) == [
        (title, record.name) for title, record in zip(titles, records, strict=True)
    ]


def test_every_name_of_the_glossary_is_one_of_the_code() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "chalicelib").rglob("*.py"))
    lines = [line for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines() if "|" in line]
    names = {name for line in lines for name in re.findall(r"`(?:\w+\.)?(\w+)`", line.rsplit("|", 2)[1])}
    assert len(names) > 60
    assert {name for name in names if not re.search(rf"\b{name}\b", source)} == set()


def test_the_architecture_has_every_room_on_its_floor() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = (contract["layers"] for contract in contracts if contract.get("containers") == ["chalicelib"])
    floors = re.findall(
        r"^\| (\d+) \| `chalicelib/(\w+)", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert floors == [(f"{len(layers) - 1 - n}", room) for n, room in enumerate(layers)]
