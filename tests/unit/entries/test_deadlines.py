"""When the sweep looks at an entry again, and when it is deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.entries.deadlines import (
    CLAIM_DIES_AFTER,
    RECEIPTS_TAKE,
    delete_at,
    is_checked_individually,
    next_check_at,
    over_text,
)
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.text import Text
from tests.builders.entries import BEGINS, NOW, entry, greeting, minutes

LATER = NOW + minutes(1)
DAYS = timedelta(days=1)
FAR = entry(State.DELIVERED, retention_days=10, expires_at=NOW + 25 * DAYS)


@pytest.mark.parametrize(
    ("waiting", "expected"),
    [
        pytest.param(entry(), BEGINS, id="prepared: at its Beginn"),
        pytest.param(greeting(), greeting().expires_at, id="a greeting: at its last moment"),
        pytest.param(entry(State.RESERVED), NOW + minutes(20), id="reserved: 20 minutes after a"),
        pytest.param(
            entry(State.SENDING, changed_at=LATER), NOW + minutes(20), id="sending: a claim does not change it"
        ),
        pytest.param(entry(State.SENT), NOW + timedelta(days=7), id="sent: after seven days"),
        pytest.param(entry(State.UNKNOWN), NOW, id="unknown: at every tick"),
        pytest.param(entry(State.UNKNOWN, settled=True), NOW + timedelta(days=180), id="given up: to strip"),
        pytest.param(entry(State.DELIVERED, retention_days=10), NOW + timedelta(days=10), id="ended: to strip"),
        pytest.param(entry(State.FAILED, changed_at=BEGINS - 9 * DAYS, retention_days=8), BEGINS, id="to phone"),
        pytest.param(entry(State.FAILED, retention_days=10), NOW + 10 * DAYS, id="to phone, later: to strip"),
        pytest.param(FAR, NOW + 10 * DAYS, id="ended, Beginn far ahead: to strip"),
        pytest.param(
            replace(FAR, state=State.UNKNOWN, settled=True), FAR.expires_at, id="given up, to phone: at Beginn"
        ),
        pytest.param(entry(State.DELIVERED, anonymised=True), None, id="stripped: never"),
        pytest.param(entry(State.FAILED, anonymised=True), None, id="stripped, to phone: never"),
    ],
)
def test_when_the_sweep_looks_again(waiting: Entry, expected: object) -> None:
    assert next_check_at(waiting) == expected


@pytest.mark.parametrize("state", State)
def test_no_entry_with_personal_data_is_ever_out_of_sight(state: State) -> None:
    assert next_check_at(entry(state)) is not None


@pytest.mark.parametrize("made", [entry(), greeting()], ids=lambda made: made.kind)
def test_the_guard_outlives_the_message_by_400_days(made: Entry) -> None:
    assert delete_at(made) == made.expires_at + timedelta(days=400)


def test_how_long_a_claim_lives_and_a_receipt_takes() -> None:
    assert (minutes(10), timedelta(hours=72)) == (CLAIM_DIES_AFTER, RECEIPTS_TAKE)


@pytest.mark.parametrize(
    ("checked", "individually"),
    [
        (entry(), True),
        (entry(State.RESERVED, charge="charge#1"), False),
        (entry(State.DELIVERED, charge="charge#1"), False),
        (entry(State.UNKNOWN, charge="charge#1"), True),
    ],
    ids=["unpaid", "reserved", "ended", "unknown"],
)
def test_a_paid_entry_is_checked_by_its_charge_unless_it_is_unknown(checked: Entry, individually: bool) -> None:
    assert is_checked_individually(checked) is individually


def test_a_greeting_is_too_late_after_its_day_and_a_reminder_after_the_beginning() -> None:
    assert over_text(greeting()) == Text("over.birthday")
    assert over_text(entry()) == Text("over.appointment")
