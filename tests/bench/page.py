"""Writes the measurements into docs/performance.md, between two marks; people write the rest of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.report import Row, Section

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- measured: make bench ARGS=--page -->\n", "<!-- end of what was measured -->\n"
_HEAD = "| measured | n | vitosms | compared with | bar |\n| --- | --- | --- | --- | --- |\n"


def with_measured(page: str, sections: Sequence[Section], about: Mapping[str, object]) -> str:
    """Return the page with this run in place of the last one. Raises ValueError if a mark is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page lacks its marks {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}{''.join(_lines(sections, about))}{END}{after}"


def _lines(sections: Iterable[Section], about: Mapping[str, object]) -> Iterator[str]:
    yield "\n" + ", ".join(f"{name} {value}" for name, value in about.items()) + ".\n"
    for section in sections:
        yield f"\n### {section.title}\n\n{_HEAD}"
        yield from map(_line, section.rows)
        yield from (f"\n{note[0].upper()}{note[1:]}\n" for note in section.notes)
    yield "\n"


def _line(row: Row) -> str:
    bar = "" if row.bar is None else row.bar.verdict if row.bar.met else f"**{row.bar.verdict}**"
    cells = (row.what.strip(), f"{row.n:,}" if row.n else "", row.ours, row.beside, bar)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n"
