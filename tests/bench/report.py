"""The report of the bench: one table of sections, and the same for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from rich import box
from rich.table import Table
from rich.text import Text


@dataclass(frozen=True)
class Bar:
    """The bar of a measurement, and whether it was met."""

    text: str
    met: bool

    @property
    def verdict(self) -> str:
        return f"{'met' if self.met else 'NOT MET'}: {self.text}"


@dataclass(frozen=True)
class Row:
    """One measurement: its size, ours, the comparison, and the bar if there is one."""

    what: str
    n: int | None
    ours: str
    beside: str = ""
    bar: Bar | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)  # for programs, unrounded


@dataclass(frozen=True)
class Section:
    """Rows that belong together; `notes` say how it was measured and what the numbers do not mean."""

    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()


def table_of(sections: Iterable[Section]) -> Table:
    """The one table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("measured", "n", "vitosms", "compared with", "bar"):
        table.add_column(name, justify="right" if name == "n" else "left", overflow="fold")
    for section in sections:
        table.add_row(Text(section.title, style="bold"))
        for row in section.rows:
            bar = Text(row.bar.verdict, style="green" if row.bar.met else "bold red") if row.bar else Text("")
            table.add_row(f"  {row.what}", f"{row.n:,}" if row.n else "", row.ours, row.beside, bar)
        table.add_section()
    return table


def notes_of(sections: Iterable[Section]) -> list[str]:
    """Notes on the table, a line each."""
    return [f"{section.title}: {note}" for section in sections for note in section.notes]


def bars_of(sections: Iterable[Section]) -> list[Bar]:
    return [row.bar for section in sections for row in section.rows if row.bar]


def document_of(sections: Sequence[Section]) -> dict[str, object]:
    """For programs."""
    bars = bars_of(sections)
    counts = {"met": sum(bar.met for bar in bars), "not_met": sum(not bar.met for bar in bars)}
    return {"sections": [asdict(section) for section in sections], "bars": counts}
