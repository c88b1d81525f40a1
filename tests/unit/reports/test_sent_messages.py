"""The messages that left on a local day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import ACCEPTED, State
from chalicelib.entries.transition import Transition
from chalicelib.reports.sent_messages import claimed_on, count_unknown, sent_messages
from tests.builders.entries import NOW, PRACTICE, TODAY, TOMORROW, ZURICH, at, entry, greeting
from tests.fakes.store import FakeEntryStore
from tests.fakes.world import Data, World

AUCKLAND = ZoneInfo("Pacific/Auckland")


def listed(*entries: Entry, day: date = TODAY, zone: ZoneInfo = ZURICH) -> list[str]:
    store = FakeEntryStore(World(NOW), Data())
    store.commit([Transition(None, one) for one in entries])
    return [one.identity for one in sent_messages(claimed_on(day, PRACTICE, zone, store))]


def claimed(state: State, claimed_at: datetime = NOW, name: str = "T1") -> Entry:
    return entry(state, identity=f"reminder:{name}", claimed_at=claimed_at, changed_at=max(claimed_at, NOW))


@pytest.mark.parametrize("state", State)
def test_only_what_a_provider_has_accepted_was_sent(state: State) -> None:
    assert listed(entry(state)) == (["reminder:T1"] if state in ACCEPTED else [])


def test_those_whose_outcome_is_unknown_are_counted_apart() -> None:
    entries = [entry(state, identity=f"reminder:{state}") for state in State]
    assert (count_unknown(entries), len(sent_messages(entries))) == (1, len(ACCEPTED))


@pytest.mark.parametrize(
    ("claimed_at", "day", "zone", "is_listed"),
    [
        (at("2026-11-23 00:00"), TODAY, ZURICH, True),
        (at("2026-11-23 23:59"), TODAY, ZURICH, True),
        (at("2026-11-22 23:59"), TODAY, ZURICH, False),
        (at("2026-11-24 00:00"), TODAY, ZURICH, False),
        (at("2026-11-23 12:00"), TODAY, AUCKLAND, False),  # 00:00 there
        (at("2026-11-23 12:00"), TOMORROW, AUCKLAND, True),
    ],
)
def test_the_day_is_the_local_one_of_the_request(
    claimed_at: datetime, day: date, zone: ZoneInfo, is_listed: bool
) -> None:
    assert bool(listed(claimed(State.DELIVERED, claimed_at), day=day, zone=zone)) is is_listed


def test_an_earlier_day_is_still_listed_when_the_messages_have_ended_since() -> None:
    earlier = at("2026-11-19 10:05")
    entries = [
        claimed(State.DELIVERED, earlier, "A"),
        claimed(State.FAILED, earlier, "B"),
        claimed(State.SENT, name="C"),
    ]
    assert listed(*entries, day=date(2026, 11, 19)) == ["reminder:B", "reminder:A"]


def test_they_are_by_patient_number_and_time() -> None:
    later = at("2026-11-23 10:20")
    entries = [
        entry(State.SENT, identity="reminder:T3", patient="P10"),
        entry(State.SENT, identity="reminder:T2", patient="P2", claimed_at=later),
        greeting(State.DELIVERED, identity="birthday:P2:2026", patient="P2"),
    ]
    assert listed(*entries) == ["birthday:P2:2026", "reminder:T2", "reminder:T3"]


def test_three_queries_read_what_may_be_of_the_day() -> None:
    world = World(NOW)
    claimed_on(TODAY, PRACTICE, ZURICH, FakeEntryStore(world, Data()))
    assert world.calls == ["store.open_entries"] * 3
