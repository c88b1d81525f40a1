"""Transactions that meet others: what a provider has accepted is stored, and its id is printed before."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.table import CancelledError, Table
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from tests.flow.fake_build import Day, Desk

WRITE = {"Put": {"Item": {"pk": "a", "sk": "b"}}}


class Busy:
    """A table whose transactions conflict this many times; notes the pauses of its client."""

    def __init__(self, conflicts: int, chances: Iterator[float], *codes: str) -> None:
        self.left, self.pauses = conflicts, list[float]()
        self.reasons = [{"Code": code} for code in codes or ("TransactionConflict",)]
        client = SimpleNamespace(transact_write_items=self.answer)
        self.table = Table(client, "t", self.pauses.append, lambda: next(chances))

    def answer(self, **request: object) -> None:
        if self.left:
            self.left -= 1
            error = {"Error": {"Code": "TransactionCanceledException", "Message": ""}}
            raise ClientError({**error, "CancellationReasons": self.reasons}, "TransactWriteItems")


def always(chance: float) -> Iterator[float]:
    while True:
        yield chance


def test_pauses_are_any_up_to_a_longest_one() -> None:
    busy = Busy(7, iter([0.5, 0.25, 1.0, 0.0, 0.5, 1.0, 1.0]))
    busy.table.transact([WRITE])
    assert busy.pauses == pytest.approx([0.025, 0.025, 0.2, 0.0, 0.4, 1.6, 1.6])


def test_eight_conflicts_in_a_row_are_too_many_unless_there_is_time() -> None:
    with pytest.raises(CancelledError) as raised:
        Busy(8, always(0.5)).table.transact([WRITE])
    assert raised.value.busy
    busy = Busy(40, always(0.5))
    busy.table.transact([WRITE], patience=50)
    assert len(busy.pauses) == 40
    with pytest.raises(CancelledError):
        Busy(400, always(0.0)).table.transact([WRITE], patience=5)


def test_conflicts_beside_a_failed_condition_are_tried_again() -> None:
    busy = Busy(3, always(0.5), "ConditionalCheckFailed", "TransactionConflict")
    busy.table.transact([WRITE])
    assert len(busy.pauses) == 3
    with pytest.raises(CancelledError) as raised:
        Busy(1, always(0.5), "ConditionalCheckFailed").table.transact([WRITE])
    assert not raised.value.busy


def played(conflicts: float) -> tuple[Desk, list[tuple[str, str]]]:
    """A morning; from the first request on, transactions conflict for some seconds, and again at the next ticks."""
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    for _ in range(5):
        desk.appointment("2026-11-24 09:00")
    printed: list[tuple[str, str]] = []

    def accepted(entry: Entry, message_id: str) -> None:
        printed.append((entry.key, message_id))
        day.cloud.world.weather.conflicts = conflicts

    ports = day.parts.delivery_ports
    day.parts.delivery_ports = lambda: ports(accepted)  # type: ignore[method-assign,assignment,misc]
    day.play("2026-11-23 10:06")
    day.cloud.world.weather.conflicts = 0.0
    day.play("2026-11-23 10:40")
    return desk, printed


def test_conflicts_of_half_a_minute_lose_no_outcome() -> None:
    desk, _ = played(30.0)
    assert {one.state for one in desk.entries.values()} == {State.DELIVERED}


def test_after_endless_conflicts_each_id_is_printed() -> None:
    desk, printed = played(1000.0)
    assert {one.state for one in desk.entries.values()} == {State.UNKNOWN}
    accepted = {message.message_id for message in desk.parts.networks.messages}
    assert dict(printed).keys() == {one.key for one in desk.entries.values()}
    assert {message_id for _, message_id in printed} == accepted
    assert len(accepted) == 5
