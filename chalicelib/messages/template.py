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

from chalicelib.text import Text, TextError

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
LONGEST_EMAIL = 32_000  # bytes of a text: a transaction of 100 entries has 4 MB at most
_DEEPEST = 30  # levels of the syntax tree, so that jinja2's generated code compiles

_STRAY = re.compile(r"\[\[|\]\]|\[%|%\]|\[#|#\]")
_CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]")
_SINGLE_BRACKETS = re.compile(rf"\[\s*({'|'.join(NAMES)})\s*\]")
# A line that holds only one tag. Its end is moved into the tag, which keeps the line numbers.
_LINE_OF_A_TAG = re.compile(r"^[ \t]*\[([%#])((?:(?![%#]\])[^\n])*)(?<![-+])\1\][ \t]*\n", re.MULTILINE)
_COMPARISONS = frozenset({"eq", "ne", "lt", "lteq", "gt", "gteq"})


class TemplateError(TextError):
    """An unusable template; the Text has the problem and what is allowed."""


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
            raise TemplateError(Text("template.blank_when_filled"))
        return text


@lru_cache(maxsize=256)
def compile_template(source: str) -> Template:
    """Compile a template. A line with only the tag of a condition leaves no empty line.

    Raises TemplateError for anything except text, the placeholders in NAMES, and `if` on these with and, or, not and
    comparisons with texts; and for blank or over-long sources and stray brackets.
    """
    if not source.strip():
        raise _refused(Text("template.empty"))
    if control := _CONTROL.search(source):
        raise _refused(Text("template.control", code_point=f"U+{ord(control[0]):04X}"))
    if len(source) > MAX_LENGTH:
        raise TemplateError(Text("template.too_long", most=MAX_LENGTH))
    source = _LINE_OF_A_TAG.sub(r"[\1\2\n\1]", source.replace("\r\n", "\n").replace("\r", "\n"))
    tree = _parsed(source)
    for problem in _problems(tree):
        raise _refused(problem)
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
            raise _refused(Text("template.raw"))
        return _environment().parse(source)
    except jinja2.TemplateSyntaxError as error:
        raise _refused(Text("template.wrong_syntax", line=error.lineno)) from error
    except RecursionError as error:
        raise _refused(Text("template.too_deep")) from error


def _problems(node: nodes.Node, depth: int = 0, within: nodes.Node | None = None) -> Iterator[Text]:
    """Yield the problems in and under `node`, in reading order; lazy, so that depth bounds the walk."""
    from jinja2 import nodes

    if depth > _DEEPEST:
        yield Text("template.too_deep_at", line=node.lineno)
    elif isinstance(node, nodes.TemplateData):
        yield from _text_problems(node.data)
    elif isinstance(node, nodes.Name):
        if node.name not in NAMES:
            yield Text("template.unknown_placeholder", line=node.lineno, name=node.name[:40])
    elif not _is_allowed(node, within):
        yield Text("template.not_allowed", line=node.lineno)
    else:
        for child in node.iter_child_nodes():
            yield from _problems(child, depth + 1, node)


def _text_problems(text: str) -> Iterator[Text]:
    if stray := _STRAY.search(text):
        yield Text("template.stray_bracket", bracket=stray[0])
    if single := _SINGLE_BRACKETS.search(text):
        yield Text("template.single_brackets", name=single[1])


def _refused(problem: Text) -> TemplateError:
    return TemplateError(Text("template.refused", problem))


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
