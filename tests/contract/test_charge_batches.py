"""Charge batches: the sweep finds all entries of a charge at once; the same on the fake and on DynamoDB."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.entries.charge_batch import ChargeBatch
from chalicelib.entries.credits import Charge
from chalicelib.entries.entry import Entry, transition
from chalicelib.entries.groups import Group
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.schedule.job import Tick
from chalicelib.text import Text
from tests.contract.entries import SOON, entry, reserved, topped_up, written
from tests.contract.sides import Side, new_practice


def block(side: Side, practice: str, count: int = 2, mandant: str = "M1", attempt: int = 0) -> list[Entry]:
    """That many entries paid by one charge."""
    topped_up(side, practice, count, mandant)
    made = written(side, *(entry(practice, number, mandant=mandant, attempt=attempt) for number in range(count)))
    return [paid.after for paid in side.parts.store.reserve(mandant, [reserved(entry) for entry in made], SOON)]


def due(side: Side, practice: str, minutes: float) -> list[tuple[str, str]]:
    """The charges of a practice that the sweep finds this long after they were made."""
    found = side.parts.jobs.due(Tick.STATUS, SOON + timedelta(minutes=minutes)).charges
    return [name for name in found if name[0].startswith(f"{practice}#")]


@pytest.mark.parametrize("mandant", ["M1", "Dr. Müller & Söhne #1"])
@pytest.mark.parametrize("attempt", [0, 2])
def test_a_charge_is_due_for_its_entries_and_no_entry_is_that_it_paid(side: Side, mandant: str, attempt: int) -> None:
    practice = new_practice()
    paid = block(side, practice, 2, mandant, attempt)
    assert due(side, practice, 19.99) == []
    names = due(side, practice, 20)
    (charge,) = [item for item in side.parts.store.ledger(practice, mandant) if isinstance(item, Charge)]
    assert side.parts.store.charge_batches(names) == [ChargeBatch(practice, charge)]
    assert charge.attempts == {entry.key: attempt + 1 for entry in paid}
    side.parts.store.commit([Transition(entry, transition(entry, State.SENDING, SOON)) for entry in paid])
    found = side.parts.jobs.due(Tick.STATUS, SOON + timedelta(days=400))
    assert [name for name in found.entries if name[0] == practice] == []


def test_a_block_is_put_off_and_forgotten(side: Side) -> None:
    practice, other = new_practice(), new_practice()
    for name in (practice, other):
        block(side, name)
    names = [*due(side, practice, 20), *due(side, other, 20)]
    first, second = side.parts.store.charge_batches(names)
    side.lose_answer()
    side.parts.store.postpone_checks([(first, SOON + timedelta(days=7)), (second, None)])
    assert due(side, practice, 60) == due(side, other, 60 * 24 * 400) == []
    assert due(side, practice, 7 * 24 * 60) == names[:1]
    assert side.parts.store.charge_batches(names) == [first, second]
    side.parts.store.postpone_checks([(second, SOON)])  # a tick that had read it before
    assert due(side, other, 0) == names[1:]
    side.parts.store.postpone_checks([])
    assert side.parts.store.charge_batches([]) == []


def test_more_than_a_hundred_blocks_come_the_oldest_first(side: Side) -> None:
    practice = new_practice()
    for number in range(103):
        topped_up(side, practice, 1, f"M{number}")
        (made,) = written(side, entry(practice, number, mandant=f"M{number}"))
        (paid,) = side.parts.store.reserve(f"M{number}", [reserved(made)], SOON - timedelta(minutes=number))
        assert paid.after.charge
    names = due(side, practice, 20)
    blocks = side.parts.store.charge_batches(names)
    assert [batch.charge.mandant for batch in blocks] == [f"M{number}" for number in reversed(range(103))]
    side.parts.store.postpone_checks([(batch, None) for batch in blocks])
    assert due(side, practice, 20) == []


def test_entries_of_any_practices_are_read_at_once_in_the_order_asked(side: Side) -> None:
    made = [
        written_entry
        for _ in range(3)
        for written_entry in written(side, *(entry(new_practice(), number) for number in range(2)))
    ]
    unknown = (new_practice(), "0" * 32)
    names = [(entry.practice, entry.key) for entry in reversed(made)]
    found = side.parts.store.entries_of_any_practice([names[0], unknown, *names[1:]])
    assert list(found) == names
    assert list(found.values()) == made[::-1]
    assert side.parts.store.entries_of_any_practice([]) == {}


def test_a_group_names_only_entries_that_are_still_in_it(side: Side) -> None:
    practice = new_practice()
    made = written(side, *(entry(practice, number, State.SENT) for number in range(3)))
    side.parts.store.commit([Transition(made[1], transition(made[1], State.DELIVERED, SOON))])
    (later,) = side.parts.store.commit([Transition(made[0], replace(made[0], reason=Text("new"), version=2))])
    assert list(side.parts.store.open_entries(practice, Group.UNDERWAY)) == [later.after, made[2]]
