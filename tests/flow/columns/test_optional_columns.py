"""Optional columns of the views: stored with the practice, missed at most once, found again by night."""

from __future__ import annotations

from collections import Counter

from chalicelib.schedule.job import Job
from tests.fakes.practice_database import Tables
from tests.flow.columns.test_signer import SIGNER, appointment, practice
from tests.flow.fake_build import Day, why

ASKED = ("reminders", "recheck", "columns")
GONE = "Die Sicht Termin hat die Spalte MandantId nicht mehr."


def asked(day: Day) -> dict[str, int]:
    """How many statements of these kinds there were since the last time."""
    calls = Counter(day.cloud.world.calls)
    day.cloud.world.calls.clear()
    return {name: calls[f"database.{name}"] for name in ASKED}


def test_with_the_columns_too_a_run_makes_one_statement() -> None:
    day = Day("2026-11-23 09:50")
    desk = practice(day)
    for _ in range(150):
        appointment(desk, "M2")
    day.play("2026-11-23 10:30")
    assert asked(day) == {"reminders": 1, "recheck": 1, "columns": 0}


def test_a_column_that_is_gone_is_missed_once_reported_and_found_again_by_night() -> None:
    day = Day("2026-11-23 07:00")
    desk = practice(day)
    appointment(desk, "M2")
    desk.tables.optional = frozenset()
    day.play("2026-11-23 10:30")
    assert asked(day) == {"reminders": 2, "recheck": 1, "columns": 1}
    assert day.cloud.parts.networks.messages[-1].sender == "DrFreiPsych"
    assert [why(line) for _, _, line in desk.runs(Job.PREPARE_REMINDERS)] == [[GONE]]
    assert desk.record.optional_columns == frozenset()

    desk.tables.optional = SIGNER
    day.play("2026-11-24 07:00")
    assert desk.record.optional_columns == SIGNER
    desk.appointment("2026-11-25 09:00")
    desk.tables["Termin"][-1]["MandantId"] = "M2"
    asked(day)
    day.play("2026-11-24 10:30")
    assert asked(day) == {"reminders": 1, "recheck": 1, "columns": 0}
    assert day.cloud.parts.networks.messages[-1].sender == "DrMuster"
    assert [why(line) for _, _, line in desk.runs(Job.PREPARE_REMINDERS)] == [[GONE], []]


def test_the_night_takes_no_column_away_so_that_the_run_which_misses_it_says_so() -> None:
    day = Day("2026-11-23 12:00")
    desk = practice(day)
    desk.tables.optional = frozenset({"Patient.TelefonPrivat"})
    day.play("2026-11-24 07:00")
    assert desk.record.optional_columns == SIGNER | {"Patient.TelefonPrivat"}


def test_a_night_without_the_database_changes_nothing_and_fails_nothing() -> None:
    day = Day("2026-11-23 12:00")
    desk = practice(day)
    tables: Tables = day.databases.pop(f"mssql://{desk.name}")
    day.play("2026-11-24 07:00")
    day.databases[f"mssql://{desk.name}"] = tables
    assert desk.record.optional_columns == SIGNER
    assert day.cloud.errors == []
