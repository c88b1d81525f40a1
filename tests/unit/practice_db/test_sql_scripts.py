"""The scripts of infra/sql and the statements of practice_db/sql: SQL Server 2016 runs them in any language."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp

from tests.tsql import runner as tsql
from tests.tsql.scripts import SCRIPTS, batches
from tests.tsql.types import Types, by_language, column_types, type_of

STATEMENTS = SCRIPTS.parents[1] / "chalicelib" / "practice_db" / "sql"
TABLES = {"views.sql": "example_schema.sql", "elexis_views.sql": "elexis_schema.sql"}
ROWS = {"example_rows.sql": "example_schema.sql", "elexis_rows.sql": "elexis_schema.sql"}
SECURITY = ("login.sql", "remove.sql")  # sqlglot knows too little of them
READ = sorted({path.name for path in SCRIPTS.glob("*.sql")} - {*SECURITY, "contract_sqlite.sql"})
HANDBOOK = (SCRIPTS.parents[1] / "docs" / "handbook/de.md").read_text(encoding="utf-8")
QUESTIONS = (("reminders", "candidates"), ("birthdays", "candidates"), ("recheck", "candidates"),
             ("patient", "candidates"), ("mandanten",), ("definitive",), ("find",))  # fmt: skip

NO_TEXT = {  # columns of an answer
    "Beginn", "Geburtsdatum", "Sterbedatum", "KeineMitteilungen", "PatientGefunden", "HatBehandlung", "MandantGefunden",
    "TerminMandantGefunden", "LetzteBehandlung", "LetzterTermin", "NaechsterTermin", "Anzahl",
}  # fmt: skip

# Everything that is called; SQL Server 2012 brought TRY_CONVERT, the others are older.
FUNCTIONS = {
    "CAST", "COALESCE", "COLLATIONPROPERTY", "CONVERT", "COUNT", "DATEADD", "LEN", "LOWER", "LTRIM", "MAX", "MIN",
    "NCHAR", "NULLIF", "REPLACE", "RIGHT", "ROW_NUMBER", "RTRIM", "SUBSTRING", "TRY_CONVERT", "UPPER",
    "DATABASE_PRINCIPAL_ID", "DB_NAME", "OBJECT_ID", "RAISERROR", "SCHEMA_ID", "SCHEMA_NAME", "SUSER_ID", "USER_NAME",
}  # fmt: skip
SYNTAX = {"AND", "AS", "EXEC", "EXISTS", "IN", "INCLUDE", "OR", "OVER", "VALUES"}
TYPES = {"CHAR", "DATETIME2", "NVARCHAR", "VARCHAR"}
FORBIDDEN = {
    "MERGE", "XML", "JSON", "NOLOCK", "TOP", "LIMIT", "APPLY", "TRY", "THROW", "LANGUAGE", "DATEFORMAT", "WINDOW",
    "DISTINCT FROM", "AT TIME", "SELECT *",
}  # fmt: skip


def words(text: str) -> list[str]:
    """The tokens in upper case, without comments; a string is reduced to its quotes."""
    tokens = sqlglot.tokenize(text, read="tsql")
    strings = (sqlglot.TokenType.STRING, sqlglot.TokenType.NATIONAL_STRING)
    return ["''" if token.token_type in strings else token.text.upper() for token in tokens]


def unknown(text: str) -> set[str]:
    """Unknown functions that are called, and forbidden ones."""
    found = words(text)
    before = zip(["", *found], found, found[1:], strict=False)
    called = {word for previous, word, following in before if following == "(" and previous != "."}
    called = {word for word in called if re.fullmatch(r"\w+", word)}
    plain = " ".join(found)
    bad = {word for word in FORBIDDEN if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain)}
    return called - FUNCTIONS - SYNTAX - TYPES | bad | set(re.findall(r"@|\|\|", plain))


def question(names: tuple[str, ...]) -> str:
    return "".join((STATEMENTS / f"{name}.sql").read_text(encoding="utf-8") for name in names)


@cache
def statements(name: str) -> list[exp.Expr]:
    return [statement for batch in batches(SCRIPTS / name) for statement in tsql.statements(batch)]


def columns_for(name: str) -> Types:
    schema = TABLES.get(name) or ROWS.get(name) or name
    return column_types([*statements(schema), *statements("elexis_views.sql")])


def views(name: str) -> dict[str, exp.Select]:
    created = (statement for statement in statements(name) if isinstance(statement, exp.Create))
    return {statement.this.name: statement.expression for statement in created if statement.kind == "VIEW"}


@pytest.mark.parametrize("name", READ)
def test_every_batch_is_understood(name: str) -> None:
    assert all(
        isinstance(statement, exp.Create | exp.Insert | exp.IfBlock | exp.Query) for statement in statements(name)
    )


@pytest.mark.parametrize("sql", re.findall(r"(?s)```sql\n(.*?)```", HANDBOOK))
def test_what_the_handbook_tells_the_dba_to_run_is_understood(sql: str) -> None:
    parsed = sqlglot.parse(sql, read="tsql", error_level=ErrorLevel.RAISE)
    assert all(
        isinstance(statement, exp.Select | exp.Set) for statement in parsed if not isinstance(statement, exp.Semicolon)
    )
    assert unknown(sql) <= {"LANGUAGE"}


@pytest.mark.parametrize("names", QUESTIONS)
def test_every_question_is_one_statement_of_sql_server_too(names: tuple[str, ...]) -> None:
    [statement] = sqlglot.parse(question(names), read="tsql", error_level=ErrorLevel.RAISE)
    assert isinstance(statement, exp.Select)


@pytest.mark.parametrize("name", [*READ, *SECURITY])
def test_a_script_has_nothing_newer_than_2016_and_nothing_that_is_forbidden(name: str) -> None:
    assert {word for batch in batches(SCRIPTS / name, Passwort="geheim") for word in unknown(batch)} == set()


@pytest.mark.parametrize("names", QUESTIONS)
def test_a_question_has_nothing_newer_than_2016_and_nothing_that_is_forbidden(names: tuple[str, ...]) -> None:
    assert unknown(question(names)) == set()


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT STRING_AGG(a, ',') FROM b", {"STRING_AGG"}),
        ("SELECT TRIM(a), CONCAT_WS('-', a), GREATEST(1, 2)", {"TRIM", "CONCAT_WS", "GREATEST"}),
        ("MERGE INTO a USING b ON a.c = b.c", {"MERGE"}),
        ("SELECT a FROM b FOR XML PATH('')", {"XML", "PATH"}),
        ("IF @@ERROR <> 0 SELECT ERROR_NUMBER()", {"@", "ERROR_NUMBER"}),
        ("SELECT GETDATE(), ISDATE(a), FORMAT(a, 'd')", {"GETDATE", "ISDATE", "FORMAT"}),
        ("SET LANGUAGE German", {"LANGUAGE"}),
        ("SELECT * FROM a WITH (NOLOCK)", {"SELECT *", "WITH", "NOLOCK"}),
        ("SELECT a || b FROM c WHERE a IS NOT DISTINCT FROM b", {"||", "DISTINCT FROM"}),
    ],
)
def test_what_is_newer_or_forbidden_is_found(sql: str, found: set[str]) -> None:
    assert unknown(sql) == found


@pytest.mark.parametrize("name", READ)
def test_no_text_becomes_a_date_and_no_date_a_text_without_a_style(name: str) -> None:
    assert [found for statement in statements(name) for found in by_language(statement, columns_for(name))] == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CONVERT(date, p.GebDatum) FROM dbo.Patient AS p",
        "SELECT TRY_CONVERT(datetime2(0), LTRIM(p.GebDatum)) FROM dbo.Patient AS p",
        "SELECT CAST(p.GebDatum AS date) FROM dbo.Patient AS p",
        "SELECT CONVERT(char(10), t.TerminDatum) FROM dbo.Termin AS t",
        "SELECT CONVERT(date, p.Unbekannt) FROM dbo.Patient AS p",
        "SELECT t.TerminNr FROM dbo.Termin AS t WHERE t.TerminDatum >= '20261124'",
        "SELECT t.TerminNr FROM dbo.Termin AS t WHERE t.TerminDatum IN ('20261124')",
        "SELECT t.TerminDatum + 'T08:00' FROM dbo.Termin AS t",
        "SELECT COALESCE(t.TerminDatum, '19000101') FROM dbo.Termin AS t",
        "SELECT CASE WHEN t.TerminNr = 1 THEN t.TerminDatum ELSE '19000101' END FROM dbo.Termin AS t",
        "INSERT INTO dbo.Termin (TerminNr, TerminDatum) VALUES (1, '24.11.2026')",
    ],
)
def test_a_conversion_by_the_language_of_the_login_is_found(sql: str) -> None:
    [statement] = tsql.statements(sql)
    assert list(by_language(statement, columns_for("views.sql")))


@pytest.mark.parametrize("names", QUESTIONS)
def test_a_question_casts_the_texts_of_its_answer_and_else_only_null_and_dates(names: tuple[str, ...]) -> None:
    """A date converts to YYYY-MM-DD even without a style; a datetime would not. Of a text, 400 characters are read."""
    [statement] = sqlglot.parse(question(names), read="tsql")
    assert statement is not None
    answer = {column.alias_or_name: column.unalias() for column in statement.expressions}
    texts = {name: value for name, value in answer.items() if isinstance(value, exp.Cast)}
    assert {cast.to.sql("tsql") for cast in texts.values()} == {"NVARCHAR(400)"}
    assert set(answer) - set(texts) <= NO_TEXT
    others = [cast.this for cast in statement.find_all(exp.Cast) if all(cast is not text for text in texts.values())]
    assert {value.name for value in others if not isinstance(value, exp.Null)} <= {
        "Geburtsdatum",
        "EroeffnetAm",
        "Beginn",
    }


@pytest.mark.parametrize("name", TABLES)
def test_the_columns_of_the_views_have_the_types_of_the_contract(name: str) -> None:
    fixed = {
        "Geburtsdatum": "DATE", "Sterbedatum": "DATE", "Beginn": "DATETIME2(0)", "EroeffnetAm": "DATETIME2(0)",
        "KeineMitteilungen": "BIT",
    }  # fmt: skip
    for view, select in views(name).items():
        for column in select.expressions:
            kind = type_of(column, columns_for(name))
            if column.alias.endswith("Id"):
                assert kind == "NVARCHAR(64)", (view, column.alias)
                assert column.this.expression.name == "Latin1_General_100_BIN2", (view, column.alias)
            elif column.alias in fixed:
                assert kind == fixed[column.alias], (view, column.alias)


@pytest.mark.parametrize("name", [*READ, *SECURITY])
def test_text_beyond_ascii_is_national(name: str) -> None:
    """Otherwise the database's collation decides which characters survive."""
    parts = batches(SCRIPTS / name, Passwort="geheim")
    tokens = [token for part in parts for token in sqlglot.tokenize(part, read="tsql")]
    plain = [token.text for token in tokens if token.token_type is not sqlglot.TokenType.NATIONAL_STRING]
    assert [text for text in plain if not text.isascii()] == []


