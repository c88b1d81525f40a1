"""No tests: the sentences of the command in the source of infra: those of `tr`, `trn` and the help of commands."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.unit.test_rooms import ROOT

HELP = ("Option", "Argument")  # of typer: their `help` and `metavar` are translated when they are shown


@dataclass
class Sentences:
    """`used`: by sentence, of a plural the singular, its place; `unclear`: calls whose sentence is no literal."""

    used: dict[str, str] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)


def sentences_in_source() -> Sentences:
    found = Sentences()
    for path in sorted((ROOT / "infra").rglob("*.py")):
        _search(ast.parse(path.read_text(encoding="utf-8")), path, found)
    return found


def _search(tree: ast.Module, path: Path, found: Sentences) -> None:
    for node in ast.walk(tree):
        where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        for said in _said(node):
            if isinstance(said, str):
                found.used[said] = where
            else:
                found.unclear.append(f"{where} {ast.unparse(said)}")


def _said(node: ast.AST) -> Iterator[str | ast.expr]:
    if isinstance(node, ast.FunctionDef) and any(_is_command(one) for one in node.decorator_list):
        yield inspect.cleandoc(ast.get_docstring(node) or "")
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in ("tr", "trn"):
        yield from _literals(node.args[0])
    if name in HELP:
        yield from (text for one in node.keywords if one.arg in ("help",) for text in _literals(one.value))


def _literals(node: ast.expr) -> Iterator[str | ast.expr]:
    """The text, or both of a condition."""
    if isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))
    else:
        yield node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else node


def _is_command(decorator: ast.expr) -> bool:
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(call, ast.Attribute) and call.attr in ("command", "callback")
