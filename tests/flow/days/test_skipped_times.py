"""Clocks that go forward over midnight: each day has its run, none has two, and everybody is reminded."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from chalicelib.entries.states import State
from chalicelib.schedule.job import GRID_MINUTE, SCHEDULED, TICK_OF, Job
from tests.flow.fake_build import DESK, Day
from tests.flow.test_changed_settings import searched


@pytest.mark.parametrize("zone", ["America/Nuuk", "America/Scoresbysund"])
def test_each_day_has_one_run_though_the_clocks_skip_its_time(zone: str) -> None:
    """They go from 23:00 on Saturday, 28 March 2026, to midnight."""
    day, nuuk = Day("2026-03-26 12:00"), ZoneInfo(zone)
    plans = {f"{job}/Zeitplan": f"täglich 23:{15 + GRID_MINUTE[TICK_OF[job]]}" for job in SCHEDULED}
    desk = day.practice(zone=zone, Schalter__Versandfenster="08:00-24:00", Schalter__MeldungAn=DESK, **plans)
    for date in ("27", "28", "29", "30"):
        desk.appointment(f"2026-03-{date} 12:00")
    day.play("2026-03-30 08:00", nuuk)
    assert searched(desk) == [["2026-03-27"], ["2026-03-28"], ["2026-03-29"], ["2026-03-30"]]
    assert [slot for slot, _, _ in desk.runs(Job.PREPARE_REMINDERS)] == ["27T01:15", "28T01:15", "29T00:45", "30T00:15"]
    assert {entry.state for entry in desk.entries.values()} == {State.DELIVERED}
    assert len(desk.notices) == 4
