"""The state of an entry after the outcome of its one request."""

from __future__ import annotations

from collections import Counter
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entries.credits import Refund
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.jobs.deliver import DeliveryResult, transition_for
from chalicelib.providers.outcome import Accepted, Doubtful, Misconfigured, NotSent, Outcome, Refused, Unknown
from chalicelib.text import Text
from tests.builders.entries import NOW, entry, minutes

CLAIMED = entry(State.SENDING)
INVALID = Text("carrier.refuses_number")
DONE = NOW + minutes(1)
REFUND = Refund("M1", "charge#1", CLAIMED.key, 1, 2, DONE)


def after(state: State, reason: Text | None = None, **changes: Any) -> Entry:
    return replace(CLAIMED, state=state, reason=reason, version=2, changed_at=DONE, **changes)


BACK = entry(attempt=1, reason=Text("deliver.misconfigured", said="AuthorizationError"), version=2, changed_at=DONE)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param(
            Accepted("m-1"), Transition(CLAIMED, after(State.SENT, message_id="m-1"), accepted_id="m-1"),
            id="accepted: sent, and the receipts of its id are its own",
        ),
        pytest.param(
            Refused(INVALID), Transition(CLAIMED, after(State.REFUSED, INVALID, credits=0), REFUND),
            id="refused: with refund",
        ),
        pytest.param(
            Doubtful("BadRequestException"),
            Transition(
                CLAIMED,
                after(State.REFUSED, Text("carrier.refuses_message", said="BadRequestException"), credits=0),
                REFUND,
            ),
            id="doubtful: refused, with refund",
        ),
        pytest.param(
            NotSent("503"),
            Transition(CLAIMED, after(State.RESERVED, Text("deliver.not_sent", said="503"), claimed_at=None)),
            id="not sent: reserved again, still paid, for SQS to bring it back",
        ),
        pytest.param(
            Unknown("ReadTimeoutError"),
            Transition(CLAIMED, after(State.UNKNOWN, Text("deliver.no_answer", said="ReadTimeoutError"))),
            id="unknown: charged, and never resent by itself",
        ),
        pytest.param(
            Misconfigured("AuthorizationError"), Transition(CLAIMED, BACK, REFUND),
            id="misconfigured: back to prepared with refund",
        ),
    ],
)  # fmt: skip
def test_settled(outcome: Outcome, expected: Transition) -> None:
    assert transition_for(CLAIMED, outcome, DONE) == expected


def test_the_receipts_of_an_email_come_by_its_tags() -> None:
    assert transition_for(entry(State.SENDING, channel="E-Mail"), Accepted("m-1"), DONE).accepted_id is None


outcomes = st.one_of(
    st.builds(Refused, st.builds(Text, st.text())),
    *(st.builds(kind, st.text()) for kind in (Accepted, NotSent, Unknown, Misconfigured)),
)


@given(outcomes)
def test_an_outcome_never_changes(outcome: Outcome) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(outcome, fields(outcome)[0].name, "")


@given(outcomes)
def test_only_not_sent_and_misconfigured_lead_to_another_request(outcome: Outcome) -> None:
    state = transition_for(CLAIMED, outcome, DONE).after.state
    again = state in (State.PREPARED, State.RESERVED)
    assert again is isinstance(outcome, NotSent | Misconfigured)


@given(outcomes, st.integers(0, 9))
def test_what_is_refunded_is_no_longer_charged_and_nothing_else(outcome: Outcome, credits: int) -> None:
    made = transition_for(entry(State.SENDING, credits=credits), outcome, DONE)
    refunded = made.refund.credits if made.refund else 0
    assert made.after.credits + refunded == credits
    assert (refunded > 0) is (credits > 0 and isinstance(outcome, Refused | Misconfigured))


def test_outcomes_are_counted_by_name() -> None:
    done = DeliveryResult(outcomes=[("k1", Accepted("m")), ("k2", Accepted("n")), ("k3", Unknown("reset"))])
    assert done.counts() == Counter(Accepted=2, Unknown=1)
