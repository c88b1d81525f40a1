"""Print one JSON document, or lines and tables that fit 80 columns."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

Document = dict[str, Any]


def answer(as_json: bool, document: Document, *shown: RenderableType) -> None:
    """Print the document, or what is shown instead; a plain text is never wrapped."""
    if as_json:
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    console = Console(file=sys.stdout, markup=False, highlight=False, emoji=False)
    for one in shown:
        console.print(one, soft_wrap=isinstance(one, str))


def complain(text: str) -> None:
    """Print one line to stderr."""
    print(f"vitosms: {' '.join(text.split())}", file=sys.stderr)


def hints(texts: tuple[str, ...] | list[str], colour: str = "yellow") -> list[Text]:
    """Sentences that deserve attention, one a line."""
    from rich.text import Text

    return [Text(f"• {text}", colour) for text in texts]


def local(instant: datetime | None, zone: ZoneInfo) -> str | None:
    """A time in a document: practice-local ISO with offset."""
    return instant.astimezone(zone).isoformat() if instant else None
