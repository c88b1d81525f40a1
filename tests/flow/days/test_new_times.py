"""New times of day: what is prepared today is sent today, in whatever order the Zeitpläne and the zone are saved."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chalicelib.entries.states import State
from chalicelib.schedule.job import GRID_MINUTE as MINUTE
from chalicelib.schedule.job import SCHEDULED, TICK_OF, Job
from tests.flow.fake_build import Desk
from tests.flow.test_changed_settings import practice


def save(desk: Desk, jobs: Sequence[Job], hour: int) -> None:
    for job in jobs:
        desk.set(f"{job}/Zeitplan", f"täglich {hour:02}:{MINUTE[TICK_OF[job]]:02}")


def runs(desk: Desk, of: str = "24") -> list[tuple[Job, str]]:
    """The slots (UTC) of a day of November, an hour before the local ones."""
    return [(job, slot[3:]) for job in Job for slot, _, _ in desk.runs(job) if slot.startswith(of)]


KEPT = [(job, "09:" + f"{MINUTE[TICK_OF[job]]:02}") for job in SCHEDULED]


@pytest.mark.parametrize("jobs", [SCHEDULED, SCHEDULED[::-1]], ids=["in order", "the other way round"])
@pytest.mark.parametrize("now", ["09:00:30", "09:02:30", "09:07", "09:30"])
def test_what_is_prepared_by_todays_former_time_is_sent_by_it(now: str, jobs: Sequence[Job]) -> None:
    day, desk = practice(now)
    desk.appointment("2026-11-25 08:30")
    save(desk, jobs, 9)
    day.play("2026-11-24 12:00")
    assert runs(desk) == KEPT
    assert desk.entries["T1"].state is State.DELIVERED
    day.play("2026-11-25 12:00")
    assert runs(desk, "25") == [(job, slot.replace("09:", "08:")) for job, slot in KEPT]


def test_a_minute_passes_between_the_saves() -> None:
    day, desk = practice("09:01:30")
    desk.appointment("2026-11-25 08:30")
    for minute, job in enumerate([Job.PREPARE_REMINDERS, Job.SEND, Job.STATUS], 2):
        save(desk, [job], 9)
        day.play(f"2026-11-24 09:0{minute}:30")
    day.play("2026-11-24 12:00")
    assert desk.sent() == [("24T09:05", "+41790000001")]


def test_a_new_time_that_is_still_ahead_is_taken_today() -> None:
    day, desk = practice("08:30")
    save(desk, SCHEDULED, 9)
    day.play("2026-11-24 12:00")
    assert {slot[:2] for _, slot in runs(desk)} == {"08"}


def test_a_send_time_that_comes_after_the_former_prepare_is_the_new_one() -> None:
    day, desk = practice("09:02:30")
    desk.appointment("2026-11-25 08:30")
    save(desk, [Job.PREPARE_REMINDERS], 9)
    desk.set("send/Zeitplan", "täglich alle 2 Stunden 09:05-17:05")
    day.play("2026-11-24 18:00")
    assert desk.sent() == [("24T10:05", "+41790000001")]


def test_a_send_slot_that_waited_leaves_no_missed_one_behind() -> None:
    """From 17:00 to 09:00: nothing was due at 09:05, so nothing is late."""
    day, desk = practice("07:00")
    save(desk, SCHEDULED, 17)
    day.play("2026-11-24 09:02:30")
    desk.appointment("2026-11-25 08:30")
    save(desk, SCHEDULED, 9)
    day.play("2026-11-24 18:00")
    assert desk.sent() == [("24T16:05", "+41790000001")]
    assert "missed" not in desk.told


EAST = [
    pytest.param("America/New_York", "Europe/Zurich", "10", "16:02", "24T15:05", id="by six hours"),
    pytest.param("Europe/Zurich", "Europe/Helsinki", "23", "23:02", "24T22:05", id="over midnight"),
]


@pytest.mark.parametrize(("before", "after", "hour", "now", "sent"), EAST)
def test_a_zone_moved_east_between_prepare_and_send_delays_nothing(
    before: str, after: str, hour: str, now: str, sent: str
) -> None:
    day, desk = practice("07:00", Schalter__Zeitzone=before, Schalter__Versandfenster="00:00-24:00")
    save(desk, SCHEDULED, int(hour))
    desk.appointment("2026-11-25 08:30")
    day.play(f"2026-11-24 {now}")
    assert desk.entries["T1"].state is State.PREPARED
    desk.set("Schalter/Zeitzone", after)
    day.play("2026-11-25 06:00")
    assert desk.sent() == [(sent, "+41790000001")]
