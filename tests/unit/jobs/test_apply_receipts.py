"""The effects of receipts on entries: delivered, failed, refunded or not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.aws.receipt_store import ParkedEmailEvent, ParkedReceipt
from chalicelib.entries.credits import Refund
from chalicelib.entries.deadlines import RECEIPTS_TAKE
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.jobs.apply_receipts import apply_email_events, apply_sms_receipt
from chalicelib.text import Text
from tests.builders.entries import NOW, entry, minutes

LATER = NOW + minutes(10)
REFUND = Refund("M1", "charge#1", entry().key, 1, 2, LATER)
SENT, UNKNOWN = (
    entry(State.SENT, message_id="m1"),
    entry(State.UNKNOWN, message_id="m1", reason=Text("deliver.no_answer", said="Timeout")),
)
MAIL = entry(State.SENT, channel="E-Mail")
WORDS = Text("receipt.failed", Text("carrier.other", said="Phone is currently unreachable"))
HARD = Text("receipt.failed", Text("carrier.no_such_address"))
DELIVERED, PAID, FREE = (
    ParkedReceipt(True, "accepted", True),
    ParkedReceipt(False, "Phone is currently unreachable", True),
    ParkedReceipt(False, "Phone is currently unreachable", False),
)
DELIVERY = ParkedEmailEvent("k#1#delivered", "k", 1, True, "Delivery")
BOUNCE = ParkedEmailEvent("k#1#failed", "k", 1, False, "Bounce Permanent General")
SOFT = ParkedEmailEvent("k#1#bounced", "k", 1, False, "Bounce Transient MailboxFull", counts_from=LATER)
EARLY = replace(SOFT, counts_from=LATER + minutes(1))
FULL = Text("receipt.failed", Text("carrier.other", said="Bounce Transient MailboxFull"))


@pytest.mark.parametrize("before", [SENT, UNKNOWN], ids=lambda e: e.state)
@pytest.mark.parametrize(
    ("outcome", "state", "reason", "credits", "refund"),
    [
        pytest.param(DELIVERED, State.DELIVERED, None, 2, None, id="delivered"),
        pytest.param(PAID, State.FAILED, WORDS, 2, None, id="failed, and the log shows a price: no refund"),
        pytest.param(FREE, State.FAILED, WORDS, 0, REFUND, id="failed without a price: refunded"),
    ],
)
def test_an_sms(
    before: Entry, outcome: ParkedReceipt, state: State, reason: Text | None, credits: int, refund: Refund | None
) -> None:
    after = replace(before, state=state, reason=reason, credits=credits, version=2, changed_at=LATER)
    assert apply_sms_receipt(before, outcome, LATER) == Transition(before, after, refund)


def test_what_cost_nothing_gives_nothing_back() -> None:
    assert apply_sms_receipt(replace(SENT, credits=0), FREE, LATER).refund is None


@pytest.mark.parametrize(
    ("before", "events", "state", "reason"),
    [
        pytest.param(MAIL, [DELIVERY], State.DELIVERED, None, id="delivered"),
        pytest.param(MAIL, [BOUNCE], State.FAILED, HARD, id="bounced"),
        pytest.param(MAIL, [DELIVERY, BOUNCE], State.FAILED, HARD, id="a bounce wins over a delivery"),
        pytest.param(MAIL, [BOUNCE, DELIVERY], State.FAILED, HARD, id="in whichever order they come"),
        pytest.param(replace(MAIL, state=State.UNKNOWN), [DELIVERY], State.DELIVERED, None, id="an unknown one"),
        pytest.param(replace(MAIL, state=State.DELIVERED), [BOUNCE], State.FAILED, HARD, id="a late bounce"),
        pytest.param(MAIL, [SOFT], State.FAILED, FULL, id="a soft bounce, and no delivery within the hour"),
        pytest.param(MAIL, [EARLY, DELIVERY], State.DELIVERED, None, id="a delivery wins over a soft bounce"),
        pytest.param(MAIL, [SOFT, DELIVERY], State.DELIVERED, None, id="whenever it comes"),
        pytest.param(MAIL, [EARLY, BOUNCE], State.FAILED, HARD, id="a permanent bounce waits for nothing"),
        pytest.param(MAIL, [SOFT, DELIVERY, BOUNCE], State.FAILED, HARD, id="and wins over everything"),
        pytest.param(replace(MAIL, state=State.DELIVERED), [SOFT, BOUNCE], State.FAILED, HARD, id="after a reply too"),
        pytest.param(replace(MAIL, changed_at=LATER - RECEIPTS_TAKE), [EARLY], State.FAILED, FULL,
                     id="after three days no delivery is awaited"),
    ],
)  # fmt: skip
def test_an_email_is_never_refunded(
    before: Entry, events: list[ParkedEmailEvent], state: State, reason: Text | None
) -> None:
    after = replace(before, state=state, reason=reason, version=2, changed_at=LATER)
    used = tuple(event.sort_key for event in events)
    assert apply_email_events(before, events, LATER) == Transition(before, after, used_email_events=used)


@pytest.mark.parametrize(
    ("state", "events"),
    [
        pytest.param(State.DELIVERED, [DELIVERY], id="delivered twice"),
        pytest.param(State.FAILED, [BOUNCE], id="bounced twice"),
        pytest.param(State.FAILED, [DELIVERY], id="a delivery after a bounce"),
        pytest.param(State.DELIVERED, [SOFT], id="an out-of-office reply after the delivery"),
        pytest.param(State.DELIVERED, [SOFT, DELIVERY], id="and the delivery once more"),
        pytest.param(State.SENT, [EARLY], id="a soft bounce whose delivery may follow"),
        pytest.param(State.UNKNOWN, [EARLY], id="also of an unknown one"),
        pytest.param(State.SENDING, [DELIVERY], id="before the answer of the provider is stored"),
        pytest.param(State.UNCONFIRMED, [DELIVERY], id="after seven days"),
        pytest.param(State.PREPARED, [BOUNCE], id="never sent"),
    ],
)
def test_events_that_move_nothing(state: State, events: list[ParkedEmailEvent]) -> None:
    assert apply_email_events(replace(MAIL, state=state), events, LATER) is None
