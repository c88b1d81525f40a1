"""Entries by the beginning of their key: the same on the fake and on DynamoDB, and read one by one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib.entries.groups import Group
from chalicelib.entries.states import State
from chalicelib.reports.entry_lookup import UnknownEntryError, named_entries
from tests.contract.entries import entry, written
from tests.contract.sides import FakeSide, RealSide, Side, new_practice

MANY = 700


@contextmanager
def counted_reads(side: Side) -> Iterator[list[str]]:
    """The calls in the block that read entries."""
    if isinstance(side, FakeSide):
        before, calls = len(side.world.calls), list[str]()
        yield calls
        calls += [call for call in side.world.calls[before:] if call == "store.entries"]
        return
    assert isinstance(side, RealSide)
    calls = []
    side.cloud.gateway.after = calls.append
    yield calls
    side.cloud.gateway.after = lambda operation: None
    calls[:] = [call for call in calls if call == "dynamodb.BatchGetItem"]


def test_the_keys_of_a_group_are_listed_in_its_order(side: Side) -> None:
    practice, store = new_practice(), side.parts.store
    made = written(side, *(entry(practice, n, state) for n, state in enumerate([State.PREPARED, State.SENT] * 2)))
    assert list(store.listed_keys(practice, Group.PREPARED)) == [made[0].key, made[2].key]
    assert list(store.listed_keys(practice, Group.UNDERWAY)) == [made[1].key, made[3].key]
    assert list(store.listed_keys(new_practice(), Group.PREPARED)) == []


def test_a_short_id_reads_its_own_entry_whatever_the_practice_has(side: Side) -> None:
    practice, store = new_practice(), side.parts.store
    made = written(side, *(entry(practice, n, State.DELIVERED) for n in range(MANY)))
    with counted_reads(side) as reads:
        assert named_entries([made[5].key[:12], made[650].key[:12]], practice, store) == [made[5], made[650]]
    assert len(reads) == 2


def test_an_unknown_name_reads_at_most_five_hundred_entries(side: Side) -> None:
    practice, store = new_practice(), side.parts.store
    written(side, *(entry(practice, n) for n in range(MANY)))
    with counted_reads(side) as reads, pytest.raises(UnknownEntryError) as raised:
        named_entries(["reminder:T12x"], practice, store)
    assert raised.value.near[0].startswith("reminder:T12")
    assert len(reads) == 1 + 5
