"""Credits: prices, the ledger, and which entries fit a balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import FrozenInstanceError, fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.queues import BATCH
from chalicelib.aws.table import WRITE
from chalicelib.entries.credits import (
    ENTRIES_PER_CHARGE,
    Charge,
    Crossing,
    LedgerItem,
    Refund,
    Tariff,
    TopUp,
    Totals,
    Transfer,
    balance_of,
    crossing,
    fitting,
    is_below,
    pay_order,
    refund_of,
    totals_of,
)
from chalicelib.entries.entry import Entry, back_to_prepared
from chalicelib.entries.states import State
from chalicelib.text import Text
from tests.builders.entries import BEGINS, NOW, entry, greeting

lines = st.dictionaries(st.text("0123456789abcdef", min_size=1, max_size=32), st.integers(0, 9), min_size=1)
amounts = st.integers(0, 10_000)
top_ups = st.builds(TopUp, st.just("M1"), st.text(), amounts, st.just(NOW))
charges = lines.map(lambda paid: charge(paid))
refunds = st.builds(Refund, st.just("M1"), st.text(), st.text(), st.integers(1, 9), amounts, st.just(NOW))
transfers = st.builds(Transfer, st.just("M1"), st.text(), st.text(), st.integers(-99, 99), st.just(NOW))


def charge(paid: dict[str, int], attempt: int = 1, **changes: Any) -> Charge:
    return replace(Charge("M1", paid, dict.fromkeys(paid, attempt), NOW), **changes)


@pytest.mark.parametrize(
    ("channel", "parts", "price"),
    [
        pytest.param("SMS", 1, 3, id="an SMS of one part"),
        pytest.param("SMS", 4, 12, id="an SMS pays each part"),
        pytest.param("E-Mail", 0, 2, id="an e-mail has no parts"),
    ],
)
def test_price(channel: str, parts: int, price: int) -> None:
    assert Tariff(per_sms_part=3, per_email=2).price(channel, parts) == price


def test_every_price_is_one_by_default() -> None:
    assert (Tariff().price("SMS", 1), Tariff().price("E-Mail", 0)) == (1, 1)


@pytest.mark.parametrize(
    ("prices", "balance", "count"),
    [
        pytest.param([], 5, 0, id="nothing to pay"),
        pytest.param([1, 1, 1], 3, 3, id="exactly enough"),
        pytest.param([1, 1, 1], 2, 2, id="one short"),
        pytest.param([3, 1, 1], 2, 0, id="the first that does not fit ends it, though the others would"),
        pytest.param([1, 3, 1], 2, 1, id="also in the middle"),
        pytest.param([0, 0, 1], 0, 2, id="what is free fits an empty balance"),
        pytest.param([1], -1, 0, id="a balance below zero pays nothing"),
    ],
)
def test_fitting(prices: Sequence[int], balance: int, count: int) -> None:
    assert fitting(prices, balance) == count


@given(st.lists(st.integers(0, 9)), st.integers(0, 60))
def test_fitting_never_exceeds_the_balance_and_stops_at_the_first_misfit(prices: list[int], balance: int) -> None:
    count = fitting(prices, balance)
    assert sum(prices[:count]) <= balance
    assert count == len(prices) or sum(prices[: count + 1]) > balance


@given(lines, st.data())
def test_the_key_of_a_charge_depends_on_its_entries_and_attempts_alone(paid: dict[str, int], data: Any) -> None:
    shuffled = dict(data.draw(st.permutations(list(paid.items()))))
    assert charge(shuffled, at=NOW + timedelta(days=1)).key == charge(paid).key


@given(lines, lines, st.integers(1, 3), st.integers(1, 3))
def test_charges_of_other_entries_or_attempts_have_other_keys(
    a: dict[str, int], b: dict[str, int], n: int, m: int
) -> None:
    assert (charge(a, n).key == charge(b, m).key) is ((a.keys(), n) == (b.keys(), m))


def test_a_block_fills_outbox_messages_and_leaves_room_for_balance_charge_alert_and_a_week_of_days() -> None:
    assert ENTRIES_PER_CHARGE % BATCH == 0
    assert ENTRIES_PER_CHARGE + 3 + 7 == WRITE


def test_the_key_of_a_charge_never_changes_from_release_to_release() -> None:
    assert charge({"k1": 2, "k2": 1}).key == "charge#99c5ff2c5b532ba8a5f978dce543cef7"


@pytest.mark.parametrize(
    "made",
    [
        Tariff(),
        TopUp("M1", "a", 1, NOW),
        charge({}),
        Refund("M1", "c", "k", 1, 1, NOW),
        Totals(1, 1, 1),
        Transfer("M1", "M2", "r", -1, NOW),
    ],
    ids=lambda made: type(made).__name__,
)
def test_what_was_charged_or_given_back_never_changes(made: Any) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(made)[0].name, "")


def test_a_charge_takes_the_sum_of_its_lines() -> None:
    assert charge({"k1": 2, "k2": 1}).credits == -3


def test_a_top_up_counts_once_by_its_reference() -> None:
    assert TopUp("M1", "Rechnung 7", 5, NOW).key == TopUp("M1", "Rechnung 7", 9, BEGINS).key == "topup#Rechnung 7"


@pytest.mark.parametrize(
    ("paid", "gets_back"),
    [
        pytest.param(entry(State.RESERVED), 2, id="what the present attempt was charged"),
        pytest.param(entry(), None, id="never charged"),
        pytest.param(entry(State.RESERVED, credits=0), None, id="free, or given back before"),
        pytest.param(entry(State.RESERVED, charge=None), None, id="no charge to give back"),
    ],
)
def test_refund(paid: Entry, gets_back: int | None) -> None:
    refund = refund_of(paid, NOW)
    assert (refund and refund.credits) == gets_back
    assert refund is None or refund == Refund("M1", "charge#1", paid.key, 1, 2, NOW)


def test_a_refund_is_named_by_its_charge_line_and_so_happens_once() -> None:
    reserved = entry(State.RESERVED)
    first, second = refund_of(reserved, NOW), refund_of(reserved, BEGINS)
    assert first
    assert second
    assert first.key == second.key == f"refund#charge#1#{reserved.key}#1"
    assert refund_of(back_to_prepared(reserved, NOW, Text("deliver.too_late")), NOW) is None


def test_the_next_attempt_has_its_own_refund() -> None:
    first, second = (refund_of(entry(State.RESERVED, attempt=n), NOW) for n in (1, 2))
    assert first
    assert second
    assert first.key != second.key


@pytest.mark.parametrize("credits", [-5, 5])
def test_a_transfer_has_one_key_and_two_sides_that_cancel_each_other_out(credits: int) -> None:
    side = Transfer("M1", "M2", "Umlage", credits, NOW)
    assert side.other_side() == Transfer("M2", "M1", "Umlage", -credits, NOW)
    assert side.other_side().other_side() == side
    assert side.key == side.other_side().key == "transfer#Umlage"


@given(st.lists(top_ups | charges | refunds | transfers))
def test_balance_is_topped_up_less_charged_plus_refunded_and_transferred(ledger: list[LedgerItem]) -> None:
    totals = totals_of(ledger)
    in_and_out = totals.topped_up - totals.charged + totals.refunded + totals.transferred
    assert totals.balance == balance_of(ledger) == in_and_out
    assert min(totals.topped_up, totals.charged, totals.refunded) >= 0


def test_totals_tell_the_four_apart() -> None:
    ledger: list[LedgerItem] = [
        TopUp("M1", "a", 10, NOW),
        charge({"k1": 2, "k2": 1}),
        Refund("M1", "c", "k1", 1, 2, NOW),
        Transfer("M1", "M2", "r", -4, NOW),
        Transfer("M1", "M3", "s", 9, NOW),
    ]
    assert totals_of(ledger) == Totals(topped_up=10, charged=3, refunded=2, transferred=5)
    assert totals_of(ledger).balance == 14


def test_the_earliest_appointment_pays_first_and_greetings_last() -> None:
    late, early = entry(identity="reminder:b"), entry(identity="reminder:z", starts_at=BEGINS - timedelta(hours=1))
    same = entry(identity="reminder:a")
    assert sorted([greeting(), late, same, early], key=pay_order) == [early, same, late, greeting()]


@pytest.mark.parametrize(("balance", "low"), [(99, True), (100, False), (101, False)])
def test_a_balance_is_low_below_the_minimum(balance: int, low: bool) -> None:
    assert is_below(balance, 100) is low


@pytest.mark.parametrize(
    ("balance", "told", "what"),
    [
        (99, None, Crossing.TELL), (99, False, Crossing.TELL), (99, True, None),
        (100, None, None), (100, False, Crossing.END), (100, True, Crossing.END),
    ],
)  # fmt: skip
def test_a_balance_that_is_read_tells_or_ends_its_alert(balance: int, told: bool | None, what: Crossing | None) -> None:
    assert crossing(balance, 100, told) is what


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(0, 9))
def test_each_fall_below_the_minimum_is_told_once(balances: list[int], least: int) -> None:
    told, tellings = None, list[int]()
    for number, balance in enumerate(balances):
        what = crossing(balance, least, told)
        tellings += [number] if what is Crossing.TELL else []
        told = {Crossing.TELL: True, Crossing.END: None}.get(what, told) if what else told
    before = [least, *balances]
    assert tellings == [n for n, balance in enumerate(balances) if balance < least <= before[n]]
