"""`vitosms doctor` about a slow database, and the raw columns that make it fast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.planning.run_report import RunOutcome, RunReport
from chalicelib.practice.reader import Reader
from chalicelib.practice_db.statements import RAW_COLUMNS
from chalicelib.schedule.job import Job
from chalicelib.wiring import wiring
from infra.doctor import database as checks
from infra.language import number
from tests.cli.configure.examined import findings
from tests.cli.running import Vitosms, running
from tests.flow.build import PRACTICE, Database
from tests.sql_server.endpoint import SqlServer


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Database]:
    """Its views have raw columns."""
    with running(tmp_path) as (_, database), SqlServer(Path(database.path)) as server:
        for view, _, column in (name.partition(".") for name in RAW_COLUMNS):
            database.run(f"ALTER TABLE {view} ADD COLUMN {column} TEXT")
            source = (
                "REPLACE(SUBSTR(Beginn, 1, 10), '-', '')" if column == "Tag" else column.replace("Schluessel", "Id")
            )
            database.run(f"UPDATE {view} SET {column} = {source}")
        wiring().parameters.save_database_url(PRACTICE, server.url())
        yield database


@pytest.fixture
def vitosms(capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def stored() -> frozenset[str]:
    record = wiring().practices.record(PRACTICE)
    assert record is not None
    return record.optional_columns


def test_a_fast_database_is_good_and_its_raw_columns_are_stored(vitosms: Vitosms, practice: Database) -> None:
    found = findings(vitosms)
    assert found["Antwortzeit"]["result"] == "good"
    assert found["Antwortzeit"]["found"].startswith("Antwort nach ")
    assert "Rohe Spalten" not in found
    assert stored() == RAW_COLUMNS


def test_a_slow_database_with_raw_columns_needs_indexes(
    vitosms: Vitosms, practice: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_SLOW_MS", -1)
    found = findings(vitosms)["Antwortzeit"]
    assert found["result"] == "doubtful"
    assert found["fix"].startswith("Indexe auf Tag und Patient der Termine")


def test_a_raw_column_that_finds_something_else_is_told_and_a_slow_database_needs_it(
    vitosms: Vitosms, practice: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_SLOW_MS", -1)
    practice.run("UPDATE Termin SET Tag = '19991231'")
    found = findings(vitosms)
    assert found["Rohe Spalten"]["result"] == "doubtful"
    assert found["Rohe Spalten"]["found"].startswith("Termin.Tag: nicht benutzt")
    assert "Termin.Tag in die Sichten aufnehmen" in found["Antwortzeit"]["fix"]
    assert stored() == RAW_COLUMNS - {"Termin.Tag"}


def test_the_history_shows_how_long_the_answer_took(
    vitosms: Vitosms, practice: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = wiring().clock()
    for took in (0, 5321):
        report = RunReport(PRACTICE, Job.SEND, at, at, 6.0, RunOutcome.DONE, {}, {}, (), question_ms=took)
        wiring().history.write_run(report, at, Reader())
    shown = " ".join(vitosms.shows("history").split())
    assert shown.count("Antwort der Praxisdatenbank nach") == 1
    assert f"nach {number(5321)} ms" in shown
    assert [run["question_ms"] for run in vitosms.told("history")["runs"]] == [None, 5321]
