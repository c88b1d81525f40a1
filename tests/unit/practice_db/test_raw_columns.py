"""With raw columns and indexes a question reads its own rows, however long the practice's history is.

Plans and steps are SQLite's, of views that convert as those of infra/sql do, and of those themselves.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from typing import Any

import pytest

from chalicelib.practice_db.database import Engine, PracticeDatabase, Row, open_practice_database
from chalicelib.practice_db.raw_columns import find_columns
from chalicelib.practice_db.statements import RAW_COLUMNS
from tests.builders.years import Size, practice_of_years
from tests.tsql import runner as tsql
from tests.tsql.functions import connect
from tests.tsql.scripts import SCRIPTS

SIZE = Size(patients=200, treatments=1000, appointments=1700)
DAY, NEXT, SINCE = date(2026, 11, 24), date(2026, 11, 25), date(2024, 11, 24)
NOW = datetime(2026, 11, 24, 8)  # noqa: DTZ001 - practice-local
SOME = [str(number) for number in range(100)]
Ask = Callable[[PracticeDatabase], Iterator[Row]]
QUESTIONS: dict[str, Ask] = {
    "reminders": lambda database: database.reminders(DAY, NEXT, "M1"),
    "birthdays": lambda database: database.birthdays(["11-24"], "M1"),
    "birthdays of active patients": lambda database: database.birthdays(["11-24"], "M1", SINCE),
    "recheck": lambda database: database.recheck(SOME, [], "M1"),
    "recheck of greetings": lambda database: database.recheck([], SOME, "M1", SINCE),
    "definitive": lambda database: database.definitive(DAY, NEXT),
    "patient": lambda database: database.patient("17", DAY, "M1"),
    "patient, if active": lambda database: database.patient("17", DAY, "M1", SINCE),
    "find by number": lambda database: database.find(["17"], None, None, [], NOW),
    "mandanten": lambda database: database.mandanten(),
}
ALL_ROWS = {"birthdays": {"Kartei"}, "birthdays of active patients": {"Kartei"}, "mandanten": {"Mandanten"}}


@pytest.fixture(scope="module")
def practices(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    folder = tmp_path_factory.mktemp("years")
    return {years: practice_of_years(folder / f"{years}.db", years, SIZE) for years in (1, 15)}


class Spy:
    """A connection that counts the steps of SQLite's virtual machine, or explains a statement instead of running it."""

    def __init__(self, connection: sqlite3.Connection, views: str = "") -> None:
        self._connection, self._views = connection, views
        self.steps, self.plans = 0, list[str]()
        connection.set_progress_handler(self._step, 10)

    def _step(self) -> None:
        self.steps += 10

    def cursor(self) -> Spy:
        return self

    def execute(self, sql: str, values: Any) -> None:
        sql = re.sub(r"\bvitosms\.(\w+)", self._views, sql) if self._views else sql
        self.plans += [row[3] for row in self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
        self.steps = 0
        self._rows = self._connection.execute(sql, values)
        self.description = self._rows.description

    def fetchmany(self, size: int) -> list[Any]:
        return self._rows.fetchmany(size)

    def close(self) -> None:
        pass


def opened(connection: sqlite3.Connection, views: str = "") -> tuple[PracticeDatabase, Spy]:
    spy = Spy(connection, views)
    return PracticeDatabase(Engine(lambda: spy, r":\1"), lambda sql: None), spy


def asked(url: str, ask: Ask, columns: frozenset[str]) -> tuple[list[Row], Spy]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("ATTACH ? AS vitosms", (url.removeprefix("sqlite:///"),))
        database, spy = opened(connection)
        database.optional_columns = columns
        return list(ask(database)), spy


def scanned(spy: Spy, tables: set[str]) -> set[str]:
    """The tables that are read from end to end, if only to index them for this once; the others are sought."""
    found = [plan.split() for plan in spy.plans]
    whole = {words[1] for words in found if words[0] == "SCAN" or "AUTOMATIC" in words}
    assert tables & {words[1] for words in found if len(words) > 1}
    return whole & tables


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_seeks_its_rows_but_those_about_all_rows(practices: dict[int, str], question: str) -> None:
    rows, spy = asked(practices[1], QUESTIONS[question], RAW_COLUMNS)
    assert rows
    assert scanned(spy, {"Kartei", "Faelle", "Termine", "Mandanten"}) == ALL_ROWS.get(question, set())


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_raw_columns_change_no_answer_and_no_number_of_statements(practices: dict[int, str], question: str) -> None:
    traced = list[str]()
    with open_practice_database(practices[15], traced.append) as database:
        without = list(QUESTIONS[question](database))
        database.optional_columns = RAW_COLUMNS
        assert list(QUESTIONS[question](database)) == without
    assert len(traced) == 2


@pytest.mark.parametrize("question", sorted(QUESTIONS.keys() - ALL_ROWS.keys()))
def test_what_a_question_costs_does_not_grow_with_the_years(practices: dict[int, str], question: str) -> None:
    one, fifteen = (asked(practices[years], QUESTIONS[question], RAW_COLUMNS) for years in (1, 15))
    assert len(one[0]) == len(fifteen[0])
    assert fifteen[1].steps <= 1.5 * one[1].steps
    assert asked(practices[15], QUESTIONS[question], frozenset())[1].steps > 5 * fifteen[1].steps


@pytest.mark.parametrize(("mapping", "aliases"), [("example", {"t", "p", "b"}), ("elexis", {"a"})])
@pytest.mark.parametrize("question", sorted(QUESTIONS.keys() - {"mandanten"}))
def test_the_mappings_of_infra_sql_let_every_question_seek(mapping: str, aliases: set[str], question: str) -> None:
    """Of Elexis the agenda: SQLite does not seek through its views of patients and treatments, which join tables."""
    views = "views" if mapping == "example" else "elexis_views"
    with closing(connect()) as connection:
        for script in (f"{mapping}_schema", views):
            tsql.run_script(connection, SCRIPTS / f"{script}.sql")
            text = (SCRIPTS / f"{script}.sql").read_text(encoding="utf-8")
            for index in re.findall(r"CREATE INDEX \w+ ON dbo\.\w+ \(\w+\)", text):
                connection.execute(index.replace("dbo.", ""))
        database, spy = opened(connection, r'"vitosms.\1"')
        database.optional_columns = RAW_COLUMNS
        list(QUESTIONS[question](database))
    if mapping == "example" or not question.startswith(("birthdays", "find")):
        assert scanned(spy, aliases) == ({"p"} if question.startswith("birthdays") else set())


def test_the_raw_columns_are_used_once_they_find_what_the_others_find(practices: dict[int, str]) -> None:
    with open_practice_database(practices[1]) as database:
        assert find_columns(database, DAY) == RAW_COLUMNS
