"""All jobs get a new schedule at a time when some of their new times of today are over and some are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Vitosms, running
from tests.flow.build import at, sent

JOBS = ("prepare-reminders", "prepare-birthdays", "send", "status")


def test_what_is_saved_between_two_of_the_new_times_sends_todays_messages_today(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(tmp_path, start=at("09:02")) as (rehearsed, _):
        shown = Vitosms(capsys).shows("jobs", "schedule", "--all", "09:00")
        rehearsed.cloud.play(at("10:30"))
        assert [clock for clock, _ in sent(rehearsed)] == ["10:05", "10:05"]
        rehearsed.cloud.play(at("09:30", 24))
        slots = {(run["job"], run["slot"][8:16]) for run in rehearsed.runs() if run["job"] in JOBS}
    assert "Heute laufen diese Aufträge noch zu den bisherigen Zeiten." in shown
    assert slots == {
        ("prepare-reminders", "23T09:00"), ("prepare-birthdays", "23T09:00"), ("send", "23T09:05"),
        ("status", "23T09:10"), ("prepare-reminders", "24T08:00"), ("prepare-birthdays", "24T08:00"),
        ("send", "24T08:05"), ("status", "24T08:10"),
    }  # fmt: skip
