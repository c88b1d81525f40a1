"""The questions to the practice database: Python's answers are those of the SQL, on clean and on dirty rows."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.practice_db.database import Engine, PracticeDatabase, Row, open_practice_database
from chalicelib.practice_db.errors import LOST, PracticeDatabaseError
from chalicelib.practice_db.statements import OPTIONAL_COLUMNS
from infra.demo.practice import write_demo_practice
from tests.contract.sides import NOW
from tests.fakes.practice_database import COLUMNS, FakePracticeDatabase, Tables, tables_of
from tests.fakes.world import Moment, World

CONTRACT = (Path(__file__).parents[2] / "infra/sql/contract_sqlite.sql").read_text(encoding="utf-8")
OPTIONAL = {"Termin": ("MandantId",), "Patient": ("TelefonPrivat", "TelefonGeschaeft")}
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
_files = count()

IDS = st.sampled_from(["p1", "p2", "p10", "P1", "ü p", "7"])
MANDANTEN = st.sampled_from([None, "M1", "M2", "m1", ""])
TIMES = st.sampled_from(
    [
        None, "", "2026-11-23", "2026-11-23 08:00:00", "2026-11-23T08:00", "2026-11-23 23:59:59", "2026-11-24",
        "2026-11-22 23:59:59", "23.11.2026", "1980-11-23", "1980-02-29", "xxxx-11-23", "1-11-23", "bald", 20261123,
        2461368.5, b"2026-11-23",
    ]
)  # fmt: skip
ODD = st.sampled_from([None, "", "a", "B", "ä", "z", "👋", "10", "9", "de", b"a", 1, 1.5])
WORDS = st.one_of(ODD, st.text("aZé \t'%_", max_size=3))
FLAGS = st.sampled_from([None, 0, 1, 2, "0", "1", "Ja", "", 1.5])
SPECIAL: Mapping[str, st.SearchStrategy[Any]] = {
    "PatientId": IDS, "TerminId": st.sampled_from(["t1", "t2", "t3"]),
    "BehandlungId": st.sampled_from(["b1", "b10", "b9"]),
    "Geburtsdatum": TIMES, "Sterbedatum": TIMES, "Beginn": TIMES, "EroeffnetAm": TIMES, "KeineMitteilungen": FLAGS,
}  # fmt: skip


def _view(view: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    mandanten = MANDANTEN if view in ("Behandlung", "Termin") else MANDANTEN.map(lambda name: name or "M2")
    names = (*COLUMNS[view], *OPTIONAL.get(view, ()))
    columns = {name: mandanten if name == "MandantId" else SPECIAL.get(name, WORDS) for name in names}
    return st.lists(st.fixed_dictionaries(columns), max_size=6)


SOME_COLUMNS = st.frozensets(st.sampled_from(sorted(OPTIONAL_COLUMNS)))
PRACTICES = st.fixed_dictionaries({view: _view(view) for view in COLUMNS})


def practice_file(
    folder: Path, tables: Mapping[str, list[dict[str, Any]]], optional: frozenset[str] = frozenset()
) -> Path:
    path = folder / f"{next(_files)}.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(f"PRAGMA synchronous = OFF; {CONTRACT}")
        for view, rows in tables.items():
            added = [name for name in OPTIONAL.get(view, ()) if f"{view}.{name}" in optional]
            for name in added:
                connection.execute(f"ALTER TABLE {view} ADD COLUMN {name} TEXT")
            names = [*COLUMNS[view], *added]
            values = [[row.get(name) for name in names] for row in rows]
            marks = ", ".join("?" * len(names))
            connection.executemany(f"INSERT INTO {view} ({', '.join(names)}) VALUES ({marks})", values)
    return path


def questions(default: str | None = "M1") -> list[tuple[str, tuple[Any, ...]]]:
    return [
        ("reminders", (MONDAY, TUESDAY, default)),
        ("reminders", (MONDAY, MONDAY, None)),
        ("birthdays", (["11-23", "02-29"], default)),
        ("birthdays", ([], None)),
        ("recheck", (["t1", "t3", "gone"], ["p1", "p10"], default)),
        ("recheck", ([], ["p2"], None)),
        ("birthdays", (["11-23", "02-29"], default, MONDAY)),
        ("recheck", (["t1", "t2"], ["p1", "p2", "P1"], default, MONDAY)),
        ("patient", ("p1", MONDAY, default)),
        ("patient", ("p2", MONDAY, None, MONDAY)),
        ("mandanten", ()),
        ("definitive", (MONDAY, TUESDAY)),
    ]


def answers(database: PracticeDatabase) -> list[list[Row]]:
    with database:
        return [list(getattr(database, question)(*given)) for question, given in questions()]


def in_any_order_where_equal(rows: list[Row]) -> list[list[Row]]:
    """Rows in order; those that the order does not distinguish are a set."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        place = tuple(row.get(name) for name in ("Art", "Beginn", "TerminId", "PatientId", "MandantId"))
        groups.setdefault(place if "Art" in row else place[1:], []).append(row)
    return [sorted(group, key=repr) for group in groups.values()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("practices")


@settings(max_examples=60, deadline=None)
@given(tables=PRACTICES, optional=SOME_COLUMNS, known=SOME_COLUMNS)
def test_any_practice_is_answered_alike(
    folder: Path, tables: Tables, optional: frozenset[str], known: frozenset[str]
) -> None:
    path = practice_file(folder, tables, optional)
    faked, opened = FakePracticeDatabase(World(NOW), tables_of(path)), open_practice_database(f"sqlite:///{path}")
    faked.optional_columns = opened.optional_columns = known
    fake, real = answers(faked), answers(opened)
    path.unlink()
    assert faked.optional_columns == opened.optional_columns == (known if known <= optional else optional)
    assert [in_any_order_where_equal(rows) for rows in fake] == [in_any_order_where_equal(rows) for rows in real]
    assert [[list(row) for row in rows] for rows in fake] == [[list(row) for row in rows] for rows in real]


def test_the_demo_practice_is_answered_alike(tmp_path: Path) -> None:
    demo = write_demo_practice(tmp_path / "demo.db")
    tables = tables_of(demo.database)
    appointments = [str(row["TerminId"]) for row in tables["Termin"]][:500]
    patients = [str(row["PatientId"]) for row in tables["Patient"]]
    times = Counter(row["PatientId"] for row in tables["Termin"])
    twice = [patient for patient, count in times.items() if count > 1]
    queries: list[tuple[str, tuple[Any, ...]]] = [
        ("reminders", (date(2029, 2, 1), date(2029, 4, 1), "M1")),
        ("birthdays", (["02-28", "02-29"], "M1")),
        ("birthdays", (["02-28", "02-29"], "M1", date(2027, 2, 28))),
        ("recheck", (appointments, patients, None)),
        *(("patient", (patient, date(2029, 1, 1), "M1")) for patient in twice),
    ]
    fake = FakePracticeDatabase(World(NOW), tables)
    with open_practice_database(f"sqlite:///{demo.database}") as real:
        for question, given_ in queries:
            rows = list(getattr(fake, question)(*given_))
            assert rows == list(getattr(real, question)(*given_))
            assert len(rows) > 2


class Dying:
    """A connection that breaks at the third fetch."""

    def __init__(self, connection: Any) -> None:
        self._connection, self._fetches = connection, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> Dying:
        return Dying(self._connection.cursor())

    def fetchmany(self, size: int) -> Any:
        self._fetches += 1
        if self._fetches == 3:
            raise sqlite3.OperationalError("disk I/O error")
        return self._connection.fetchmany(size)


def dying_fake(path: Path) -> PracticeDatabase:
    world = World(NOW)

    def break_third(moment: Moment, call: str) -> None:
        if moment == "before" and call == "database.fetch" and world.calls.count(call) == 3:
            raise LOST.error("20004")

    world.fault = break_third
    return FakePracticeDatabase(world, tables_of(path))


def dying_real(path: Path) -> PracticeDatabase:
    connection = sqlite3.connect(":memory:")
    connection.execute("ATTACH ? AS vitosms", (str(path),))
    return PracticeDatabase(Engine(lambda: Dying(connection), r":\1"), lambda _: None)


@pytest.mark.parametrize("dying", [dying_fake, dying_real])
def test_a_database_that_dies_has_given_the_rows_before(
    tmp_path: Path, dying: Callable[[Path], PracticeDatabase]
) -> None:
    row = {"PatientId": "p1", "Beginn": "2026-11-23 08:00:00"}
    path = practice_file(tmp_path, {"Termin": [{**row, "TerminId": f"t{n:05}"} for n in range(1700)]})
    rows: list[Row] = []
    with dying(path) as database, pytest.raises(PracticeDatabaseError):
        rows.extend(database.reminders(MONDAY, TUESDAY, None))
    assert [rows[0]["TerminId"], rows[-1]["TerminId"], len(rows)] == ["t00000", "t00999", 1000]


def test_a_statement_runs_when_its_first_row_is_read(tmp_path: Path) -> None:
    world = World(NOW)
    database = FakePracticeDatabase(world, tables_of(practice_file(tmp_path, {})))
    rows = database.reminders(MONDAY, TUESDAY, None)
    assert world.calls == []
    with suppress(StopIteration):
        next(rows)
    assert world.calls == ["database.reminders", "database.fetch"]
