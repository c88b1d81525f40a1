"""A provider accepts nothing for days: the call list does not flicker, and the operator hears once for all."""

from __future__ import annotations

from chalicelib.entries.states import State
from tests.flow.fake_build import Day
from tests.flow.test_outages import minutes, outage, over, throttled_for_29_hours, to_phone


def test_what_came_back_stays_on_the_call_list_whatever_becomes_of_the_schedule() -> None:
    day, desk = throttled_for_29_hours(17)
    day.play("2026-11-24 06:00")
    assert to_phone(desk) == ["T1"]
    desk.set("send/Zeitplan", "Di 16:20")  # the first slot since the entry was prepared
    assert {tuple(to_phone(desk)) for _ in minutes(day, "2026-11-24 16:19")} == {("T1",)}
    over(day)
    day.play("2026-11-24 16:30")
    assert (desk.entries["T1"].state, to_phone(desk)) == (State.DELIVERED, [])


def test_the_operator_hears_of_an_outage_once_for_all_practices() -> None:
    day = Day("2026-11-23 06:00")
    desks = [day.practice(f"praxis-{n}") for n in range(5)]
    for desk in desks:
        desk.appointment("2026-11-24 15:00")
        desk.appointment("2026-11-26 15:00")
    outage(day)
    day.play("2026-11-24 15:00")
    assert [kind for desk in desks for kind in desk.told] == ["delayed"]
    raised = [cause for desk in desks for cause in desk.record.alerts]
    assert [cause.partition("#")[0] for cause in raised] == ["delayed"] * 5
    over(day)
    day.play("2026-11-26 09:00")
    outage(day)
    for desk in desks:
        desk.appointment("2026-11-27 15:00")
    day.play("2026-11-26 18:00")
    assert [kind for desk in desks for kind in desk.told] == ["delayed"] * 2


def test_another_outage_is_told_though_the_practice_of_the_first_never_sends_again() -> None:
    day = Day("2026-11-23 06:00")
    first, second = day.practice("praxis-1"), day.practice("praxis-2")
    first.appointment("2026-11-24 15:00")
    outage(day)
    day.play("2026-11-24 16:00")
    second.appointment("2026-11-27 15:00")
    day.play("2026-11-26 18:00")
    assert (first.told, second.told) == (["delayed"], ["delayed"])
