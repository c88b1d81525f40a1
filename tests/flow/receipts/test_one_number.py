"""Two messages to one number whose answers are lost, and one delivery log: it may be of either."""

from __future__ import annotations

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.entries.manual_decision import ManualDecision
from chalicelib.entries.states import State
from infra.local.networks.networks import AnswerLost
from tests.flow.calls.test_phone_calls import names
from tests.flow.covered.test_told_before import enter
from tests.flow.fake_build import Day
from tests.flow.test_manual_decisions import decide

NINE, ELEVEN = "2026-11-24 09:00", "2026-11-24 11:00"


@pytest.mark.parametrize("decision", [ManualDecision.DELIVERED, ManualDecision.RESEND])
def test_a_delivery_is_not_taken_for_that_of_another_message(decision: ManualDecision) -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    desk.appointment(NINE)
    enter(desk, "X2", ELEVEN)
    day.parts.networks.fail_next(AnswerLost(ReadTimeoutError(endpoint_url="")))
    day.parts.networks.fail_next("InternalError")
    day.play("2026-11-23 10:07")
    assert {one.state for one in desk.entries.values()} == {State.UNKNOWN}
    assert "09:00" in day.parts.networks.messages[0].text
    decide(desk, decision)
    day.play("2026-11-23 20:00")
    assert desk.entries["T1"].state is State.DELIVERED
    assert (desk.entries["X2"].state, names(desk)) == (State.UNKNOWN, ["X2"])
