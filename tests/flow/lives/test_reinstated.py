"""A practice that was removed is reinstated before it is deleted: nothing is lost, nothing is sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.admin.cancelled import WaitingAgain
from chalicelib.admin.removal import COLLECTED_FOR, reinstate_practice, remove_practice
from chalicelib.aws.stop_marks import by_operator
from chalicelib.entries.credits import totals_of
from chalicelib.entries.entry import held_back
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.schedule.job import SCHEDULED, Job
from chalicelib.text import Text
from tests.flow.fake_build import Day, Desk, at


def opened(*starts: str, **parameters: str) -> tuple[Day, Desk]:
    day = Day("2026-11-23 06:00")
    desk = day.practice(**parameters)
    for start in starts:
        desk.appointment(start)
    return day, desk


def removed(desk: Desk) -> None:
    remove_practice(desk.name, desk.cloud.world.now, desk.parts.practices, desk.parts.store)


def reinstated(desk: Desk) -> WaitingAgain:
    done = reinstate_practice(desk.practice, "anna", desk.cloud.world.now, desk.parts)
    assert done is not None
    return done


def test_what_the_removal_cancelled_is_sent_the_same_day_and_charged_once() -> None:
    day, desk = opened("2026-11-24 08:00", "2026-11-24 09:00")
    day.play("2026-11-23 10:02")
    removed(desk)
    day.play("2026-11-23 10:12")
    assert {entry.state for entry in desk.entries.values()} == {State.CANCELLED}
    assert len(reinstated(desk).waiting) == 2
    day.play("2026-11-23 12:00")
    assert desk.sent() == [("23T09:20", "+41790000001"), ("23T09:20", "+41790000002")]
    assert totals_of(day.parts.store.ledger(desk.name, "M1")).charged == 2
    assert reinstated(desk) == WaitingAgain((), 0)
    day.play("2026-11-24 23:00")
    assert len(desk.sent()) == 2


def test_what_was_sent_before_the_removal_is_not_sent_again() -> None:
    day, desk = opened("2026-11-24 08:00")
    day.play("2026-11-23 11:00")
    removed(desk)
    assert reinstated(desk) == WaitingAgain((), 0)
    day.play("2026-11-24 23:00")
    assert len(desk.sent()) == 1


def test_the_searches_that_it_missed_are_made_up_for() -> None:
    """Tuesday's slot would have searched Thursday; the practice is removed from Monday noon to Wednesday morning.

    The send slot of Tuesday was missed, so a person releases them, as after any outage."""
    day, desk = opened("2026-11-26 09:00", Schalter__OffsetStartTage="2")
    day.play("2026-11-23 12:00")
    removed(desk)
    day.play("2026-11-25 08:00")
    assert (desk.entries, list(desk.record.jobs)) == ({}, [Job.STATUS])
    reinstated(desk)
    assert set(desk.record.jobs) == set(SCHEDULED)
    day.play("2026-11-25 23:00")
    assert [(one.state, one.held) for one in desk.entries.values()] == [(State.PREPARED, True)], "by the usual rule"


def test_what_missed_its_send_slot_meanwhile_is_held_until_a_person_releases_it() -> None:
    day, desk = opened("2026-11-26 09:00", Schalter__OffsetStartTage="3")
    day.play("2026-11-23 10:02")
    removed(desk)
    day.play("2026-11-24 08:00")
    assert len(reinstated(desk).waiting) == 1
    day.play("2026-11-24 12:00")
    assert ([(one.state, one.held) for one in desk.entries.values()], desk.sent()) == ([(State.PREPARED, True)], [])


def test_what_was_on_hold_when_it_was_removed_stays_on_hold() -> None:
    day, desk = opened("2026-11-27 09:00", Schalter__OffsetStartTage="4")
    day.play("2026-11-23 10:02")
    (entry,) = desk.entries.values()
    desk.parts.store.commit([Transition(entry, held_back(entry, Text("send.no_credits")))])
    removed(desk)
    assert [one.held for one in reinstated(desk).waiting] == [True]
    day.play("2026-11-26 12:00")
    assert desk.sent() == []


def test_what_is_over_meanwhile_is_counted_and_stays_cancelled() -> None:
    day, desk = opened("2026-11-24 08:00")
    day.play("2026-11-23 10:02")
    removed(desk)
    day.play("2026-11-24 09:00")
    assert reinstated(desk) == WaitingAgain((), 1)
    day.play("2026-11-24 23:00")
    assert ({one.state for one in desk.entries.values()}, desk.sent()) == ({State.CANCELLED}, [])


def test_a_pause_from_before_the_removal_stays() -> None:
    day, desk = opened("2026-11-24 08:00")
    desk.parts.stops.stop(desk.name, by_operator("Umbau"))
    day.play("2026-11-23 10:02")
    removed(desk)
    reinstated(desk)
    day.play("2026-11-23 12:00")
    assert (desk.record.stopped, desk.sent()) == (by_operator("Umbau"), [])


@pytest.mark.parametrize("first", ["forget", "reinstate"])
def test_whoever_is_first_at_the_end_of_the_eight_days_wins(first: str) -> None:
    """The status run that deletes the practice, or the person who reinstates it: never half of both."""
    day, desk = opened("2026-12-24 08:00")
    day.play("2026-11-23 10:02")
    removed(desk)
    seen, before, end = desk.practice, desk.record, at("2026-11-23 10:02") + COLLECTED_FOR
    if first == "forget":
        day.cloud.play(end + timedelta(days=1))
        assert reinstate_practice(seen, "anna", day.cloud.world.now, desk.parts) is None
        assert desk.parts.practices.record(desk.name) is None
    else:
        day.cloud.play(end - timedelta(hours=1))
        reinstated(desk)
        desk.parts.practices.forget(before)
        day.cloud.play(end + timedelta(days=1))
        assert set(desk.record.jobs) == set(SCHEDULED)
