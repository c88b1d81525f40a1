"""Types of T-SQL expressions, as far as the tests need them: text, dates, and conversions between the two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp

from tests.tsql.functions import MOMENTS

Types = Mapping[str, str]  # of columns, by name in lower case; a name of two tables has two types: 'VARCHAR(8) DATE'


def column_types(statements: Iterable[exp.Expr]) -> Types:
    """The columns of all CREATE TABLE."""
    types: dict[str, str] = {}
    for statement in statements:
        for column in statement.find_all(exp.ColumnDef):
            assert column.kind is not None
            types[column.name.lower()] = f"{types.get(column.name.lower(), '')} {column.kind.sql('tsql')}".strip()
    return types


def type_of(node: exp.Expr, columns: Types) -> str:
    """The type, in T-SQL; TEXT if it is unknown; empty for NULL."""
    match node:
        case exp.Convert():
            return str(node.this.sql("tsql"))
        case exp.Cast():
            return str(node.to.sql("tsql"))
        case exp.Column():
            return columns.get(node.name.lower(), "TEXT")
        case exp.Literal() if not node.is_string:
            return "INTEGER"
        case exp.Null():
            return ""
        case exp.DateAdd() | exp.Collate() | exp.Alias() | exp.Paren() | exp.Min() | exp.Max():
            return type_of(node.this, columns)
        case exp.Case():
            branches = [branch.args["true"] for branch in node.args["ifs"]]
            return _together(branches + [node.args["default"]] * ("default" in node.args), columns)
        case exp.Coalesce():
            return _together([node.this, *node.expressions], columns)
    return "TEXT"


def _together(nodes: Iterable[exp.Expr | None], columns: Types) -> str:
    found = {type_of(node, columns) for node in nodes if node is not None} - {""}
    return " ".join(sorted(found))


def is_moment(kind: str) -> bool:
    return any(word.partition("(")[0] in MOMENTS for word in kind.split())


def is_text(kind: str) -> bool:
    return any("CHAR" in word or word == "TEXT" for word in kind.split())


def by_language(statement: exp.Expr, columns: Types) -> Iterator[str]:
    """Conversions between text and date without a style, which depend on the session's language."""

    def mixed(left: str, right: str) -> bool:
        return (is_moment(left) and is_text(right)) or (is_text(left) and is_moment(right))

    for node in statement.walk():
        match node:
            case exp.Convert() | exp.Cast() if "style" not in node.args:
                value = node.expression if isinstance(node, exp.Convert) else node.this
                pairs = [(type_of(node, columns), type_of(value, columns))]
            case exp.Predicate() if isinstance(node, exp.Binary) and not isinstance(node, exp.Is):
                pairs = [(type_of(node.this, columns), type_of(node.expression, columns))]
            case exp.Coalesce() | exp.Case():
                pairs = [(type_of(node, columns), type_of(node, columns))]
            case exp.Add():
                pairs = [(type_of(node.this, columns), type_of(node.expression, columns))]
            case exp.In():
                pairs = [(type_of(node.this, columns), type_of(one, columns)) for one in node.expressions]
            case exp.Insert():
                pairs = list(_inserted(node, columns))
            case _:
                pairs = []
        if any(mixed(*pair) for pair in pairs):
            yield node.sql("tsql")


def _inserted(insert: exp.Insert, columns: Types) -> Iterator[tuple[str, str]]:
    names = [identifier.name.lower() for identifier in insert.this.expressions]
    for row in insert.expression.expressions:
        for name, value in zip(names, row.expressions, strict=True):
            yield columns.get(name, "TEXT"), type_of(value, columns)