def test_the_login_may_read_the_four_views_and_sees_nothing_else() -> None:
    texts = [text for batch in batches(SCRIPTS / "login.sql", Passwort="geheim") for text in tsql.split(batch)]
    assert [text for text in texts if re.search(r"\b(GRANT|DENY|ROLE|EXEC|sp_\w+|AUTHORIZATION)\b", text)] == [
        "GRANT SELECT ON SCHEMA :: vitosms TO vitosms_leser",
        "DENY VIEW ANY DATABASE TO vitosms_leser",
    ]


def test_what_the_scripts_create_for_the_service_is_removed_again() -> None:
    found = r"(?:CREATE(?: OR ALTER)?) (VIEW|TABLE|SCHEMA|USER|LOGIN) (\w+(?: \. \w+)?)"
    texts = [
        " ".join(tsql.split(batch)).replace("N'CREATE", "CREATE")
        for name in (*TABLES, "login.sql")
        for batch in batches(SCRIPTS / name, Passwort="geheim")
    ]
    removed = [text for batch in batches(SCRIPTS / "remove.sql") for text in tsql.split(batch)]
    drops = [re.search(r"DROP (\w+) (?:IF EXISTS )?(.+)", text) for text in removed]
    assert {(drop[1], name) for drop in drops if drop for name in drop[2].split(" , ")} == {
        pair for text in texts for pair in re.findall(found, text)
    }


def test_a_script_is_split_at_go_and_its_variables_are_set(tmp_path: Path) -> None:
    script = tmp_path / "a.sql"
    script.write_text("SELECT '$(Passwort)'\ngo\n\n  GO  \nSELECT 'GO'\nGO", encoding="utf-8")
    assert batches(script, Passwort="a$(b") == ["SELECT 'a$(b'", "SELECT 'GO'"]
    with pytest.raises(ValueError, match=r"a\.sql needs values for Passwort"):
        batches(script)
