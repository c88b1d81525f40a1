"""A person's possible decisions about an unknown entry, and their effects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.entries.credits import Refund
from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualDecision, UnresolvableError, resolve_transition
from chalicelib.entries.states import State, arrow_between, state_label
from chalicelib.entries.transition import Transition
from chalicelib.text import Text
from tests.builders.entries import BEGINS, NOW, entry, greeting, minutes

LATER = NOW + minutes(60)
LOST = entry(State.UNKNOWN, reason=Text("deliver.no_answer", said="ReadTimeoutError"), attempt=2, version=5)
UNKNOWN = state_label(State.UNKNOWN)


def test_delivered_stays_charged_and_says_that_a_person_settled_it() -> None:
    after = replace(LOST, state=State.DELIVERED, changed_at=LATER, version=6, reason=Text("manual.delivered"))
    assert resolve_transition(LOST, ManualDecision.DELIVERED, LATER) == Transition(LOST, after)


@pytest.mark.parametrize(
    "found", [LOST, replace(LOST, message_id="m1"), replace(LOST, settled=True)], ids=["lost", "adopted", "given up"]
)
def test_resend_refunds_the_attempt_and_drops_its_message(found: Entry) -> None:
    after = entry(attempt=2, version=6, changed_at=LATER, reason=Text("manual.resend"), recipient=LOST.recipient)
    assert resolve_transition(found, ManualDecision.RESEND, LATER) == Transition(
        found, after, Refund("M1", "charge#1", LOST.key, 2, 2, LATER)
    )


def test_resend_of_what_was_free_refunds_nothing() -> None:
    assert resolve_transition(replace(LOST, credits=0), ManualDecision.RESEND, LATER).refund is None


@pytest.mark.parametrize("decision", ManualDecision)
def test_the_note_stands_behind_the_reason(decision: ManualDecision) -> None:
    noted = Text(f"manual.{decision}.note", note="am Telefon gefragt")
    assert resolve_transition(LOST, decision, LATER, " am Telefon gefragt ").after.reason == noted
    assert resolve_transition(LOST, decision, LATER, "  ").after.reason == Text(f"manual.{decision}")


@pytest.mark.parametrize("decision", ManualDecision)
@pytest.mark.parametrize("state", sorted(set(State) - {State.UNKNOWN}))
def test_only_the_unknown_is_settled_by_hand(state: State, decision: ManualDecision) -> None:
    with pytest.raises(UnresolvableError) as refused:
        resolve_transition(entry(state), decision, LATER)
    assert refused.value.text == Text("manual.settled", state_label(state), UNKNOWN)


def test_whoever_comes_second_reads_what_was_decided() -> None:
    once = resolve_transition(LOST, ManualDecision.DELIVERED, LATER, "rief an").after
    with pytest.raises(UnresolvableError) as refused:
        resolve_transition(once, ManualDecision.RESEND, LATER)
    noted = Text("manual.delivered.note", note="rief an")
    assert refused.value.text == Text("manual.settled.why", state_label(State.DELIVERED), UNKNOWN, noted)


@pytest.mark.parametrize(
    ("lost", "over"),
    [(LOST, "over.appointment"), (greeting(State.UNKNOWN), "over.birthday")],
    ids=["reminder", "greeting"],
)
def test_nothing_is_sent_again_once_its_time_is_over(lost: Entry, over: str) -> None:
    assert (
        resolve_transition(lost, ManualDecision.RESEND, lost.expires_at - minutes(0.001)).after.state is State.PREPARED
    )
    with pytest.raises(UnresolvableError) as refused:
        resolve_transition(lost, ManualDecision.RESEND, lost.expires_at)
    assert refused.value.text == Text("manual.over.resolve", Text(over), allowed="delivered")
    assert resolve_transition(lost, ManualDecision.DELIVERED, BEGINS + minutes(9999)).after.state is State.DELIVERED


def test_the_arrows_are_d_and_k() -> None:
    targets = {decision: resolve_transition(LOST, decision, LATER).after.state for decision in ManualDecision}
    assert {d: arrow_between(State.UNKNOWN, target) for d, target in targets.items()} == {
        ManualDecision.DELIVERED: "d", ManualDecision.RESEND: "k",
    }  # fmt: skip
