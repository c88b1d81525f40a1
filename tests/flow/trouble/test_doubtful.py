"""An odd answer of SES about one e-mail refuses that one; only several in a row stop the practice."""

from __future__ import annotations

from collections import Counter

import pytest

from chalicelib.entries.credits import totals_of
from chalicelib.entries.states import State
from infra.local.networks.networks import Fault
from infra.local.networks.sent_message import ErrorAnswer, SentMessage
from tests.flow.fake_build import Day, Desk

ODD = "BadRequestException"
CHEESE = "info@fromage.example"


def played(addresses: list[str], says: dict[str, str]) -> tuple[Desk, Counter[State]]:
    """A morning of a practice; SES says these words about an address."""
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    for address in addresses:
        desk.appointment("2026-11-24 09:00", Mobiltelefon=None, EMail=address)

    def answer(message: SentMessage) -> Fault | None:
        return ErrorAnswer(ODD, says[message.to]) if message.to in says else None

    day.parts.networks.on_request = answer
    day.play("2026-11-23 12:00")
    return desk, Counter(one.state for one in desk.entries.values())


GOOD = [f"leser{n}@patient.example" for n in range(4)]


@pytest.mark.parametrize("says", [f"Illegal address: {CHEESE}", "Extra route-addr", "Something new, from nowhere"])
def test_a_refusal_of_one_address_stops_nobody(says: str) -> None:
    desk, states = played([*GOOD, CHEESE], {CHEESE: says})
    assert states == {State.DELIVERED: 4, State.REFUSED: 1}
    assert desk.parts.data.stops == {}
    totals = totals_of(desk.parts.store.ledger(desk.name, "M1"))
    assert totals.charged - totals.refunded == 4


def test_two_in_a_row_stop_nobody() -> None:
    desk, states = played([*GOOD[:2]], dict.fromkeys(GOOD[:2], "Something new"))
    assert (states, desk.parts.data.stops) == ({State.REFUSED: 2}, {})


def test_several_in_a_row_stop_the_practice_and_wait_for_a_person() -> None:
    desk, states = played(GOOD, dict.fromkeys(GOOD, "Something new"))
    assert states == {State.PREPARED: 4}
    assert list(desk.parts.data.stops) == [desk.name]
    assert desk.told == ["stopped"]
    totals = totals_of(desk.parts.store.ledger(desk.name, "M1"))
    assert totals.charged == totals.refunded
