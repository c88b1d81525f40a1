"""Lines of the delivery logs that become visible long after their own timestamp, and a wrong clock: none is lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.entries.states import State
from chalicelib.jobs.collect_receipts import CHECKPOINT
from chalicelib.schedule.job import Tick
from infra.local.weather import Weather
from tests.flow.build import TOMORROW_9, Database, opened, states
from tests.flow.build import at as november
from tests.flow.fake_build import Day, Desk, at

MINUTES, HOURS, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFTEN = "täglich alle 30 Minuten 08:10-18:10"


def failing(count: int = 6, weather: Weather | None = None, **parameters: str) -> tuple[Day, Desk]:
    """Patients whose SMS all fail, half of them without a price."""
    day = Day("2026-11-23 06:00", carrier_failures=1.0)
    day.cloud.world.weather = weather or Weather()
    desk = day.practice(**parameters)
    for _ in range(count):
        desk.appointment("2026-11-24 09:00")
    return day, desk


def results(desk: Desk) -> list[tuple[State, int]]:
    """The state and what is paid for it, of each entry."""
    return [(one.state, one.credits) for one in desk.entries.values()]


@pytest.mark.parametrize("late", [25 * MINUTES, 12 * HOURS, 3 * DAYS, 6 * DAYS], ids=str)
def test_a_failure_is_found_however_late_its_line_becomes_visible(late: timedelta) -> None:
    day, desk = failing()
    day.play("2026-12-02 12:00")
    at_once = results(desk)
    assert {state for state, _ in at_once} == {State.FAILED}
    assert 0 in {credits for _, credits in at_once}
    day, desk = failing(weather=Weather(logs_late=late))
    day.play("2026-12-02 12:00")
    assert results(desk) == at_once


def test_a_tick_whose_clock_is_fast_loses_no_receipt() -> None:
    day, desk = failing(status__Zeitplan=OFTEN)
    day.play("2026-11-23 09:30")
    day.cloud.world.weather.clock_ahead = 40 * MINUTES
    day.play("2026-11-23 09:50")
    day.cloud.world.weather.clock_ahead = timedelta()
    assert day.parts.data.checkpoints[CHECKPOINT] <= day.cloud.world.now
    day.play("2026-11-23 12:00")
    assert {state for state, _ in results(desk)} == {State.FAILED}


def test_four_days_are_read_again_once_a_night_and_nothing_is_written_twice() -> None:
    day, _ = failing()
    starts = []
    log = day.parts.delivery_logs[1]
    since = log.since

    def noting(start: object) -> object:
        starts.append(start)
        return since(start)  # type: ignore[arg-type]

    log.since = noting  # type: ignore[method-assign,assignment]
    day.play("2026-11-24 00:00")
    starts.clear()
    day.cloud.world.calls.clear()
    day.play("2026-11-25 00:00")
    wide = [start for start in starts if start == at("2026-11-24 01:00") - 4 * DAYS]
    assert (len(wide), day.cloud.world.calls.count("receipts.park_sms")) == (1, 0)


def test_the_first_tick_of_a_day_may_be_lost() -> None:
    day, desk = failing(weather=Weather(logs_late=12 * HOURS))
    fire = day.cloud._fire

    def lossy(rule: Tick, tick: object, retries: object) -> None:
        if day.cloud.world.now.hour >= 6:
            fire(rule, tick, retries)  # type: ignore[arg-type]

    day.cloud._fire = lossy  # type: ignore[method-assign,assignment]
    day.play("2026-11-24 12:00")
    assert {state for state, _ in results(desk)} == {State.FAILED}


def test_late_lines_on_the_local_cloud(tmp_path: Path) -> None:
    database = Database(tmp_path / "p.db")
    database.patient(TOMORROW_9)
    with opened(database, until=november("12:00")) as rehearsal:
        rehearsal.cloud.weather.logs_late = 25 * MINUTES
        found = []
        for end in (november("10:25"), november("12:00", 24)):
            rehearsal.cloud.play(end)
            found.append(states(rehearsal))
    assert found == [{"T1": State.SENT}, {"T1": State.DELIVERED}]


@pytest.mark.parametrize("late", [timedelta(), 12 * HOURS], ids=str)
def test_a_tick_tells_once_of_each_line_and_how_late_it_was(late: timedelta) -> None:
    day, _ = failing(weather=Weather(logs_late=late))
    day.play("2026-11-26 12:00")
    ticks = [tick for tick in day.cloud.status_ticks if tick.lines]
    assert sum(tick.lines for tick in ticks) == 6
    assert all(late <= tick.delay <= late + MINUTES for tick in ticks)
