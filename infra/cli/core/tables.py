"""Empty tables in the style of all commands, and the line below one that was cut."""

from collections.abc import Callable
from textwrap import fill

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from infra.language import number
from infra.translation import trn

_WIDEST = 16  # characters of a header on a line, of a column that never wraps
MOST_ROWS = 60  # a rehearsal of thousands fills no screens; --json has everything


def new_table(*headers: str) -> Table:
    """An empty table. Headers that begin with `>` are of numbers; those columns and the ones with `!` never wrap.

    Their headers do where they are long.
    """
    table = Table(box=box.SIMPLE, pad_edge=False, padding=(0, 1), header_style="bold", show_edge=False)
    for header in headers:
        numbers, fixed = header.startswith(">"), header.startswith((">", "!"))
        text = header.lstrip(">!")
        words = Text(_broken(text) if fixed else text)
        table.add_column(words, justify="right" if numbers else "left", no_wrap=fixed, overflow="fold")
    return table


def _broken(header: str) -> str:
    return "\n".join(fill(line, _WIDEST, break_long_words=False) for line in header.split("\n"))


def with_rest(table: Table, count: int, rest: Callable[[int], str], most: int = MOST_ROWS) -> RenderableType:
    """The table of the first `most` rows, and below it how many of `count` are not in it, as `rest` says it."""
    if count <= most:
        return table
    return Group(table, Text(rest(count - most), "dim"))


def more_patients(count: int) -> str:
    return trn(
        "… and {count} more patient; --json shows all.",
        "… and {count} more patients; --json shows all.",
        count, count=number(count),
    )  # fmt: skip


def more_entries(count: int) -> str:
    return trn(
        "… and {count} more entry; --json shows all.",
        "… and {count} more entries; --json shows all.",
        count, count=number(count),
    )  # fmt: skip


def more_messages(count: int) -> str:
    return trn(
        "… and {count} more message; --json shows all.",
        "… and {count} more messages; --json shows all.",
        count, count=number(count),
    )  # fmt: skip


def more_lines(count: int) -> str:
    return trn(
        "… and {count} more line; --json shows all.",
        "… and {count} more lines; --json shows all.",
        count, count=number(count),
    )  # fmt: skip
