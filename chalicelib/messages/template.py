"""Texts with placeholders: `[[Vorname]]` for a value, `[% if Ort %] … [% endif %]` for a condition.

Rendered by jinja2 in its sandbox, with these delimiters because AWS refuses parameter values that contain `{{`.
Only names and `if`: everything else in jinja2 is refused when the text is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # slow to load, and used where a template is compiled only
    import jinja2
    from jinja2 import nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

NAMES = (
    *("Anrede", "Vorname", "Nachname", "Datum", "Uhrzeit", "Wochentag"),
    *("Behandler", "Ort", "Praxis", "Telefon", "Alter", "Minderjaehrig"),
    "WeitereTermine",
)
MAX_LENGTH = 4096  # characters of a standard parameter of SSM
_DEEPEST = 30  # levels of the syntax tree, so that jinja2's generated code compiles

_STRAY = re.compile(r"\[\[|\]\]|\[%|%\]|\[#|#\]")
_SINGLE_BRACKETS = re.compile(rf"\[\s*({'|'.join(NAMES)})\s*\]")
# A line that holds only one tag. Its end is moved into the tag, which keeps the line numbers.
_LINE_OF_A_TAG = re.compile(r"^[ \t]*\[([%#])((?:(?![%#]\])[^\n])*)(?<![-+])\1\][ \t]*\n", re.MULTILINE)
_COMPARISONS = frozenset({"eq", "ne", "lt", "lteq", "gt", "gteq"})
_ALLOWED = (
    "Erlaubt sind die Platzhalter "
    + ", ".join(f"[[{name}]]" for name in NAMES)
    + " und Bedingungen wie [% if Ort %] … [% else %] … [% endif %]."
)


class TemplateError(Exception):
    """An unusable template; the German message has the problem and what is allowed."""


@dataclass(frozen=True)
class Template:
    """A checked template; build it with `compile_template`."""

    _compiled: jinja2.Template

    def render(self, values: Mapping[str, str | None]) -> str:
        """Return the text with `values` inserted, stripped; a missing value or None is an empty text.

        Values are neither escaped nor parsed. Raises TemplateError if the text would be blank.
        """
        text = self._compiled.render({name: values.get(name) or "" for name in NAMES}).strip()
        if not any(char.isprintable() and not char.isspace() for char in text):
            raise TemplateError("Der Text ist leer, sobald die Platzhalter ausgefüllt sind.")
        return text


@lru_cache(maxsize=256)
def compile_template(source: str) -> Template:
    """Compile a template. A line with only the tag of a condition leaves no empty line.

    Raises TemplateError for anything except text, the placeholders in NAMES, and `if` on these with and, or, not and
    comparisons with texts; and for blank or over-long sources and stray brackets.
    """
    if not source.strip():
        raise TemplateError(f"Die Vorlage ist leer. {_ALLOWED}")
    if len(source) > MAX_LENGTH:
        raise TemplateError(f"Die Vorlage ist zu lang: höchstens {MAX_LENGTH} Zeichen sind erlaubt.")
    source = _LINE_OF_A_TAG.sub(r"[\1\2\n\1]", source.replace("\r\n", "\n").replace("\r", "\n"))
    tree = _parsed(source)
    for problem in _problems(tree):
        raise TemplateError(f"{problem} {_ALLOWED}")
    return Template(_environment().from_string(tree))


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        variable_start_string="[[", variable_end_string="]]", block_start_string="[%", block_end_string="%]",
        comment_start_string="[#", comment_end_string="#]", autoescape=False,  # SMS and plain-text e-mail
    )  # fmt: skip


def _parsed(source: str) -> nodes.Template:
    import jinja2

    try:
        # "raw" leaves no trace in the tree, and would let placeholders through unfilled.
        if any(kind == "raw_begin" for _, kind, _ in _environment().lex(source)):
            raise TemplateError(f"«raw» ist nicht erlaubt. {_ALLOWED}")
        return _environment().parse(source)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(
            f"Bei Zeile {error.lineno} stimmen die Klammern oder die Bedingung nicht. {_ALLOWED}"
        ) from error
    except RecursionError as error:
        raise TemplateError(f"Die Vorlage ist zu tief verschachtelt. {_ALLOWED}") from error


def _problems(node: nodes.Node, depth: int = 0, within: nodes.Node | None = None) -> Iterator[str]:
    """Yield the problems in and under `node`, in reading order; lazy, so that depth bounds the walk."""
    from jinja2 import nodes

    line = f"Bei Zeile {node.lineno}"
    if depth > _DEEPEST:
        yield f"{line} ist die Vorlage zu tief verschachtelt."
    elif isinstance(node, nodes.TemplateData):
        yield from _text_problems(node.data)
    elif isinstance(node, nodes.Name):
        if node.name not in NAMES:
            yield f"{line} steht der unbekannte Platzhalter «{node.name[:40]}»."
    elif not _is_allowed(node, within):
        yield f"{line} steht etwas anderes als ein Platzhalter oder eine Bedingung."
    else:
        for child in node.iter_child_nodes():
            yield from _problems(child, depth + 1, node)


def _text_problems(text: str) -> Iterator[str]:
    stray = _STRAY.search(text)
    if stray:
        yield f"Die Klammer {stray[0]} steht allein."
    single = _SINGLE_BRACKETS.search(text)
    if single:
        yield f"Der Platzhalter «{single[1]}» braucht doppelte Klammern."


def _is_allowed(node: nodes.Node, within: nodes.Node | None) -> bool:
    """Whether `node`, neither a text nor a name, is allowed here."""
    from jinja2 import nodes

    if isinstance(within, nodes.Output):
        return False  # only texts and names are printed
    match node:
        case nodes.If():
            return isinstance(node.test, nodes.Name | nodes.Not | nodes.And | nodes.Or | nodes.Compare)
        case nodes.Compare():
            return isinstance(node.expr, nodes.Name | nodes.Const)
        case nodes.Operand():
            return node.op in _COMPARISONS and isinstance(node.expr, nodes.Name | nodes.Const)
        case nodes.Const():
            return isinstance(node.value, str)  # a number would fail against a text when rendered
        case _:
            return isinstance(node, nodes.Template | nodes.Output | nodes.Not | nodes.And | nodes.Or)
