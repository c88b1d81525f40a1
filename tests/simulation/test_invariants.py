"""Each check of the invariants finds and reports its violation."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.entries.credits import Charge, LedgerItem, Refund, TopUp, Transfer
from chalicelib.entries.states import State
from chalicelib.practice.day_counts import Cell, DayCounts
from tests.builders.entries import LICENSED, NOW, TOMORROW, entry, phoned, registered
from tests.simulation.invariants import Seen, violations

LATER = NOW + timedelta(days=20)
KEY = entry().key
TOP_UP = TopUp("M1", "start", 10, NOW)
CHARGE = Charge("M1", {KEY: 2}, {KEY: 1}, NOW)
REFUND = Refund("M1", CHARGE.key, KEY, 1, 2, NOW)
DELIVERED = entry(State.DELIVERED, charge=CHARGE.key)
CELL = Cell(DELIVERED.kind, "delivered", "M1", DELIVERED.practitioner)


def a_practice(*ledger: LedgerItem, balance: int | None = None, **columns: Any) -> Seen:
    items = [TOP_UP, *ledger]
    total = sum(item.credits for item in items) if balance is None else balance
    return Seen(registered(LICENSED), [replace(DELIVERED, **columns)], {"M1": items}, {"M1": total})


def found(practice: Seen, expected: set[str] | None = None, requests: Counter[str] | None = None) -> list[str]:
    return violations(practice, requests or Counter(), expected or set(), LATER)


def test_nothing_is_wrong_with_a_message_that_was_charged_and_delivered_once() -> None:
    assert found(a_practice(CHARGE), {DELIVERED.identity}, Counter({"+41790000001": 1})) == []


@pytest.mark.parametrize(
    ("practice", "words"),
    [
        pytest.param(a_practice(CHARGE, balance=9), "is not its ledger's sum", id="the balance is another"),
        pytest.param(a_practice(CHARGE, balance=-1), "below zero", id="the balance is below zero"),
        pytest.param(a_practice(), "was delivered and charged 0 times", id="delivered for nothing"),
        pytest.param(
            a_practice(CHARGE, replace(CHARGE, attempts={KEY: 2}), credits=4), "charged 2 times", id="charged twice"
        ),
        pytest.param(a_practice(CHARGE, credits=3), "is noted with 3 credits, and cost 2", id="another price"),
        pytest.param(
            a_practice(CHARGE, REFUND, REFUND, state=State.REFUSED, credits=-2), "was refunded 2 times and charged 1",
            id="refunded twice",
        ),
        pytest.param(a_practice(CHARGE, Transfer("M1", "M2", "r", -1, NOW)), "is not in the ledger of M2", id="half"),
        pytest.param(a_practice(CHARGE, state=State.REFUSED), "is refused and was charged", id="refused and charged"),
        pytest.param(a_practice(CHARGE, state=State.SENT), "is sent", id="never ended, and not on the call list"),
    ],
)  # fmt: skip
def test_a_violation_is_reported(practice: Seen, words: str) -> None:
    assert any(words in text for text in found(practice)), found(practice)


@pytest.mark.parametrize(
    ("counts", "wrong"),
    [({CELL: 1}, False), ({CELL: 2}, True), ({}, True), ({replace(CELL, state="sent"): 1}, True)],
    ids=["right", "twice", "not at all", "in another state"],
)
def test_a_day_is_counted_as_its_entries_are(counts: dict[Cell, int], wrong: bool) -> None:
    practice = replace(
        a_practice(CHARGE), practice=registered(replace(LICENSED, days={TOMORROW: DayCounts(NOW, counts)}))
    )
    assert bool(violations(practice, Counter(), set(), NOW)) is wrong


def test_one_charge_for_two_attempts_of_a_line_is_reported() -> None:
    twice = a_practice(CHARGE, replace(CHARGE, lines={KEY: 2, "other": 1}, attempts={KEY: 1, "other": 1}), credits=4)
    assert any("was charged 2 times" in text for text in found(twice))


def test_an_admitted_patient_without_an_entry_is_reported() -> None:
    assert found(a_practice(CHARGE), {"reminder:T99"}) == ["reminder:T99 has no entry"]


def test_a_row_is_covered_by_one_that_waits_only_if_a_call_reached_the_patient() -> None:
    waits = entry(attempt=3)
    covered = {"covered_by": KEY, "covered_attempt": 1, "announced_start": "2026-11-24T14:30"}
    other = entry(State.COVERED, identity="reminder:T2", **covered)
    called = replace(waits, phone_calls=(phoned(),))
    wrong = [found(replace(a_practice(), entries=[leader, other])) for leader in (waits, called)]
    assert wrong == [["reminder:T1 is prepared: None", "reminder:T2 is covered: None"], []]


def test_an_anonymised_entry_is_still_there() -> None:
    stripped = a_practice(CHARGE, retained_key=KEY, identity="", anonymised=True)
    assert found(stripped, {DELIVERED.identity}) == []


def test_a_message_requested_twice_is_reported() -> None:
    requests = Counter({"+41790000001": 2})
    assert found(a_practice(CHARGE), requests=requests) == ["+41790000001 was asked for 2 times"]
