"""Orders of credits: two people at once order once, and nobody is topped up twice. On the fake and on DynamoDB."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from chalicelib.entries.credits import fulfilment
from chalicelib.practice.record import Order
from tests.contract.entries import books, topped_up
from tests.contract.sides import NOW, Side, new_practice

MOMENT = timedelta(microseconds=1)
ANNA = Order(0, "M2", 500, "Dezember", NOW, "user/anna")
BEAT = replace(ANNA, note="", at=NOW + MOMENT, by="user/beat")


def test_orders_are_numbered_and_fulfilled_once(side: Side) -> None:
    practice, practices = new_practice(), side.parts.practices
    assert practices.orders(practice) == []
    side.lose_answer()
    first = practices.add_order(practice, ANNA, 0)
    second = practices.add_order(practice, BEAT, 1)
    assert [one.number for one in (first, second)] == [1, 2]
    assert practices.orders(practice) == [first, second]
    assert side.parts.store.top_up(practice, fulfilment(first, NOW))
    assert not side.parts.store.top_up(practice, fulfilment(first, NOW))
    topped_up(side, practice, 1, "M2")
    assert books(side, practice, "M2") == 501


def test_two_who_order_the_same_at_once_order_once(side: Side) -> None:
    practice, practices = new_practice(), side.parts.practices
    side.meanwhile(partial(practices.add_order, practice, ANNA, 0))
    assert practices.add_order(practice, BEAT, 0) == replace(ANNA, number=1)
    assert practices.orders(practice) == [replace(ANNA, number=1)]


def test_two_who_order_at_once_have_their_own_numbers(side: Side) -> None:
    practice, practices = new_practice(), side.parts.practices
    other = replace(BEAT, credits=100)
    side.meanwhile(partial(practices.add_order, practice, ANNA, 0))
    assert practices.add_order(practice, other, 0) == replace(other, number=2)
    assert practices.orders(practice) == [replace(ANNA, number=1), replace(other, number=2)]


def test_two_who_fulfil_an_order_at_once_top_up_once(side: Side) -> None:
    practice, store = new_practice(), side.parts.store
    order = side.parts.practices.add_order(practice, ANNA, 0)
    done: list[bool] = []
    side.meanwhile(lambda: done.append(store.top_up(practice, fulfilment(order, NOW))))
    done.append(store.top_up(practice, fulfilment(order, NOW + MOMENT)))
    assert done == [True, False]
    assert books(side, practice, "M2") == 500
