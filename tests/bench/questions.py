"""The questions to a practice of 15 years, with raw columns and indexes: rows read, and CPU, beside its own rows."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.practice_db.database import Engine, PracticeDatabase
from chalicelib.practice_db.statements import RAW_COLUMNS
from tests.bench.report import Bar, Row, Section
from tests.builders.years import Size, practice_of_years, views
from tests.unit.practice_db.test_raw_columns import QUESTIONS

YEARS = 15
SIZE = Size(patients=4_000, treatments=20_000, appointments=33_334)  # of a year
MOST_READ = 10  # rows for each row of the answer: itself, its patient, and the patient's treatments
_BARS = ("reminders", "recheck")
_TIMES = 3


@dataclass(frozen=True)
class Asked:
    """One question; `read` counts the rows of patients, treatments and appointments."""

    rows: int
    read: int
    cpu: float


def question_section(progress: Callable[[str], None]) -> Section:
    """Build the practice, ask each question, and the reminders once without raw columns."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "practice.db"
        practice_of_years(file, YEARS, SIZE)
        progress("a practice of 15 years")
        without = _asked(file, "reminders", frozenset(), times=1).cpu
        with closing(sqlite3.connect(file)) as connection:
            plain = {question: _asked(file, question).cpu for question in QUESTIONS}
            connection.executescript(views(counted=True))
            found = {question: _asked(file, question, times=1) for question in QUESTIONS}
    progress("its questions")
    rows = [row_of(question, Asked(one.rows, one.read, plain[question])) for question, one in found.items()]
    all_rows = YEARS * (SIZE.patients + SIZE.treatments + SIZE.appointments)
    return Section("Questions to a practice of 15 years", rows, (
        f"SQLite, with views that convert as those of infra/sql do, {all_rows:,} rows in all; the least CPU time of "
        f"{_TIMES}. The same reminders without raw columns take {without:.1f} s of CPU and look at millions of rows, "
        "where SQL Server would read each table once.",
        "Birthdays look at every patient: no index finds a month and a day without a year.",
    ))  # fmt: skip


def row_of(question: str, asked: Asked) -> Row:
    """A line of the table."""
    bar = None
    if question in _BARS:
        bar = Bar(f"≤ {MOST_READ} rows for each of its own", asked.read <= MOST_READ * asked.rows)
    told = f"{asked.read:,} rows read, {asked.cpu * 1000:.1f} ms"
    return Row(question, asked.rows, told, f"its own rows {asked.rows:,}", bar, {"read": asked.read, "cpu": asked.cpu})


def _asked(file: Path, question: str, columns: frozenset[str] = RAW_COLUMNS, times: int = _TIMES) -> Asked:
    read = [0]

    def look(number: int) -> int:
        read[0] += 1
        return 1

    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("ATTACH ? AS vitosms", (str(file),))
        connection.create_function("look", 1, look)
        database = PracticeDatabase(Engine(lambda: connection, r":\1"), lambda sql: None)
        database.optional_columns = columns
        taken = []
        for _ in range(times):
            read[0] = 0
            start = time.process_time()
            rows = len(list(QUESTIONS[question](database)))
            taken.append(time.process_time() - start)
    return Asked(rows, read[0], min(taken))
