"""An index that shows what the table had seconds or minutes ago: what it lists is not taken for gone."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from chalicelib.admin.personal_data import ErasureResult, collect, erase
from chalicelib.admin.removal import remove_practice
from chalicelib.entries.groups import Group
from chalicelib.entries.states import State
from chalicelib.reports.current_call_list import current_call_list
from chalicelib.rules.candidate import parse_row
from chalicelib.schedule.job import Job
from infra.local.weather import LAGS
from tests.fakes.world import Moment
from tests.flow.fake_build import ZURICH, Day, Desk
from tests.flow.test_reconciliation import asking, failed_search

TOMORROW = "2026-11-24 09:00"
lags = pytest.mark.parametrize("lag", LAGS)


def a_day(lag: str, patients: int = 1) -> tuple[Day, Desk]:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    for _ in range(patients):
        desk.appointment(TOMORROW)
    day.cloud.world.weather.index_lags = LAGS[lag]
    return day, desk


def erase_p1(desk: Desk) -> ErasureResult:
    parts, now = desk.parts, desk.cloud.world.now
    with parts.open_database(f"mssql://{desk.name}") as database:
        rows = [parse_row(row, ZURICH) for row in database.patient("P1", date(1900, 1, 1), None)]
    found = collect("P1", desk.record, rows, parts)
    return erase("P1", desk.record, found, "user/anna", "de", now, parts)


def names(desk: Desk) -> list[str]:
    """Return the data that still names the patient."""
    return [text for one in desk.entries.values() for text in (one.patient, one.recipient, one.text) if text]


@lags
@pytest.mark.parametrize("call", ["store.commit", "store.reserve"], ids=["after prepare", "after reserve"])
def test_a_patient_who_is_erased_the_moment_after_a_write_gets_nothing(lag: str, call: str) -> None:
    day, desk = a_day(lag)
    results: list[ErasureResult] = []

    def fault(moment: Moment, done: str) -> None:
        if (moment, done) == ("after", call) and not results:
            results.append(ErasureResult(0, 0, 0, 0, ()))
            results.append(erase_p1(desk))

    day.cloud.world.fault = fault
    day.play("2026-11-23 12:00")
    assert [(one.cancelled, one.anonymised, one.sending) for one in results[1:]] == [(1, 1, ())]
    assert (desk.sent(), names(desk)) == ([], [])


@lags
def test_a_removal_between_two_groups_leaves_nothing_waiting(lag: str) -> None:
    day, desk = a_day(lag, patients=3)
    counts: list[Counter[State]] = []

    def fault(moment: Moment, done: str) -> None:
        if (moment, done) == ("after", "store.reserve") and not counts:
            counts.append(remove_practice(desk.name, day.cloud.world.now, desk.parts.practices, desk.parts.store))

    day.cloud.world.fault = fault
    day.play("2026-11-24 12:00")
    if lag == "jumpy":  # two groups at two times may hide what moved: deliver sends nothing, and the sweep ends it
        assert {one.state for one in desk.entries.values()} <= {State.CANCELLED, State.EXPIRED}
    else:
        assert counts == [Counter({State.RESERVED: 3})]
    assert (desk.sent(), desk.parts.store.balances(desk.name, ["M1"])) == ([], {"M1": 10_000})


@pytest.mark.parametrize("lag", ["2 s", "4 min"])  # a jumpy one shows two groups at two times
def test_entries_that_move_from_group_to_group_are_listed_once(lag: str) -> None:
    day, desk = a_day(lag, patients=3)
    seen: set[int] = set()
    since = {Group.ENDED: day.cloud.world.now}

    def fault(moment: Moment, done: str) -> None:
        if moment == "after" and done in ("store.reserve", "store.commit") and desk.entries:
            seen.add(len(desk.parts.store.entries_in(desk.name, Group, since)))

    day.play("2026-11-23 10:04:30")
    day.cloud.world.fault = fault
    day.play("2026-11-23 12:00")
    assert {one.state for one in desk.entries.values()} == {State.DELIVERED}
    assert seen == {3}


@lags
def test_a_patient_whom_somebody_has_just_tried_to_phone_stays_on_the_call_list(lag: str) -> None:
    day, desk = failed_search()
    day.cloud.world.weather.index_lags = LAGS[lag]
    with asking(desk) as desk_view:
        assert len(desk_view.phones("T1", "not_reached")) == 1
    for _ in LAGS[lag]:
        assert [call.appointment for call in current_call_list(desk.practice, desk.deployment).calls] == ["T1"]
        with asking(desk) as desk_view:
            assert len(desk_view.phones("T1", "not_reached")) == 1


def test_the_index_of_the_fakes_comes_to_each_write_in_the_end() -> None:
    day, desk = a_day("4 min")
    day.play("2026-11-23 10:03")
    listed = desk.parts.store.open_entries
    assert (list(listed(desk.name, Group.PREPARED)), len(desk.entries)) == ([], 1)
    day.cloud.world.now += timedelta(minutes=2)
    assert len(list(listed(desk.name, Group.PREPARED))) == 1


def test_a_send_slot_that_does_not_see_what_was_just_prepared_stays_open_a_tick_longer() -> None:
    day, desk = a_day("2 s", patients=2)
    desk.patient(Geburtsdatum="1980-11-23")
    day.cloud.world.weather.index_lags = (timedelta(minutes=6),)
    day.play("2026-11-24 12:00")
    assert [at for at, _ in desk.sent()] == ["23T09:20"] * 3
    assert {one.state for one in desk.entries.values()} == {State.DELIVERED}


def test_a_send_slot_that_sees_everything_is_done_at_once() -> None:
    day, desk = a_day("2 s", patients=2)
    day.play("2026-11-23 12:00")
    assert [outcome for _, outcome, _ in desk.runs(Job.SEND)] == ["done"]
    assert desk.cloud.world.calls.count("runs.entries_written") == 1
