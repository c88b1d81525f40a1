"""Questions to a person, on stderr, so that stdout has the answer of the command only. No answer is a no."""

import getpass
import sys

import typer


def yes(question: str) -> bool:
    """y or yes; anything else, and the end of the input, is a no."""
    return _line(f"{question} [y/N] ").casefold() in ("y", "yes")


def typed(question: str, expected: str) -> bool:
    """Whether exactly this was typed."""
    return _line(f"{question} ") == expected


def text(question: str, default: str = "") -> str:
    """Return the typed text, or the default."""
    return _line(f"{question}{f' [{default}]' if default else ''}: ") or default


def secret(question: str) -> str:
    """Return the typed text, which a terminal does not show."""
    return getpass.getpass(f"{question}: ").strip() if somebody_is_there() else _line(f"{question}: ")


def somebody_is_there() -> bool:
    """Whether a person can be asked for what is missing."""
    return sys.stdin.isatty()


def _line(prompt: str) -> str:
    typer.echo(prompt, nl=False, err=True)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        typer.echo(err=True)
    return answer.strip()
