"""The number of the message about a new start."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.entries.entry import Entry, rescheduled_identity
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.rules.rescheduled import RescheduledAppointment
from tests.builders.entries import candidate, entry


def announcement(number: int, start: str, state: State = State.DELIVERED) -> Entry:
    identity = rescheduled_identity("T1", number)
    return replace(entry(state), kind=Kind.RESCHEDULED, identity=identity, announced_start=start)


FIRST, SECOND = announcement(1, "2026-11-24T15:30"), announcement(2, "2026-11-24T16:30")


@pytest.mark.parametrize(
    ("recorded", "others", "number", "found"),
    [
        pytest.param(0, [], 1, None, id="the first one"),
        pytest.param(1, [], 1, None, id="recorded by a run that died before it wrote it"),
        pytest.param(1, [FIRST], 1, FIRST, id="it tells this start"),
        pytest.param(1, [replace(FIRST, announced_start="2026-11-24T17:00")], 2, None, id="it told another start"),
        pytest.param(2, [FIRST], 2, None, id="the second one, recorded and not written"),
        pytest.param(1, [FIRST, SECOND], 3, None, id="the second one, not recorded yet, told another start"),
    ],
)
def test_a_number_is_used_again_until_its_message_exists(
    recorded: int, others: list[Entry], number: int, found: Entry | None
) -> None:
    reminder = replace(entry(State.DELIVERED), announced_start="2026-11-24T14:30", announcements=recorded)
    appointment = RescheduledAppointment(candidate(Beginn="2026-11-24 15:30:00"), reminder)
    assert appointment.announcement({one.key: one for one in others}) == (number, found)
