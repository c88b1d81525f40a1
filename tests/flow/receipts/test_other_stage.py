"""The delivery logs of an account have the SMS of all its stages: none is taken for that of another stage."""

from __future__ import annotations

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.entries.states import State
from infra.local.networks.networks import AnswerLost
from tests.flow.fake_build import Day


@pytest.mark.parametrize("other", [False, True])
def test_the_message_of_another_stage_to_the_same_number_settles_nothing(other: bool) -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    desk.appointment("2026-11-24 09:00")
    day.parts.networks.fail_next(AnswerLost(ReadTimeoutError(endpoint_url="")))
    day.play("2026-11-23 10:07")
    if other:  # our request was lost: the message in the logs, which we did not send, is of the other stage
        (message,) = day.parts.networks.messages
        day.parts.other_stages.printed[message.message_id] = message.at
    day.play("2026-11-23 20:00")
    assert desk.entries["T1"].state is (State.UNKNOWN if other else State.DELIVERED)
