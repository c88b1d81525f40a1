"""No line begins with a colon: French has a space before it, and typer and rich break a line at every space."""

from __future__ import annotations

import re
from typing import Any

NO_BREAK = "\N{NO-BREAK SPACE}"
_COLON = re.compile(r" (?=:(?:\s|$))")
_WORD = re.compile(r"\s*\S+(?: :(?=\s|$))?\s*")


def held_together(text: str) -> str:
    """Each colon bound to the word before it, for what breaks no line at a NO_BREAK."""
    return _COLON.sub(NO_BREAK, text)


def keep_colons() -> None:
    """Let rich take a word and the colon behind it as one: it breaks lines at a NO_BREAK, too."""
    from rich import _wrap

    rich: Any = _wrap
    rich.re_word = _WORD
