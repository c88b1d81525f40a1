"""Changes of an entry that are due by the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entries.credits import Refund
from chalicelib.entries.deadlines import next_check_at
from chalicelib.entries.entry import Entry, anonymised
from chalicelib.entries.states import State, arrow_between
from chalicelib.entries.transition import Transition
from chalicelib.jobs.sweep import QueueAgain, StillUnknown, decide_overdue
from chalicelib.text import Text
from tests.builders.entries import BEGINS, NOW, entry, greeting, minutes

DAYS = timedelta(days=1)
BROKEN_OFF, NOT_CLAIMED, SILENT = (Text(f"sweep.{code}") for code in ("claim_died", "not_claimed", "no_receipt"))
ENDED = [State.DELIVERED, State.FAILED, State.UNCONFIRMED, State.REFUSED]
ENDED += [State.CANCELLED, State.EXPIRED, State.NOT_SENDABLE]
A_MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("stuck", "due", "state", "reason"),
    [
        pytest.param(entry(), BEGINS, State.EXPIRED, Text("over.appointment"), id="a reminder at its Beginn"),
        pytest.param(
            greeting(reason=Text("send.no_credits")), greeting().expires_at, State.EXPIRED,
            Text("over.last", Text("over.birthday"), Text("send.no_credits")),
            id="a greeting when its day's window closes",
        ),
        pytest.param(entry(State.SENDING), NOW + minutes(10), State.UNKNOWN, BROKEN_OFF, id="a claim that died"),
        pytest.param(entry(State.SENT), NOW + 7 * DAYS, State.UNCONFIRMED, SILENT, id="seven days without a receipt"),
    ],
)  # fmt: skip
def test_it_ends_what_is_stuck_and_not_a_moment_before(stuck: Entry, due: datetime, state: State, reason: Text) -> None:
    assert decide_overdue(stuck, due - A_MOMENT) is None
    assert decide_overdue(stuck, due) == Transition(
        stuck, replace(stuck, state=state, reason=reason, version=2, changed_at=due)
    )


STANDS = {State.RESERVED, State.SENDING, State.SENT, State.UNKNOWN, State.DELIVERED, State.UNCONFIRMED}
BY_ITSELF = Text("covered.released")


def covered(first: Entry, **changes: Any) -> Entry:
    pointing = {"covered_by": first.key, "covered_attempt": 2}
    return entry(State.COVERED, identity="reminder:T2", **{**pointing, **changes})


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_a_covered_one_goes_back_where_the_message_that_stands_for_it_did_not_leave(state: State, attempt: int) -> None:
    first, later = entry(state, attempt=attempt), BEGINS + minutes(90)
    own = covered(first, starts_at=later, expires_at=later)
    back = replace(
        own, state=State.PREPARED, covered_by=None, covered_attempt=0, reason=BY_ITSELF, version=2,
        changed_at=NOW + minutes(1),
    )  # fmt: skip
    stands = state in STANDS and attempt == 2
    assert decide_overdue(own, NOW + minutes(1), {first.key: first}) == (None if stands else Transition(own, back))
    assert decide_overdue(own, NOW + minutes(1)) == Transition(own, back)  # there is no such entry


@pytest.mark.parametrize("state", State)
def test_a_covered_one_of_the_same_start_stays_while_that_message_waits_again(state: State) -> None:
    first = entry(state, attempt=2)
    own = covered(first)
    stays = state in STANDS | {State.PREPARED}
    assert (decide_overdue(own, NOW + minutes(1), {first.key: first}) is None) == stays


def test_after_the_beginning_a_covered_one_stays_what_it_is() -> None:
    first = entry(State.FAILED, attempt=2)
    own = covered(first)
    assert next_check_at(own) == own.changed_at
    assert decide_overdue(own, BEGINS - A_MOMENT, {first.key: first}) != decide_overdue(own, BEGINS, {first.key: first})
    assert decide_overdue(own, BEGINS, {first.key: first}) == Transition(own, replace(own, settled=True, version=2))
    assert decide_overdue(replace(own, settled=True), BEGINS + DAYS, {first.key: first}) is None


def test_a_lost_outbox_message_is_queued_again_while_it_may_still_be_claimed() -> None:
    reserved = entry(State.RESERVED)
    assert decide_overdue(reserved, NOW + minutes(29)) == QueueAgain(reserved)


def test_what_nobody_claimed_in_time_goes_back_with_refund() -> None:
    reserved, late = entry(State.RESERVED), NOW + minutes(30)
    back = entry(attempt=1, reason=NOT_CLAIMED, version=2, changed_at=late)
    assert decide_overdue(reserved, late) == Transition(
        reserved, back, Refund("M1", "charge#1", reserved.key, 1, 2, late)
    )


@pytest.mark.parametrize("days", [0, 1, 2.99])
def test_a_receipt_may_still_settle_an_unknown_for_72_hours(days: float) -> None:
    unknown = entry(State.UNKNOWN)
    assert decide_overdue(unknown, NOW + days * DAYS) == StillUnknown(unknown)


def test_after_72_hours_it_is_given_up_but_stays_unknown_and_charged() -> None:
    unknown = entry(State.UNKNOWN)
    assert decide_overdue(unknown, NOW + 3 * DAYS) == Transition(unknown, replace(unknown, settled=True, version=2))


@pytest.mark.parametrize("ended", [*map(entry, ENDED), entry(State.UNKNOWN, settled=True)], ids=lambda e: e.state)
def test_personal_data_goes_180_days_after_the_last_move(ended: Entry) -> None:
    due = NOW + 180 * DAYS
    assert decide_overdue(ended, due - A_MOMENT) is None
    made = decide_overdue(ended, due)
    assert isinstance(made, Transition)
    assert (made.after.anonymised, made.after.state, made.after.patient, made.after.recipient) == (
        True,
        ended.state,
        "",
        None,
    )
    assert decide_overdue(made.after, due + 365 * DAYS) is None


UNREACHED = [State.NOT_SENDABLE, State.REFUSED, State.FAILED]


@pytest.mark.parametrize("made", [*map(entry, UNREACHED), entry(State.UNKNOWN, settled=True)], ids=lambda e: e.state)
def test_whom_the_practice_has_to_phone_keeps_his_name_until_the_beginn(made: Entry) -> None:
    far = replace(made, retention_days=10, expires_at=NOW + 25 * DAYS)
    assert decide_overdue(far, far.expires_at - A_MOMENT) is None
    stripped = decide_overdue(far, far.expires_at)
    assert isinstance(stripped, Transition)
    assert stripped.after.anonymised


@pytest.mark.parametrize("state", [State.DELIVERED, State.UNCONFIRMED, State.CANCELLED, State.EXPIRED])
def test_who_needs_no_call_is_forgotten_before_the_beginn(state: State) -> None:
    far = entry(state, retention_days=10, expires_at=NOW + 25 * DAYS)
    assert decide_overdue(far, NOW + 10 * DAYS - A_MOMENT) is None
    assert decide_overdue(far, NOW + 10 * DAYS) == Transition(far, anonymised(far))


MADE = st.builds(
    entry,
    st.sampled_from(State),
    settled=st.booleans(),
    anonymised=st.booleans(),
    retention_days=st.integers(10, 3650),
    expires_at=st.integers(0, 100_000).map(lambda count: BEGINS + minutes(count)),
    changed_at=st.integers(-10_000, 10_000).map(lambda count: NOW + minutes(count)),
)
LATER = st.integers(-10_000, 1_000_000).map(lambda count: NOW + minutes(count))


@given(MADE, LATER)
def test_whatever_is_swept_is_found_by_the_index(made: Entry, now: datetime) -> None:
    now = max(now, made.changed_at)
    look_again, demands = next_check_at(made), decide_overdue(made, now) is not None
    if look_again is None:
        assert not demands
    elif made.state not in (State.RESERVED, State.SENDING):  # found later than they could be swept: saves a write
        assert demands is (look_again <= now)


@given(MADE, LATER)
def test_the_sweep_moves_only_along_arrows_and_never_towards_a_second_request(made: Entry, now: datetime) -> None:
    done: Any = decide_overdue(made, now)
    if isinstance(done, Transition):
        source, target = made.state, done.after.state
        assert source is target or arrow_between(source, target)
        assert done.after.version == made.version + 1
        assert target is not State.PREPARED or source in (State.RESERVED, State.COVERED)


@given(MADE, LATER)
def test_what_was_swept_demands_less_and_less(made: Entry, now: datetime) -> None:
    for _ in range(4):
        done = decide_overdue(made, now)
        if not isinstance(done, Transition):
            return
        made = done.after
    pytest.fail("the sweep never ends")
