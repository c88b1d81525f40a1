"""The doctor's remarks on patients who read several messages on one telephone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.doctor.database import open_inspected
from infra.doctor.finding import Result
from infra.doctor.shared import several_a_day, shared_numbers
from infra.translation import speak
from tests.builders.practice_file import practice_file
from tests.sql_server.endpoint import SqlServer
from tests.unit.doctor.test_week import patient, shown, week

MORNING, NOON, NEXT_DAY = "2026-11-24 08:00:00", "2026-11-24 12:00:00", "2026-11-25 08:00:00"


@pytest.fixture(params=["sqlite", "tds"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A parent with two children, a couple, and others with a number of their own, with none, or dead."""
    numbers = [
        "079 000 00 01", "+41 (0)79 000 00 01", "0041790000001", "079/000.00.02", "+41790000002",
        "079 000 00 03", None, None, "",
    ]  # fmt: skip
    rows: list[dict[str, object]] = [{"PatientId": f"P{n}", "Mobiltelefon": one} for n, one in enumerate(numbers)]
    rows.append({"PatientId": "P9", "Mobiltelefon": "079 000 00 03", "Sterbedatum": "2026-01-01"})
    file = practice_file(tmp_path / "praxis.db", {"Patient": rows})
    if request.param == "sqlite":
        yield file
        return
    with SqlServer(tmp_path / "praxis.db") as server:
        yield server.url()


def test_patients_who_share_a_number_are_counted_however_it_is_written(url: str) -> None:
    speak("de")
    with open_inspected(url) as database:
        [found] = shown([*shared_numbers(database)])
    words = "5 Patienten haben zusammen 2 Mobilnummern, etwa Kinder die der Eltern"
    assert found == ("Gemeinsame Nummern", Result.GOOD, words)


def test_numbers_of_one_patient_each_need_no_remark(tmp_path: Path) -> None:
    patients: list[dict[str, object]] = [{"PatientId": f"P{n}", "Mobiltelefon": f"079 000 00 0{n}"} for n in range(3)]
    with open_inspected(practice_file(tmp_path / "praxis.db", {"Patient": patients})) as database:
        assert [*shared_numbers(database)] == []


def test_patients_with_several_appointments_on_a_day_are_counted() -> None:
    speak("de")
    rows = [
        patient(1, Beginn=MORNING), {**patient(1, Beginn=NOON), "TerminId": "T1b"},
        patient(2, Beginn=MORNING), {**patient(2, Beginn=NEXT_DAY), "TerminId": "T2b"},
        patient(3, Beginn=MORNING), {**patient(3, Beginn=NOON, Status="abgesagt"), "TerminId": "T3b"},
        patient(4, Beginn=MORNING), patient(4, Beginn=MORNING),  # a row twice
    ]  # fmt: skip
    [found] = shown([*several_a_day(week(*rows))])
    words = "1 Patient hat an einem Tag mehrere und erhält zu jedem eine Mitteilung"
    assert found == ("Mehrere Termine am Tag", Result.DOUBTFUL, words)
    assert [*several_a_day(week(*rows, EineErinnerungProTag="Ja"))] == []
