"""A person has a lost message resent although a receipt of it has arrived."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.entries.manual_decision import ManualDecision, UnresolvableError
from chalicelib.entries.receipt import EmailEvent, SmsReceipt
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.messages.recipient import Channel
from tests.flow.fake_build import Desk
from tests.flow.test_manual_decisions import MAIL, books, decide, entry, lost


def park(desk: Desk, attempt: int) -> None:
    """A receipt of this attempt arrives; that of an SMS has found its entry."""
    unknown, now = entry(desk), desk.cloud.world.now
    if unknown.channel == Channel.SMS:
        found = replace(unknown, message_id="m1", version=unknown.version + 1)
        desk.parts.store.commit([Transition(unknown, found, adopted_id="m1")])
        desk.parts.receipts.park_sms([SmsReceipt("m1", now, True, "", True, "")])
    else:
        desk.parts.receipts.park_email([EmailEvent(desk.name, unknown.key, attempt, now, True, "")])


@pytest.mark.parametrize("columns", [{}, MAIL], ids=["SMS", "e-mail"])
def test_what_a_parked_receipt_settles_nobody_sends_again_and_the_status_run_is_woken(columns: dict[str, Any]) -> None:
    day, desk = lost(until="2026-11-23 10:57", **columns)
    park(desk, 1)
    for _ in range(2):
        with pytest.raises(UnresolvableError, match=r"queue\.received"):
            decide(desk, ManualDecision.RESEND)
    assert entry(desk).state is State.UNKNOWN
    day.play("2026-11-23 11:12")
    assert (entry(desk).state, desk.sent(), books(desk)) == (State.DELIVERED, [], (1, 0))


def test_a_parked_receipt_forbids_nobody_to_confirm_what_it_says() -> None:
    _, desk = lost()
    park(desk, 1)
    assert decide(desk, ManualDecision.DELIVERED).state is State.DELIVERED


def test_the_receipt_of_an_earlier_e_mail_does_not_forbid_to_send_the_later_one_again() -> None:
    _, desk = lost(**MAIL)
    park(desk, 0)
    assert decide(desk, ManualDecision.RESEND).state is State.PREPARED
