"""An e-mail to people of a practice, as text and as HTML. Pure.

The HTML has inline styles only and nothing remote, is read at 360 pixels, and escapes every value. No meaning is in a
colour alone.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_BODY = "margin:0;padding:0;background:#eef0f3"
_PAGE = (
    "max-width:40em;margin:0 auto;padding:16px;background:#ffffff;color:#1b1b1b;"
    "font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:16px;line-height:1.45"
)
_TITLE = "font-size:20px;line-height:1.3;margin:0 0 12px"
_HEADING = "font-size:16px;margin:20px 0 6px;padding-top:12px;border-top:1px solid #c9ced6"
_URGENT = "margin:8px 0;padding:8px 12px;background:#fdeceb;color:#7a1410;border-left:4px solid #b3261e"
_TABLE = "width:100%;border-collapse:collapse;font-size:15px"
_HEADER = "padding:4px 10px 4px 0;color:#555c66;font-size:13px;font-weight:normal;vertical-align:bottom"
_SHORT = 10  # characters of a line in a cell that is not broken
_CELL = "padding:6px 10px 6px 0;border-top:1px solid #e3e6ea;vertical-align:top;overflow-wrap:anywhere"


@dataclass(frozen=True)
class Block:
    """Lines below a title, if it has one; in HTML a `table`, headers first, stands before the `rest` of the lines.

    Two blanks before a line are one level; a line end in a cell is kept.
    """

    title: str
    lines: Sequence[str]
    table: Sequence[Sequence[str]] = ()
    rest: Sequence[str] = ()
    urgent: bool = False


def as_text(blocks: Iterable[Block]) -> str:
    return "\n\n".join("\n".join(filter(None, (block.title, *block.lines))) for block in blocks) + "\n"


def as_html(language: str, subject: str, blocks: Sequence[Block]) -> str:
    """The whole document; the line of the first block is its heading."""
    head, *others = blocks
    shown = "\n".join(part for block in others for part in _block(block))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light">\n'
        f'<title>{html.escape(subject)}</title>\n</head>\n<body style="{_BODY}">\n'
        # mail programs remove html and body, and with them the language
        f'<div lang="{language}" style="{_PAGE}">\n'
        f'<h1 style="{_TITLE}">{_escaped(" ".join(head.lines))}</h1>\n{shown}\n</div>\n</body>\n</html>\n'
    )


def _block(block: Block) -> Iterator[str]:
    lines = block.rest if block.table else block.lines
    if block.title:
        yield f'<h2 style="{_HEADING}">{_escaped(block.title)}</h2>'
    if block.table:
        yield _table(block.table)
    told = "\n".join(_line(line) for line in lines)
    if told:
        yield f'<div style="{_URGENT}">\n{told}\n</div>' if block.urgent else told


def _line(line: str) -> str:
    text = line.lstrip(" ")
    return f'<div style="padding-left:{max(len(line) - len(text) - 2, 0) / 2:g}em">{_escaped(text)}</div>'


def _table(rows: Sequence[Sequence[str]]) -> str:
    headers, *cells = rows
    aligned = ["right" if _are_numbers(column) else "left" for column in zip(*cells, strict=True)]
    head = _row("th", headers, aligned, _HEADER, ' scope="col"')
    return (
        f'<table style="{_TABLE}">\n{head}\n'
        + "\n".join(_row("td", row, aligned, _CELL) for row in cells)
        + "\n</table>"
    )


def _row(tag: str, cells: Sequence[str], aligned: Sequence[str], style: str, attributes: str = "") -> str:
    shown = (
        f'<{tag}{attributes} style="{style}{_unbroken(cell)};text-align:{side}">{_escaped(cell)}</{tag}>'
        for cell, side in zip(cells, aligned, strict=True)
    )
    return f"<tr>{''.join(shown)}</tr>"


def _unbroken(cell: str) -> str:
    """A time or a short word stays on its line on a phone, a long one breaks anywhere."""
    return ";white-space:nowrap" if all(len(line) <= _SHORT for line in cell.split("\n")) else ""


def _are_numbers(cells: Iterable[str]) -> bool:
    return all(cell.replace("'", "").isdigit() for cell in cells)


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
