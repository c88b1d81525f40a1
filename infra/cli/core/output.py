"""Print one JSON document (docs/reference/json.md), or lines and tables that fit 80 columns."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from chalicelib.text import STEERING, harmless

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text as Line

    from chalicelib.text import Text

Document = dict[str, Any]
SCHEMA_VERSION = 2  # of all documents: it grows when a key goes, or gets another meaning


def answer(as_json: bool, document: Document, *shown: RenderableType) -> None:
    """Print the document, or what is shown instead; a plain text is never wrapped."""
    if as_json:
        print(json_text(document))
        return
    printed(shown, sys.stdout)


def printed(shown: Iterable[RenderableType], file: TextIO) -> None:
    """Print what a person sees to stdout or stderr."""
    from infra.cli.core.line_breaks import keep_colons

    keep_colons()
    console = console_to(file)
    for one in shown:
        console.print(one, soft_wrap=isinstance(one, str))


def console_to(file: TextIO) -> Console:
    """A console of rich for tables and progress, in which no value steers the terminal or is markup."""
    from infra.cli.core.harmless_console import HarmlessConsole

    return HarmlessConsole(file=file, markup=False, highlight=False, emoji=False)


def json_text(document: Document) -> str:
    """A document as it is printed, with the version of its form."""
    written = json.dumps({"schema_version": SCHEMA_VERSION, **document}, ensure_ascii=False, indent=2)
    return STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def say(text: str, file: TextIO | None = None, end: str = "\n") -> None:
    """Print a text, to stdout unless a file is given. Everything that a command prints goes through this file."""
    print(harmless(text), file=file or sys.stdout, end=end, flush=True)


def complain(text: str) -> None:
    """Print one line to stderr."""
    say(f"vitosms: {' '.join(text.split())}", sys.stderr)


def hints(texts: Iterable[str | Text], colour: str = "yellow") -> list[Line]:
    """Remarks that deserve attention, one a line: texts, and sentences of the command itself."""
    from rich.text import Text as Line

    from infra.language import said

    return [Line(f"• {text if isinstance(text, str) else said(text)}", colour) for text in texts]
