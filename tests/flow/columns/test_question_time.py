"""How long the practice database took to answer, in the job history."""

from __future__ import annotations

import pytest

from chalicelib.schedule.job import Job
from tests.fakes.practice_database import FakePracticeDatabase
from tests.flow.columns.test_signer import appointment, practice
from tests.flow.fake_build import Day


@pytest.mark.parametrize("took", [0, 1234])
def test_a_run_says_how_long_a_server_took_to_answer(took: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakePracticeDatabase, "waited_ms", took)
    day = Day("2026-11-23 09:50")
    desk = practice(day)
    appointment(desk, "M2")
    day.play("2026-11-23 12:00")
    lines = {job: [line for _, _, line in desk.runs(job)] for job in (Job.PREPARE_REMINDERS, Job.SEND, Job.STATUS)}
    assert all(lines.values())
    asked = [*lines[Job.PREPARE_REMINDERS], *lines[Job.SEND]]
    assert [line.get("question_ms") for line in asked] == [took or None] * len(asked)
    assert not any("question_ms" in line for line in lines[Job.STATUS])  # it asks nothing
