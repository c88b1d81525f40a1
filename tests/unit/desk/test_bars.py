"""The bars of the pages: parts in proportion, with their words and numbers as text."""

from __future__ import annotations

import re

from jinja2 import Environment, FileSystemLoader

from chalicelib.desk import rendering
from tests.flow.desk.walks.html_rules import mistakes

PARTS = [("good", 36, "delivered"), ("warn", 0, "on their way"), ("bad", 12, "to phone <now>")]


def macro(name: str, *given: object) -> str:
    templates = Environment(
        loader=FileSystemLoader(rendering.STATIC.parent / "templates"), autoescape=True, trim_blocks=True
    )
    return str(getattr(templates.get_template("bars.html").module, name)(*given))


def widths(html: str) -> list[tuple[str, str, str]]:
    return re.findall(r'<rect class="(\w+)" x="([\d.]+)" width="([\d.]+)"', html)


def test_parts_stand_one_after_the_other_in_proportion() -> None:
    html = macro("bar", PARTS, "Tomorrow")
    assert widths(html) == [("good", "0", "75.0"), ("bad", "75.0", "25.0")]
    assert mistakes(html) == []
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", html))
    assert text.strip() == "36 delivered 0 on their way 12 to phone &lt;now&gt;"


def test_strips_with_one_total_can_be_compared() -> None:
    assert widths(macro("strip", PARTS, 96)) == [("good", "0", "37.5"), ("bad", "37.5", "12.5")]


def test_nothing_to_show_is_an_empty_bar() -> None:
    assert widths(macro("strip", [("good", 0, "delivered")])) == []
    assert widths(macro("strip", [], 0)) == []
