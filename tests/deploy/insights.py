"""A reader of the queries of Logs Insights that the template saves: the commands that moto does not run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Line = Mapping[str, Any]
Row = dict[str, Any]
_TOKEN = re.compile(
    r"""\s*(?: (?P<text>"[^"]*") | (?P<pattern>/(?:[^/\\]|\\.)*/) | `(?P<quoted>\w+)` | (?P<name>@?[A-Za-z][\w.]*)
    | (?P<sign>!=|[=(),*\[\]]) | (?P<number>\d+) )""",
    re.VERBOSE,
)
_WORDS = frozenset({"and", "or", "not", "in", "like", "as", "by", "asc", "desc"})
_FUNCTIONS = frozenset({"ispresent", "coalesce", "count"})
_RESERVED = frozenset({"by", "from", "to", "in", "as"})  # as names only in backticks
Token = tuple[str, str]


def commands(query: str) -> list[tuple[str, list[Token]]]:
    """Each command with its tokens; comments are left out. Raises ValueError for what it does not know."""
    text = "\n".join(line for line in query.splitlines() if not line.lstrip().startswith("#"))
    found = [part.strip().partition(" ") for part in text.split("|")]
    return [(name, list(_tokens(rest))) for name, _, rest in found]


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ValueError(f"not read: {text[at:]!r}")
        kind, value, at = match.lastgroup, match[match.lastgroup], match.end()
        if kind == "name":
            kind = "word" if value in _WORDS else "function" if value in _FUNCTIONS else "name"
            if kind == "name" and value in _RESERVED:
                raise ValueError(f"{value} needs backticks")
        yield ("name" if kind == "quoted" else kind), value


def fields_of(query: str) -> set[str]:
    """The fields of a line that a query asks, without its own names for them."""
    found, own = set[str](), set[str]()
    for name, tokens in commands(query):
        for before, (kind, value) in zip([("", ""), *tokens], tokens, strict=False):
            if kind == "name":
                (own if before == ("word", "as") else found).add(value)
        if name not in ("fields", "filter", "stats", "sort", "limit"):
            raise ValueError(f"not a command: {name}")
    return found - own


def value_of(line: Line, name: str) -> Any:
    """A field, also one inside another; None if it is missing."""
    found: Any = line
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def ask(query: str, lines: Iterable[Line]) -> list[Row]:
    """The answer for these lines, which are in the order of the query's `sort`."""
    rows: list[Row] = [dict(line) for line in lines]
    for name, tokens in commands(query):
        if name == "filter":
            wanted = compile(_python(tokens), "filter", "eval")
            rows = [row for row in rows if eval(wanted, _names(row))]  # noqa: S307 - made of known tokens
        elif name == "fields":
            rows = [dict(_columns(tokens, row)) for row in rows]
        elif name == "stats":
            rows = _counted(tokens, rows)
        elif name == "limit":
            rows = rows[: int(tokens[0][1])]
    return rows


def _names(row: Row) -> dict[str, Any]:
    return {
        "value": lambda name: value_of(row, name),
        "like": lambda value, pattern: bool(re.search(pattern, str(value or ""))),
    }


def _python(tokens: list[Token]) -> str:
    made = list[str]()
    for kind, value in tokens:
        if kind == "name":
            made.append(f"value({value!r})")
        elif kind == "pattern":
            made[-2:] = [f"like({made[-2]}, {value[1:-1]!r})"]
        else:
            made.append({"=": "==", "ispresent": "None is not "}.get(value, value))
    return " ".join(made)


def _columns(tokens: list[Token], row: Row) -> Iterator[tuple[str, Any]]:
    for column in _split(tokens):
        names = [value for kind, value in column if kind == "name"]
        aliased = ("word", "as") in column
        asked = names[:-1] if aliased else names
        yield names[-1], next((found for one in asked if (found := value_of(row, one)) is not None), None)


def _split(tokens: list[Token]) -> list[list[Token]]:
    """The columns: parts between commas outside of brackets."""
    columns, depth = list[list[Token]]([[]]), 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token[1], 0)
        if token == ("sign", ",") and not depth:
            columns.append([])
        else:
            columns[-1].append(token)
    return columns


def _counted(tokens: list[Token], rows: list[Row]) -> list[Row]:
    at = tokens.index(("word", "by"))
    (counted,) = [value for kind, value in tokens[:at] if kind == "name"]
    found = Counter(tuple(_columns(tokens[at + 1 :], row)) for row in rows)
    return [{counted: number, **dict(group)} for group, number in found.most_common()]
