"""Helpers: the sentences of the command in the source of infra: those of `tr`, `trn` and the help of commands."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from infra.cli.core.command_help import OF_TYPER, as_message
from infra.cli.core.commands import COMMANDS, SECTIONS, leaves, loaded
from infra.cli.core.help_examples import LINES, NOTE
from tests.unit.test_rooms import ROOT, nodes_of

HELP = ("Option", "Argument")  # of typer: their `help` and `metavar` are translated when they are shown
_WORD = re.compile(r"[A-Z]")  # of a metavar: others are values as they are typed, such as `reminders|birthdays`
# Arguments of `tr` whose sentences are elsewhere: in the help of a command, SECTIONS or LINES.
ELSEWHERE = {"as_message(text)", "one.metavar", "heading", "note[0]"}


@dataclass
class Sentences:
    """`used`: by sentence, of a plural the singular, its place; `unclear`: calls whose sentence is no literal."""

    used: dict[str, str] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)


@cache
def sentences_in_source() -> Sentences:
    found = Sentences(dict.fromkeys(_constants(), "infra/cli/core/commands.py"))
    for path in sorted((ROOT / "infra").rglob("*.py")):
        _search(path, found)
    return found


def _constants() -> Iterator[str]:
    """Yield the sentences of the help, which are translated when they are shown."""
    yield from OF_TYPER
    yield from SECTIONS
    yield from NOTE.findall(LINES)
    yield from (about for _, about in COMMANDS.values())


def _search(path: Path, found: Sentences) -> None:
    commands = _commands().get(path, set())
    for node in nodes_of(path):
        where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        for said in _said(node, commands):
            if isinstance(said, str):
                found.used[said] = where
            elif ast.unparse(said) not in ELSEWHERE:
                found.unclear.append(f"{where} {ast.unparse(said)}")


@cache
def _commands() -> dict[Path, set[str]]:
    """The functions that are commands, by module."""
    found: dict[Path, set[str]] = {}
    for name in COMMANDS:
        for _, command in leaves(loaded(name), name):
            function = inspect.unwrap(command.callback or _commands)
            found.setdefault(Path(inspect.getfile(function)), set()).add(function.__name__)
    return found


def _said(node: ast.AST, commands: set[str]) -> Iterator[str | ast.expr]:
    if isinstance(node, ast.FunctionDef) and (node.name in commands or any(map(_is_callback, node.decorator_list))):
        yield as_message(inspect.cleandoc(ast.get_docstring(node) or ""))
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in ("tr", "trn"):
        yield from _literals(node.args[0])
    if name in HELP:
        yield from (text for one in node.keywords if one.arg == "help" for text in _literals(one.value))
        metavars = (one.value for one in node.keywords if one.arg == "metavar")
        yield from (
            str(one.value) for one in metavars if isinstance(one, ast.Constant) and _WORD.search(str(one.value))
        )


def _literals(node: ast.expr) -> Iterator[str | ast.expr]:
    """The text, or both of a condition."""
    if isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))
    else:
        yield node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else node


def _is_callback(decorator: ast.expr) -> bool:
    """That of a group, or of `vitosms` itself."""
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(call, ast.Attribute) and call.attr == "callback"
