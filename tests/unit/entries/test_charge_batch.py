"""When the sweep looks at the entries of a charge: as early as it would at any single one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entries.charge_batch import ChargeBatch, batch_first_check_at, batch_next_check_at
from chalicelib.entries.credits import Charge
from chalicelib.entries.deadlines import is_checked_individually, next_check_at
from chalicelib.entries.entry import Entry, anonymised, transition
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.jobs.sweep import OverdueDecision, decide_overdue, postponements
from tests.builders.entries import NOW, PRACTICE, entry, minutes

DAYS = timedelta(days=1)


def paid(state: State, number: int = 1, **changes: Any) -> Entry:
    """One of the batch's entries."""
    return entry(state, identity=f"reminder:T{number}", charge=CHARGE.key, **changes)


KEYS = [entry(identity=f"reminder:T{number}").key for number in range(1, 6)]
CHARGE = Charge("M1", dict.fromkeys(KEYS, 1), dict.fromkeys(KEYS, 1), NOW)
BLOCK = ChargeBatch(PRACTICE, CHARGE)
ON_THE_WAY = [State.RESERVED, State.SENDING]


def test_a_new_block_is_looked_at_when_its_entries_would_be() -> None:
    assert batch_first_check_at(CHARGE) == next_check_at(paid(State.RESERVED)) == NOW + minutes(20)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param([paid(State.RESERVED), paid(State.SENT, 2)], NOW + minutes(20), id="one is not claimed"),
        pytest.param([paid(State.SENDING), paid(State.DELIVERED, 2)], NOW + minutes(20), id="one is being sent"),
        pytest.param(
            [paid(State.SENT, changed_at=NOW + minutes(3)), paid(State.SENT, 2, changed_at=NOW + minutes(1))],
            NOW + 7 * DAYS + minutes(1), id="receipts are awaited: seven days after the first",
        ),
        pytest.param(
            [paid(State.DELIVERED, retention_days=30), paid(State.FAILED, 2, retention_days=20)], NOW + 20 * DAYS,
            id="all have ended: at the first to strip",
        ),
        pytest.param([paid(State.UNKNOWN), paid(State.SENT, 2)], NOW + 7 * DAYS, id="one is unknown"),
        pytest.param([paid(State.DELIVERED), entry(identity="reminder:T2")], NOW + 180 * DAYS, id="one was given back"),
        pytest.param([paid(State.SENT), entry(State.RESERVED, charge="charge#later")], NOW + 7 * DAYS, id="paid again"),
        pytest.param([anonymised(paid(State.DELIVERED))], None, id="nothing personal is left"),
        pytest.param([entry(), entry(State.SENT, charge="charge#later")], None, id="it pays none any more"),
        pytest.param([], None, id="all are forgotten"),
    ],
)  # fmt: skip
def test_a_block_is_looked_at_as_soon_as_any_of_its_entries(entries: list[Entry], expected: datetime | None) -> None:
    assert batch_next_check_at(BLOCK, entries) == expected


MADE = st.builds(
    paid,
    st.sampled_from(State),
    st.integers(1, 5),
    settled=st.booleans(),
    anonymised=st.booleans(),
    retention_days=st.integers(10, 3650),
    changed_at=st.integers(0, 10_000).map(lambda count: NOW + minutes(count)),
)


@given(st.lists(MADE, max_size=5, unique_by=lambda one: one.key))
def test_nobody_in_a_block_is_looked_at_too_late(entries: list[Entry]) -> None:
    look = batch_next_check_at(BLOCK, entries)
    for one in entries:
        again = next_check_at(one)
        assert is_checked_individually(one) or again is None or (look is not None and look <= again)


@given(MADE, st.sampled_from(State), st.integers(0, 10_000))
def test_what_an_entry_becomes_is_never_due_before_it_was(one: Entry, target: State, later: int) -> None:
    """So a tick that read the entries before another tick wrote them can postpone the batch by too little only."""
    try:
        after = transition(one, target, one.changed_at + minutes(later))
    except ValueError:
        return
    before, then = batch_next_check_at(BLOCK, [one]), batch_next_check_at(BLOCK, [after])
    if after.state in ON_THE_WAY or one.anonymised or {one.state, target} & {State.PREPARED, State.COVERED}:
        return  # claimed, or not sent: due as before; stripped entries no longer change; no charge pays the others
    assert before is not None
    assert then is not None
    assert before <= then


QUEUED: list[tuple[Entry, OverdueDecision]] = [
    (paid(State.RESERVED), decide_overdue(paid(State.RESERVED), NOW + minutes(25)))
]
ENDED = (paid(State.DELIVERED, 2), None)
DYING = (paid(State.SENDING, claimed_at=NOW + minutes(16)), None)


@pytest.mark.parametrize(
    ("looked", "expected"),
    [
        pytest.param([ENDED], [(BLOCK, NOW + 180 * DAYS)], id="put off"),
        pytest.param([], [(BLOCK, None)], id="out of the index"),
        pytest.param([*QUEUED, ENDED], [], id="something is to be done: the next tick sees whether it was"),
        pytest.param([DYING, ENDED], [], id="one may still be on its way: due still"),
        pytest.param([(replace(QUEUED[0][0], practice="andere"), None)], [(BLOCK, None)], id="another practice"),
    ],
)
def test_when_a_block_is_put_off(
    looked: list[tuple[Entry, OverdueDecision]], expected: list[tuple[ChargeBatch, datetime | None]]
) -> None:
    assert postponements([BLOCK], looked, NOW + minutes(25)) == expected


def test_what_is_moved_is_looked_at_again_before_its_block_is_put_off() -> None:
    late = paid(State.SENT)
    silent = decide_overdue(late, NOW + 8 * DAYS)
    assert isinstance(silent, Transition)
    assert postponements([BLOCK], [(late, silent)], NOW + 8 * DAYS) == []
    assert postponements([BLOCK], [(silent.after, None)], NOW + 8 * DAYS + minutes(15)) == [(BLOCK, NOW + 188 * DAYS)]
