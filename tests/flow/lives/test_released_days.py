"""A patient is released again, after runs that a change of the settings had search other days than their own."""

from chalicelib.reports.current_call_list import current_call_list
from chalicelib.schedule.job import Job
from tests.flow.lives.test_stopped_patients import opened, release, stop


def test_a_release_remembers_days_that_only_a_change_of_the_settings_had_searched_again() -> None:
    day, desk = opened("2026-11-24 08:00", Schalter__OffsetSuchTage="3")
    day.play("2026-11-23 12:00")
    desk.appointment("2026-11-26 09:00")  # its day was searched before it was entered
    day.play("2026-11-24 07:00")
    stop(desk, "P2")
    desk.set("Schalter/OffsetStartTage", "3")
    day.play("2026-11-24 12:00")
    assert desk.runs(Job.PREPARE_REMINDERS)[-1][2]["skipped"]["not_stopped"] == 1
    release(desk, "P2")
    day.play("2026-11-25 12:00")
    assert [call.appointment for call in current_call_list(desk.practice, desk.deployment).calls] == ["T2"]
