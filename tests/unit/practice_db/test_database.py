"""A practice database in a file: cases that only a file can have, such as values that are not dates."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from chalicelib.practice_db.database import open_practice_database
from tests.builders.practice_file import Tables, appointment, practice_file, treatment

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def reminders(path: Path, tables: Tables) -> list[dict[str, object]]:
    with open_practice_database(practice_file(path, tables)) as database:
        return [dict(row) for row in database.reminders(MONDAY, TUESDAY, "default")]


@pytest.mark.parametrize("starts_at", ["T00:00", "T08:00", " 25:61:00"])
def test_dirty_times_of_the_day_are_found(tmp_path: Path, starts_at: str) -> None:
    rows = reminders(tmp_path / "p.db", {"Termin": [appointment(starts_at=f"2026-11-23{starts_at}")]})
    assert [row["Beginn"] for row in rows] == [f"2026-11-23{starts_at}"]


@pytest.mark.parametrize("starts_at", ["2026-11-22T23:59", "2026-11-24T00:00", "bald"])
def test_dirty_times_of_other_days_are_not(tmp_path: Path, starts_at: str) -> None:
    assert reminders(tmp_path / "p.db", {"Termin": [appointment(starts_at=starts_at)]}) == []


@pytest.mark.parametrize(("born", "found"), [("1980-02-29T00:00:00", True), ("29.02.1980", False)])
def test_a_birthday_is_found_by_its_iso_form(tmp_path: Path, born: str, found: bool) -> None:
    url = practice_file(tmp_path / "p.db", {"Patient": [{"PatientId": "p", "Geburtsdatum": born}]})
    with open_practice_database(url) as database:
        assert bool(list(database.birthdays(["02-29"], None))) is found


def test_a_treatment_whose_date_is_no_date_counts_as_oldest(tmp_path: Path) -> None:
    treatments = [treatment("9", "A", "unklar"), treatment("1", "B", "1990-01-01")]
    [row] = reminders(tmp_path / "p.db", {"Termin": [appointment()], "Behandlung": treatments})
    assert row["MandantId"] == "B"


def test_broken_bytes_and_odd_file_names_stop_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    latin1 = {**appointment(), "Ort": "x"}
    practice_file(tmp_path / "Praxis #1 100%.db", {"Termin": [latin1]})
    connection = sqlite3.connect(tmp_path / "Praxis #1 100%.db")
    connection.execute("UPDATE Termin SET Ort = CAST(x'5AFC72696368' AS TEXT)")
    connection.commit()
    connection.close()
    monkeypatch.chdir(tmp_path)
    with open_practice_database("sqlite:///Praxis #1 100%.db\n") as database:
        assert [row["Ort"] for row in database.reminders(MONDAY, TUESDAY, None)] == ["Z\ufffdrich"]
