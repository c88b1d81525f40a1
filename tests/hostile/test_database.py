"""A practice database that hangs, dies or lacks a part: the run reports it, and the next run completes the work."""

import sqlite3
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest

from chalicelib.practice_db.database import open_practice_database
from chalicelib.practice_db.errors import LOST, OTHER, TIMEOUT, PracticeDatabaseError
from chalicelib.words.words import words_of
from tests.fakes.fake_cloud import FakeCloud
from tests.fakes.practice_database import COLUMNS, FakePracticeDatabase, tables_of
from tests.fakes.world import Moment
from tests.hostile.practice import Played, another, at, check, good_tables, play, set_up
from tests.hostile.values import VALUES

CONTRACT = Path(__file__).parents[2] / "infra" / "sql" / "contract_sqlite.sql"
CAUSES = {words_of("de").of(cause.text): cause for cause in (TIMEOUT, LOST, OTHER)}
SENTENCES = tuple(CAUSES)
STAYS = "Was bis dahin aufbereitet wurde, bleibt; der nächste Lauf holt den Rest nach."
CALLS = {"prepare": ("database.open", "database.reminders", "database.fetch"),
         "send": ("database.open", "database.recheck", "database.fetch")}  # fmt: skip
BREAKS = [
    *(f"DROP TABLE {view}" for view in COLUMNS),
    *(f"ALTER TABLE {view} RENAME COLUMN {column} TO gone" for view, names in COLUMNS.items() for column in names),
]
BROKEN = [(breaks, "09:45") for breaks in BREAKS] + [(breaks, "10:02") for breaks in BREAKS[::3]]
ON_SQLITE = ("KeineMitteilungen", "Geburtsdatum", "Sterbedatum", "Mobiltelefon", "Beginn", "Status", "EroeffnetAm")
CASES = len(SENTENCES) * 6 + len(BROKEN) + 2 + len(ON_SQLITE) * len(VALUES)


def failing(cloud: FakeCloud, call: str, sentence: str, since: str, until: str, nth: int = 1) -> None:
    """Have the n-th such call of a run, and each later one, fail until the block ends."""
    seen = 0

    def fault(moment: Moment, name: str) -> None:
        nonlocal seen
        if (moment, name) == ("before", call) and at(since) <= cloud.world.now < at(until):
            seen += 1
            if seen >= nth:
                raise PracticeDatabaseError(CAUSES[sentence].text, "planted +41790010000")

    cloud.world.fault = fault


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("call", CALLS["prepare"])
def test_what_a_failed_prepare_left_is_prepared_by_the_next(call: str, sentence: str) -> None:
    tables = good_tables()
    tables["Termin"][0]["Beginn"] = "2026-11-24 16:00:00"
    cloud = set_up(tables)
    failing(cloud, call, sentence, "09:55", "10:03")
    played = play(cloud, at("10:20"))
    assert played.runs("prepare-reminders") == [("failed", [sentence])]
    assert not [message for message in played.messages if message.to.endswith("1")]
    played = play(cloud, at("10:30", day=24))
    check(played)
    assert [outcome for outcome, _ in played.runs("prepare-reminders")] == ["failed", "done"]
    assert [message.to[-1] for message in played.messages].count("1") == 1


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("call", CALLS["send"])
def test_what_a_failed_send_left_is_sent_at_the_next_tick(call: str, sentence: str) -> None:
    cloud = set_up(good_tables())
    failing(cloud, call, sentence, "10:04", "10:12")
    played = play(cloud)
    check(played)
    assert played.runs("send") == [("failed", [sentence]), ("done", [])]
    assert sorted(message.to[-1] for message in played.messages) == ["1", "2"]


def test_a_database_that_dies_among_the_rows_of_prepare_loses_nothing() -> None:
    tables = good_tables()
    for n in range(150):
        another(tables, n, None)["Termin"]["Beginn"] = "2026-11-24 16:00:00"
    cloud = set_up(tables)
    failing(cloud, "database.fetch", SENTENCES[1], "09:55", "10:03", nth=3)
    with patch.object(FakePracticeDatabase, "batch", 60):
        played = play(cloud, at("10:03"))
        assert played.runs("prepare-reminders") == [("failed", [SENTENCES[1], STAYS])]
        assert len(played.entries) == 99  # earlier entries stay
        played = play(cloud, at("10:30", day=24))
    check(played)
    assert len({message.to for message in played.messages if message.to.startswith("+4179001")}) == 150


def test_a_database_that_dies_among_the_rows_of_send_loses_nothing() -> None:
    tables = good_tables()
    for n in range(30):
        another(tables, n)
    cloud = set_up(tables)
    failing(cloud, "database.fetch", SENTENCES[1], "10:04", "10:12", nth=3)
    with patch.object(FakePracticeDatabase, "batch", 10):
        played = play(cloud)
    check(played)
    assert [outcome for outcome, _ in played.runs("send")] == ["failed", "done"]
    assert len(played.messages) == 62


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An empty practice database of SQLite."""
    path = tmp_path / "praxis.db"
    execute(path, f"BEGIN; {CONTRACT.read_text(encoding='utf-8')}; COMMIT")
    return path


def execute(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"PRAGMA synchronous = OFF; PRAGMA legacy_alter_table = ON; {script}")


def save(path: Path, tables: dict[str, list[dict[str, object]]]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        for view, rows in tables.items():
            marks = ", ".join("?" * len(COLUMNS[view]))
            values = [[row[name] for name in COLUMNS[view]] for row in rows]
            connection.executemany(f"INSERT INTO {view} VALUES ({marks})", values)


def on_sqlite(cloud: FakeCloud, path: Path) -> Played:
    """The same day, but asked of the real file."""
    with patch.object(cloud.parts, "open_database", lambda url: open_practice_database(f"sqlite:///{path}")):
        return play(cloud)


@pytest.mark.parametrize(("breaks", "since"), BROKEN)
def test_a_missing_view_or_column_is_named_and_sends_nothing(file: Path, breaks: str, since: str) -> None:
    tables = good_tables()
    save(file, tables)
    cloud = set_up(tables)
    cloud.at(at(since), lambda: execute(file, breaks))
    played = on_sqlite(cloud, file)
    check(played)
    failed = {reason for outcome, reasons in played.runs() if outcome == "failed" for reason in reasons}
    missing = breaks.split()[2] if breaks.startswith("DROP") else breaks.split()[5]
    if played.messages:  # greetings are prepared without the view Termin
        assert "Termin" in breaks
        assert [message.to[-1] for message in played.messages] == ["2"]
    assert failed
    assert all(missing in reason and "vitosms" in reason for reason in failed)


@pytest.mark.parametrize("column", ON_SQLITE)
def test_sqlite_and_the_fakes_agree_on_hostile_values(file: Path, column: str) -> None:
    tables = good_tables()
    for n, value in enumerate(VALUES.values()):
        rows = another(tables, n)
        next(row for row in rows.values() if column in row)[column] = value
    save(file, tables)
    real, fake = on_sqlite(set_up(tables_of(file)), file), play(set_up(tables_of(file)))
    check(real)
    assert {name: (e.state, e.reason, e.text) for name, e in real.entries.items()} == {
        name: (e.state, e.reason, e.text) for name, e in fake.entries.items()
    }
    assert real.runs() == fake.runs()
