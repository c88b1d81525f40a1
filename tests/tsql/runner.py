"""T-SQL run on SQLite: the scripts of infra/sql answer here as on SQL Server, or raise.

sqlglot reads T-SQL; operations that SQLite does differently become calls of functions in tests/tsql/functions.py. Dates
are text, 'YYYY-MM-DD' and 'YYYY-MM-DD HH:MM:SS', as in the contract's SQLite form. `dbo.X` is the table X, `vitosms.X`
the view "vitosms.X".
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import ErrorLevel, exp

from tests.tsql.functions import MOMENTS, TEXTS
from tests.tsql.scripts import SCRIPTS, batches

VIEWS = ("Mandant", "Patient", "Behandlung", "Termin")
ADMINISTRATION = re.compile(  # a space between any two tokens
    r"SET (ANSI_NULLS|QUOTED_IDENTIFIER) ON"
    r"|IF SCHEMA_ID \( N'vitosms' \) IS NULL EXEC \( N'CREATE SCHEMA vitosms AUTHORIZATION dbo;' \)"
    r"|IF EXISTS \( SELECT 1 FROM sys \. databases WHERE name = DB_NAME \( \) AND compatibility_level < 110 \)"
    r" RAISERROR \( N'[^']+' , 16 , 1 \)"
)


def run_script(connection: sqlite3.Connection, path: Path) -> None:
    for batch in batches(path):
        run(connection, batch)


def run(connection: sqlite3.Connection, batch: str) -> list[tuple[Any, ...]]:
    """Run one batch; return its rows. Administration and indexes are skipped: they change no answer."""
    texts = [sql for statement in statements(batch) for sql in _in_sqlite(statement)]
    return [row for sql in texts for row in connection.execute(sql)]


def answer(connection: sqlite3.Connection, database: Path) -> None:
    """Write the current rows of the four views into an SQLite practice database; replace an existing one."""
    connection.commit()
    if not database.exists():
        with closing(sqlite3.connect(database)) as contract:
            contract.executescript(f"BEGIN; {(SCRIPTS / 'contract_sqlite.sql').read_text(encoding='utf-8')} COMMIT;")
    connection.execute("ATTACH ? AS contract", (str(database),))
    with connection:
        for view in VIEWS:
            connection.execute(f"DELETE FROM contract.{view}")
            names = ", ".join(row[1] for row in connection.execute(f"PRAGMA contract.table_info({view})"))
            connection.execute(f'INSERT INTO contract.{view} SELECT {names} FROM "vitosms.{view}"')
    connection.execute("DETACH contract")


def statements(batch: str) -> list[exp.Expr]:
    """The statements of a batch except administration, parsed strictly. Raises ParseError or ValueError."""
    found: list[exp.Expr] = []
    for text in split(batch):
        if not ADMINISTRATION.fullmatch(text):
            [statement] = sqlglot.parse(text, read="tsql", error_level=ErrorLevel.RAISE)
            if statement is None or statement.find(exp.Command):
                raise ValueError(f"not understood: {text[:200]}")
            found.append(statement)
    return found


def split(batch: str) -> list[str]:
    """Statements without comments, a space between any two tokens."""
    texts: list[list[str]] = [[]]
    for token in sqlglot.tokenize(batch, read="tsql"):
        if token.token_type is sqlglot.TokenType.SEMICOLON:
            texts.append([])
        else:
            texts[-1].append(batch[token.start : token.end + 1])
    return [" ".join(text) for text in texts if text]


def _in_sqlite(statement: exp.Expr) -> list[str]:
    if isinstance(statement, exp.IfBlock):  # IF OBJECT_ID(…) IS NULL CREATE TABLE …
        assert isinstance(statement.this, exp.Is), statement.sql("tsql")
        assert isinstance(statement.this.this, exp.ObjectId), statement.sql("tsql")
        [statement] = statement.args["true"].expressions
        return [_table(statement).replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS")]
    match statement:
        case exp.Create(kind="INDEX"):
            return []
        case exp.Create(kind="TABLE"):
            return [_table(statement)]
        case exp.Create(kind="VIEW"):
            name = _name(statement.this)
            return [f"DROP VIEW IF EXISTS {name}", f"CREATE VIEW {name} AS {_expression(statement.expression)}"]
        case exp.Insert() | exp.Select() | exp.Union():
            return [_expression(statement)]
    raise ValueError(f"not understood: {statement.sql('tsql')[:200]}")


def _table(create: exp.Expr) -> str:
    columns = ", ".join(_column(column) for column in create.this.expressions)
    return f"CREATE TABLE {_name(create.this.this)} ({columns}) STRICT"


def _column(column: exp.ColumnDef) -> str:
    """A column that refuses what the server would refuse or pad."""
    kind, name = column.kind, column.name
    assert kind is not None
    sized = str(kind.expressions[0]) if kind.expressions else ""
    text = kind.this.name in TEXTS or kind.this.name in MOMENTS or kind.this == exp.DType.UUID
    parts = [name, "TEXT COLLATE Server" if text else "INTEGER"]
    if sized.isdigit() and kind.this.name in TEXTS:
        parts.append(f"CHECK (length({name}) {'=' if kind.this == exp.DType.CHAR else '<='} {sized})")
    for constraint in column.constraints:
        match constraint.kind:
            case exp.NotNullColumnConstraint():
                parts.append("" if constraint.kind.args.get("allow_null") else "NOT NULL")
            case exp.Reference():
                parts.append(f"REFERENCES {_name(constraint.kind.this.this)}")
            case exp.PrimaryKeyColumnConstraint() | exp.DefaultColumnConstraint():
                parts.append(constraint.kind.sql("sqlite"))
            case other:
                raise ValueError(f"not understood: {other}")
    return " ".join(parts)


def _name(table: exp.Expr) -> str:
    assert isinstance(table, exp.Table), table
    assert table.db in ("dbo", "vitosms", "INFORMATION_SCHEMA"), table
    return table.name if table.db == "dbo" else f'"{table.db}.{table.name}"'


def _expression(statement: exp.Expr) -> str:
    root = statement.copy()
    for node in reversed(list(root.walk())):  # the inner ones first
        if (other := _node(node)) is not node:
            node.replace(other)
    return root.sql("sqlite", unsupported_level=ErrorLevel.RAISE, comments=False)


def _node(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.Table() if node.db:
            renamed = exp.to_table(_name(node))
            return exp.alias_(renamed, node.alias, table=True) if node.alias else renamed
        case exp.National():
            return exp.Literal.string(node.this)
        case exp.Cast(this=exp.Expr() as whole) if isinstance(node.parent, exp.Right | exp.Length):
            return whole  # the cast is sqlglot's own
        case exp.Convert() | exp.Cast():
            return _conversion(node)
        case exp.Add():
            return exp.func("tsql_add", node.this, node.expression)
        case exp.DateAdd():
            return exp.func("tsql_dateadd", exp.Literal.string(node.text("unit")), node.expression, node.this)
        case exp.Right():
            return exp.func("tsql_right", node.this, node.expression)
        case exp.Length():
            return exp.func("tsql_len", node.this)
        case exp.EQ() | exp.NEQ() | exp.In() | exp.Case() if node.this and not isinstance(node.this, exp.Collate):
            node.set("this", exp.Collate(this=node.this, expression=exp.var("Server")))
    return node


def _conversion(node: exp.Convert | exp.Cast) -> exp.Expr:
    kind, value = (node.this, node.expression) if isinstance(node, exp.Convert) else (node.to, node.this)
    size = kind.expressions[0].this if kind.expressions else exp.null()
    style, safe = node.args.get("style") or exp.null(), int(bool(node.args.get("safe")))
    name = exp.Literal.string(kind.this.name)
    return exp.func("tsql_convert", name, size, value, style, exp.Literal.number(safe))
