"""Any sequence of outcomes, claims, undos and moves: who was reached, how many tries, who is phoning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entries.phone_call import (
    CLAIM_LASTS,
    CallOutcome,
    PhoneCall,
    PhoneCalls,
    already_phoned,
    calls_in_line,
    calls_line,
    claim_of,
    in_force,
    note_is_allowed,
    reached_call,
    tries,
    with_call,
    without_reached,
)
from chalicelib.text import Text
from tests.builders.entries import NOW, phoned

STARTS = ("2026-11-24T09:00", "2026-11-24T16:00")
COMING, NOT_COMING, NOT_REACHED, CALLING = CallOutcome
steps = st.lists(
    st.tuples(st.sampled_from([*CallOutcome, "undo"]), st.sampled_from(STARTS), st.integers(1, 10)), max_size=30
)


def played(made: list[tuple[str, str, int]]) -> tuple[PhoneCalls, list[PhoneCall], PhoneCall | None]:
    """The calls as the entry has them, and as a person would keep them: the outcomes, and the claim beside them."""
    calls: PhoneCalls = ()
    outcomes, claim, now = list[PhoneCall](), None, NOW
    for what, start, minutes in made:
        now += timedelta(minutes=minutes)
        if claim and now >= claim.at + CLAIM_LASTS:
            claim = None
        if what != "undo":
            call = PhoneCall(now, CallOutcome(what), start, "user/anna")
            calls = with_call(calls, call)
            claim = call if what == CALLING else None
            outcomes += [call] if what != CALLING else []
            continue
        calls = in_force(calls, now)[:-1]
        if claim:
            claim = None
        elif outcomes:
            outcomes.pop()
    return in_force(calls, now), outcomes, claim


@given(steps)
def test_the_calls_are_the_outcomes_that_were_not_taken_back_and_a_claim(made: list[tuple[str, str, int]]) -> None:
    calls, outcomes, claim = played(made)
    assert list(calls) == outcomes + ([claim] if claim else [])
    assert calls_in_line(calls_line(calls)) == calls


@given(steps, st.sampled_from(STARTS))
def test_who_was_reached_last_about_a_start_is_done_and_the_tries_are_counted(
    made: list[tuple[str, str, int]], start: str
) -> None:
    calls, outcomes, _ = played(made)
    reached = [one for one in outcomes if one.outcome is not NOT_REACHED]
    last = reached[-1] if reached else None
    assert reached_call(calls, None) == last
    assert reached_call(calls, start) == (last if last and last.start == start else None)
    assert list(tries(calls, start)) == [one for one in outcomes if (one.outcome, one.start) == (NOT_REACHED, start)]
    assert reached_call(without_reached(calls), None) is None
    assert tries(without_reached(calls), start) == tries(calls, start)


def test_a_claim_ends_after_five_minutes_or_with_an_outcome() -> None:
    calls = with_call((phoned("not_reached"),), phoned("calling"))
    assert claim_of(calls, NOW + CLAIM_LASTS - timedelta(microseconds=1)) == phoned("calling")
    assert claim_of(calls, NOW + CLAIM_LASTS) is None
    assert claim_of(with_call(calls, phoned()), NOW) is None
    assert claim_of((), NOW) is None


def test_why_a_patient_who_was_reached_gets_no_message() -> None:
    calls = (phoned("not_coming"),)
    assert already_phoned(calls, "2026-11-24T14:30") == Text("rule.once.phoned", Text("phoned.not_coming"))
    assert already_phoned(calls, STARTS[0]) is None


@pytest.mark.parametrize(
    ("note", "allowed"), [("", True), ("Combox, 9 Uhr", True), ("x" * 200, True), ("x" * 201, False), ("a\nb", False)]
)
def test_a_note_is_one_short_line(note: str, allowed: bool) -> None:
    assert note_is_allowed(note) is allowed
