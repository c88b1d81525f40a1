"""The drawings of docs/architecture.md and docs/flow.md show the arrows of the code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, product
from pathlib import Path

from chalicelib.entries.states import ARROWS
from tests.unit.test_rooms import CHALICELIB, PURE, ROOT, imports, nodes_of, room_of, rooms

Arrow = tuple[str, str]


def arrows_of(lines: Sequence[str]) -> set[Arrow]:
    """The arrows that mermaid draws: each of `a & b` to each of `c & d`, in chains too."""
    chains = [
        [re.findall(r"(\w+)(?:\[.*?\])?(?: &|$)", part) for part in line.strip().split(" --> ")] for line in lines
    ]
    return {arrow for chain in chains for one, next_one in pairwise(chain) for arrow in product(one, next_one)}


def drawn() -> set[Arrow]:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    return arrows_of(text.partition("```mermaid\n")[2].partition("```")[0].splitlines())


def imported() -> set[Arrow]:
    """Room → room that it imports, also lazily or for types."""

    def used(path: Path) -> set[str]:
        return rooms(imports(nodes_of(path)))

    found = {(room_of(path), room) for path in CHALICELIB for room in used(path)}
    found |= {("app", room) for room in used(ROOT / "app.py")}
    return {(one, other) for one, other in found if one != other}


def test_every_arrow_drawn_between_rooms_is_an_import() -> None:
    assert drawn() - imported() == set()


def test_only_arrows_to_pure_rooms_below_are_not_drawn() -> None:
    order = [*reversed(PURE), "text"]  # planning first

    def is_below(one: str, other: str) -> bool:
        """Whether `other` is pure, and below a pure room to which an arrow of `one` is drawn."""
        to_pure = [order.index(end) for start, end in drawn() if start == one and end in order]
        return other in order and bool(to_pure) and order.index(other) > min(to_pure)

    assert {(one, other) for one, other in imported() - drawn() if not is_below(one, other)} == set()


def test_a_chain_of_several_rooms_is_read() -> None:
    assert arrows_of(['    app["app.py"] --> jobs & aws["aws"] --> rules']) == {
        ("app", "jobs"),
        ("app", "aws"),
        ("jobs", "rules"),
        ("aws", "rules"),
    }


def test_the_states_are_drawn_with_all_their_arrows() -> None:
    text = (ROOT / "docs" / "flow.md").read_text(encoding="utf-8")
    lines = text.partition("## States\n\n```\n")[2].partition("```")[0].splitlines()
    found: dict[str, set[Arrow]] = {}
    for line in lines:
        for part in re.split(r" {3,}", line.strip()):
            names, letters = re.split(r" ─\w→ ", part), re.findall(r"─(\w)→", part)
            for letter, (sources, targets) in zip(letters, pairwise(names), strict=True):
                found.setdefault(letter, set()).update(product(sources.split(" | "), targets.split(" | ")))
    assert found == {letter: {(str(one), str(other)) for one, other in pairs} for letter, pairs in ARROWS.items()}
