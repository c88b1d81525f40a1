"""No code prints a TextError as a plain exception, which would show its code instead of its words."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache

import pytest

from tests.unit.test_rooms import name_of, tree_of
from tests.unit.words.codes import MODULES


def handlers(tree: ast.AST) -> Iterator[tuple[ast.ExceptHandler, set[str]]]:
    """Yield the handlers that name their exception, with the names of its types."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.type and node.name:
            types = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            yield node, {one.id for one in types if isinstance(one, ast.Name)}


def with_a_text(trees: Iterable[ast.Module]) -> set[str]:
    """The exception classes that have a text: TextError, and its subclasses."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"TextError"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return found


def shown_plainly(tree: ast.AST, errors: set[str]) -> list[int]:
    """The lines of a handler that write the exception itself."""
    lines = []
    for handler, names in handlers(tree):
        if names & errors:
            for node in ast.walk(handler):
                match node:
                    case ast.Call(func=ast.Name("str" | "repr" | "print" | "format"), args=[ast.Name(name), *_]):
                        lines += [node.lineno] if name == handler.name else []
                    case ast.FormattedValue(value=ast.Name(name)) | ast.Attribute(value=ast.Name(name), attr="args"):
                        lines += [node.lineno] if name == handler.name else []
    return lines


@cache
def trees() -> dict[str, ast.Module]:
    return {name_of(path): tree_of(path) for path in MODULES}


def test_no_handler_shows_the_code_of_an_error() -> None:
    errors = with_a_text(trees().values())
    assert {"TextError", "PracticeDatabaseError", "ParameterError"} <= errors
    assert {name: lines for name, tree in trees().items() if (lines := shown_plainly(tree, errors))} == {}


@pytest.mark.parametrize("shown", ["str(error)", "f'Nicht gelesen: {error}'", "print(error)", "error.args[0]"])
def test_a_handler_that_shows_it_is_found(shown: str) -> None:
    source = f"""
class OwnError(TextError): ...
try: act()
except (OwnError, KeyError) as error:
    show({shown})
    show(said(error.text), {shown.replace("error", "other")})
"""
    tree = ast.parse(source)
    assert shown_plainly(tree, with_a_text([tree])) == [5]
