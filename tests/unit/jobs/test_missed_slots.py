"""Send slots that no run has done for too long, and the fate of the entries that they should have sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.transition import Transition
from chalicelib.jobs.missed_slots import hold_missed, missed_slots
from chalicelib.planning.alerts import Alert, AlertKind, patients
from chalicelib.planning.context import RunContext
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from infra.language import said
from tests.builders.entries import PRACTICE, ZURICH, at, context, entry, job_record, minutes, registered
from tests.fakes.store import FakeEntryStore
from tests.fakes.world import Data, World

MONDAY, TUESDAY = at("2026-11-23 10:05"), at("2026-11-24 10:05")
SUNDAY = MONDAY - timedelta(days=1)
SIX_HOURS = timedelta(hours=6)
MOMENT = timedelta(microseconds=1)
OFTEN = "täglich alle 2 Stunden 08:05-16:05"


def run(slot: datetime, now: datetime, *, done: datetime | None = SUNDAY, plan: str = "") -> RunContext:
    made = context(Job.SEND, slot=slot, now=now)
    job = job_record(Job.SEND, slot=slot, due=slot, done=done, schedule=plan)
    return replace(made, practice=registered(replace(made.record, jobs={Job.SEND: job})))


@pytest.mark.parametrize(
    ("asked", "missed"),
    [
        pytest.param(run(MONDAY, MONDAY), [], id="in time"),
        pytest.param(run(MONDAY, MONDAY + SIX_HOURS), [], id="six hours late"),
        pytest.param(run(MONDAY, MONDAY + SIX_HOURS + MOMENT), [MONDAY], id="a moment more"),
        pytest.param(run(MONDAY, MONDAY + SIX_HOURS + MOMENT, done=MONDAY), [], id="done, and goes on"),
        pytest.param(run(MONDAY, MONDAY + 2 * SIX_HOURS, done=None), [], id="nothing was ever done"),
        pytest.param(run(TUESDAY, TUESDAY), [MONDAY], id="yesterday's, today's is in time"),
        pytest.param(run(TUESDAY, TUESDAY + 2 * SIX_HOURS), [MONDAY, TUESDAY], id="both"),
        pytest.param(run(MONDAY, TUESDAY + 2 * SIX_HOURS), [MONDAY], id="slots after the run's own are not its"),
        pytest.param(run(TUESDAY, TUESDAY, done=MONDAY - MOMENT), [MONDAY], id="done a moment before it"),
        pytest.param(
            run(at("2026-11-23 16:05"), at("2026-11-23 16:05"), done=at("2026-11-23 08:05"), plan=OFTEN), [],
            id="four slots of a day, the first six hours ago",
        ),
        pytest.param(
            run(at("2026-11-23 16:05"), at("2026-11-23 16:06"), done=SUNDAY + timedelta(hours=8), plan=OFTEN),
            [at("2026-11-23 08:05"), MONDAY], id="of several only those that are too late",
        ),
    ],
)  # fmt: skip
def test_missed_slots(asked: RunContext, missed: list[datetime]) -> None:
    assert missed_slots(asked) == missed


def test_without_a_send_job_nothing_is_missed() -> None:
    made = run(MONDAY, TUESDAY)
    assert missed_slots(replace(made, practice=registered(replace(made.record, jobs={})))) == []


def store_of(*entries: Entry) -> FakeEntryStore:
    store = FakeEntryStore(World(MONDAY), Data())
    store.commit([Transition(None, one) for one in entries])
    return store


def held(store: FakeEntryStore) -> list[str]:
    return [one.patient for one in store.open_entries(PRACTICE, Group.HELD)]


def waiting(number: int, slot: datetime) -> Entry:
    starts_at = at("2026-11-26 14:30") + minutes(number)
    return entry(
        identity=f"reminder:T{number}", patient=f"P{number}", slot=slot, starts_at=starts_at, expires_at=starts_at
    )


OLD, LAST_MOMENT = waiting(1, MONDAY - timedelta(days=3)), waiting(2, MONDAY - MOMENT)
AT_THE_SLOT, FOR_TUESDAY = waiting(3, MONDAY), waiting(4, TUESDAY - minutes(5))


def test_what_the_missed_slot_should_have_taken_is_held_and_told_and_the_run_goes_on() -> None:
    asked, store = run(TUESDAY, TUESDAY), store_of(OLD, LAST_MOMENT, AT_THE_SLOT, FOR_TUESDAY)
    assert not hold_missed(asked, store)
    assert held(store) == ["P1", "P2"]
    assert [one.patient for one in store.open_entries(PRACTICE, Group.PREPARED)] == ["P3", "P4"]
    why = {one.reason for one in store.open_entries(PRACTICE, Group.HELD)}
    assert {said(one) for one in why} == {"Der Versand vom Mo 23.11. 10:05 wurde versäumt."}
    (alert,) = asked.tally.alerts
    text = Text("alert.missed", Text("alert.held", count=2), slot=MONDAY.astimezone(ZURICH))
    details = patients([OLD, LAST_MOMENT], ZURICH)
    assert alert == Alert(AlertKind.MISSED, "2026-11-23T09:05Z", text, details)
    assert list(asked.tally.reasons) == [text]
    assert (asked.tally.missed, asked.tally.counts["held"], asked.tally.errors) == ([MONDAY], 2, 1)
    assert [activity.identity for activity in asked.tally.activities] == ["reminder:T1", "reminder:T2"]


def test_a_run_whose_own_slot_is_missed_holds_what_it_should_have_taken_and_sends_nothing() -> None:
    asked, store = run(TUESDAY, TUESDAY + SIX_HOURS + MOMENT), store_of(AT_THE_SLOT)
    assert hold_missed(asked, store)
    assert held(store) == ["P3"]
    assert asked.tally.missed == [MONDAY, TUESDAY]
    assert asked.tally.alerts[0].text.parts == (Text("alert.held", count=1),)


def test_a_missed_slot_that_had_nothing_to_take_is_an_error_but_no_alert() -> None:
    asked = run(TUESDAY, TUESDAY)
    assert not hold_missed(asked, store_of(FOR_TUESDAY))
    assert (asked.tally.errors, asked.tally.alerts, asked.tally.activities) == (1, [], [])


def test_in_time_nothing_is_held_or_told() -> None:
    asked, store = run(MONDAY, MONDAY + SIX_HOURS), store_of(OLD)
    assert not hold_missed(asked, store)
    assert held(store) == []
    assert (asked.tally.errors, asked.tally.reasons) == (0, {})
