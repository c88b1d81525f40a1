"""Empty tables in the style of all commands, and what is below one that was cut."""

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from infra.language import number

MOST_ROWS = 60  # a rehearsal of thousands fills no screens; --json has everything


def new_table(*headers: str) -> Table:
    """An empty table. Headers that begin with `>` are of numbers; those columns and the ones with `!` never wrap."""
    table = Table(box=box.SIMPLE, pad_edge=False, padding=(0, 1), header_style="bold", show_edge=False)
    for header in headers:
        numbers, fixed = header.startswith(">"), header.startswith((">", "!"))
        table.add_column(
            Text(header.lstrip(">!")), justify="right" if numbers else "left", no_wrap=fixed, overflow="fold"
        )
    return table


def with_rest(table: Table, count: int, what: str, most: int = MOST_ROWS) -> RenderableType:
    """The table of the first `most` rows, and how many of `count` are not in it."""
    if count <= most:
        return table
    return Group(table, Text(f"… und {number(count - most)} {what}; alle Einträge zeigt --json.", "dim"))
