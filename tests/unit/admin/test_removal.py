"""The fate of an entry when its practice is removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.admin.removal import forget_removed, remove_practice
from chalicelib.aws.stop_marks import REMOVED
from chalicelib.entries.credits import Refund, TopUp
from chalicelib.entries.entry import Entry, held_back, transition, with_reason
from chalicelib.entries.groups import Group
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition, cancel_transition
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from tests.builders.entries import NOW, PRACTICE, SLOT, entry, greeting, job_record, minutes
from tests.fakes.practices import FakePracticeStore
from tests.fakes.store import FakeEntryStore
from tests.fakes.world import Data, World

LATER = NOW + minutes(60)


@pytest.mark.parametrize(
    "waiting",
    [
        pytest.param(entry(), id="prepared"),
        pytest.param(greeting(), id="a greeting"),
        pytest.param(entry(reason=Text("send.no_credits")), id="waits for credits"),
        pytest.param(held_back(entry(), Text("deliver.too_late")), id="held"),
        pytest.param(entry(mandant=None, channel=None), id="nobody would have paid"),
    ],
)
def test_what_waits_is_cancelled_without_a_refund(waiting: Entry) -> None:
    after = replace(
        waiting, state=State.CANCELLED, reason=REMOVED, changed_at=LATER, held=False, version=waiting.version + 1
    )
    assert cancel_transition(waiting, LATER, REMOVED) == Transition(waiting, after)


def test_what_was_reserved_is_cancelled_and_refunded_and_its_message_is_gone() -> None:
    reserved = entry(State.RESERVED, attempt=3, version=7, subject="Termin")
    made = cancel_transition(reserved, LATER, REMOVED)
    assert made.before == reserved
    assert made.refund == Refund("M1", "charge#1", reserved.key, 3, 2, LATER)
    assert made.after == entry(State.CANCELLED, attempt=3, version=8, reason=REMOVED, changed_at=LATER)
    assert (made.after.text, made.after.subject, made.after.recipient, made.after.credits) == (None, None, None, 0)


def test_what_was_reserved_free_of_charge_has_no_refund() -> None:
    assert cancel_transition(entry(State.RESERVED, credits=0), LATER, REMOVED).refund is None


@pytest.fixture
def data() -> Data:
    """A practice with a job of each kind, and credits."""
    data = Data()
    FakePracticeStore(World(NOW), data).add(PRACTICE, [], [job_record(job) for job in Job])
    FakeEntryStore(World(NOW), data).top_up(PRACTICE, TopUp("M1", "first", 10, SLOT))
    return data


def parts(data: Data) -> tuple[FakePracticeStore, FakeEntryStore]:
    return FakePracticeStore(World(LATER), data), FakeEntryStore(World(LATER), data)


def test_only_what_waits_or_is_reserved_is_cancelled_and_only_receipts_are_awaited(data: Data) -> None:
    practices, store = parts(data)
    of_state = {state: entry(state, identity=f"reminder:{state}") for state in State}
    held = held_back(entry(identity="reminder:held"), Text("deliver.too_late"))
    store.commit([Transition(None, one) for one in (*of_state.values(), held)])
    assert remove_practice(PRACTICE, LATER, practices, store) == {State.PREPARED: 2, State.RESERVED: 1}
    found = {state: store.entries(PRACTICE, [one.key])[one.key] for state, one in of_state.items()}
    gone = {State.PREPARED, State.RESERVED}
    assert {state: one.state for state, one in found.items()} == {
        state: State.CANCELLED if state in gone else state for state in State
    }
    assert list(store.open_entries(PRACTICE, Group.HELD)) == []
    assert store.balances(PRACTICE, ["M1"]) == {"M1": 12}
    record = practices.record(PRACTICE)
    assert record is not None
    assert (record.removed, list(record.jobs)) == (LATER, [Job.STATUS])
    assert remove_practice(PRACTICE, LATER, practices, store) == {}


def test_what_a_send_run_reserves_during_the_removal_is_cancelled_and_refunded(data: Data) -> None:
    world = World(LATER)
    practices, store = FakePracticeStore(world, data), FakeEntryStore(world, data)
    (made,) = store.commit([Transition(None, entry())])

    def reserves_first(moment: str, call: str) -> None:
        if (moment, call) == ("before", "store.commit"):
            world.fault = lambda moment, call: None
            paid = transition(made.after, State.RESERVED, LATER, credits=2, attempt=1, reserved_at=LATER)
            store.reserve("M1", [Transition(made.after, paid)], LATER)

    world.fault = reserves_first
    assert remove_practice(PRACTICE, LATER, practices, store) == {State.RESERVED: 1}
    assert store.entries(PRACTICE, [made.after.key])[made.after.key].state is State.CANCELLED
    assert store.balances(PRACTICE, ["M1"]) == {"M1": 10}


def test_a_removal_that_is_always_overtaken_ends(data: Data) -> None:
    world = World(LATER)
    practices, store = FakePracticeStore(world, data), FakeEntryStore(world, data)
    (made,) = store.commit([Transition(None, entry())])

    def moves_first(moment: str, call: str) -> None:
        if (moment, call) == ("before", "store.commit"):
            world.fault = lambda moment, call: None
            now = store.entries(PRACTICE, [made.after.key])[made.after.key]
            store.commit([Transition(now, with_reason(now, Text("send.no_credits")))])
            world.fault = moves_first

    world.fault = moves_first
    assert remove_practice(PRACTICE, LATER, practices, store) == {}


@pytest.mark.parametrize(("days", "forgotten"), [(0, False), (7.99, False), (8, True), (30, True)])
def test_a_removed_practice_is_forgotten_after_eight_days(data: Data, days: float, forgotten: bool) -> None:
    practices, store = parts(data)
    remove_practice(PRACTICE, LATER, practices, store)
    record = practices.record(PRACTICE)
    assert record is not None
    forget_removed(record, LATER + timedelta(days=days), practices)
    assert (practices.record(PRACTICE) is None) == forgotten


def test_a_practice_that_is_not_removed_is_not_forgotten(data: Data) -> None:
    practices, _ = parts(data)
    record = practices.record(PRACTICE)
    assert record is not None
    forget_removed(record, LATER + timedelta(days=400), practices)
    assert practices.record(PRACTICE) == record
