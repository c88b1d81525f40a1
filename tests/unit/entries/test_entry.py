"""Entries: states, the lettered arrows between them, identity, and deadlines."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict, fields, replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entries.entry import (
    Entry,
    anonymised,
    back_to_prepared,
    birthday_identity,
    entry_key,
    held_back,
    released,
    reminder_identity,
    rescheduled_identity,
    transition,
    with_phone_calls,
    with_reason,
    with_write_id,
)
from chalicelib.entries.states import ARROWS, END_STATES, REVIVABLE, UNDERWAY, UNREACHED, State, arrow_between
from chalicelib.messages.kind import Kind
from chalicelib.text import Text
from tests.builders.entries import BEGINS, NOW, entry, greeting, minutes, phoned

TOO_LATE = Text("deliver.too_late")
TRIED, REACHED = phoned("not_reached"), phoned()
DRAWN = {
    "a": "prepared>reserved",
    "b": "reserved>sending",
    "c": "sending>sent",
    "d": "sent>delivered sent>failed sent>unconfirmed unknown>delivered unknown>failed delivered>failed",
    "e": "prepared>cancelled prepared>expired prepared>not_sendable",
    "f": "reserved>prepared sending>prepared",
    "g": "sending>reserved",
    "h": "sending>refused",
    "i": "sending>unknown",
    "j": "cancelled>prepared expired>prepared not_sendable>prepared "
    "cancelled>not_sendable expired>not_sendable not_sendable>not_sendable "
    "cancelled>covered expired>covered not_sendable>covered",
    "k": "unknown>prepared",
    "l": "prepared>covered",
    "m": "covered>prepared",
    "n": "failed>prepared",
}
LATER = NOW + minutes(1)
ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64)
practices = st.from_regex(r"[a-z0-9-]{2,32}", fullmatch=True)


def test_the_arrows_are_those_of_the_drawing() -> None:
    drawn = {letter: set(pairs.split()) for letter, pairs in DRAWN.items()}
    assert {letter: {f"{a}>{b}" for a, b in pairs} for letter, pairs in ARROWS.items()} == drawn


@pytest.mark.parametrize(
    ("group", "states"),
    [
        pytest.param(END_STATES, "cancelled delivered expired failed not_sendable refused unconfirmed", id="ended"),
        pytest.param(REVIVABLE, "cancelled expired not_sendable", id="a later prepare may revive them"),
        pytest.param(UNDERWAY, "reserved sending sent unknown", id="under way"),
        pytest.param(UNREACHED, "failed not_sendable refused", id="the patient was not reached"),
    ],
)
def test_groups_of_states(group: frozenset[State], states: str) -> None:
    assert group == set(states.split())


def test_kinds_are_stored_by_these_names() -> None:
    assert [str(kind) for kind in Kind] == ["reminder", "birthday", "rescheduled", "again"]


@pytest.mark.parametrize(("source", "target"), list(product(State, State)))
def test_an_entry_moves_only_along_an_arrow(source: State, target: State) -> None:
    before = entry(source)
    if arrow_between(source, target) is None:
        with pytest.raises(ValueError, match=f"no arrow from {source} to {target}"):
            transition(before, target, LATER)
    else:
        assert transition(before, target, LATER) == replace(before, state=target, changed_at=LATER, version=2)


def test_an_arrow_has_one_letter() -> None:
    pairs = [pair for arrows in ARROWS.values() for pair in arrows]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("state", sorted(END_STATES))
def test_from_an_end_state_lead_only_j_the_late_bounce_and_n(state: State) -> None:
    away = {(arrow_between(state, target), target) for target in State} - {(None, target) for target in State}
    revived = {("j", to) for to in (State.PREPARED, State.NOT_SENDABLE, State.COVERED) if state in REVIVABLE}
    bounce = {("d", State.FAILED)} if state is State.DELIVERED else set()
    resumed = {("n", State.PREPARED)} if state is State.FAILED else set()
    assert away == revived | bounce | resumed


@pytest.mark.parametrize("state", sorted(set(State) - END_STATES))
def test_every_other_state_has_a_way_on(state: State) -> None:
    assert any(arrow_between(state, target) for target in State)


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN, State.REFUSED, State.DELIVERED, State.FAILED])
def test_nothing_but_a_person_leads_from_what_may_have_left_back_to_another_request(state: State) -> None:
    reached, new = {state}, {state}
    while new:
        new = {
            target for source, target in product(new, State) if arrow_between(source, target) not in (None, "k", "n")
        }
        new -= reached
        reached |= new
    assert not reached & {State.PREPARED, State.RESERVED, State.SENDING}


def test_a_new_entry_is_unpaid_and_never_tried() -> None:
    new = entry()
    assert (new.version, new.attempt, new.credits, new.parts, new.settled, new.anonymised) == (1, 0, 0, 0, False, False)
    assert (new.reason, new.message_id, new.write_id) == (None, None, "")


def test_an_entry_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(entry(), fields(Entry)[0].name, "")


def test_a_note_changes_the_reason_and_the_version_alone() -> None:
    assert with_reason(entry(), TOO_LATE) == entry(reason=TOO_LATE, version=2)


def test_a_held_entry_waits_with_its_reason_and_a_released_one_is_as_before() -> None:
    held = held_back(entry(version=4), TOO_LATE)
    assert held == entry(reason=TOO_LATE, version=5, held=True)
    assert released(held) == entry(version=6)


def test_a_phone_call_changes_the_calls_and_the_version_alone() -> None:
    assert with_phone_calls(entry(version=4), (REACHED,)) == entry(version=5, phone_calls=(REACHED,))


def test_a_message_that_a_person_lets_go_on_forgets_who_was_reached_and_keeps_the_tries() -> None:
    calls = TRIED, REACHED
    assert released(entry(held=True, phone_calls=calls)) == entry(version=2, phone_calls=(TRIED,))
    assert back_to_prepared(entry(State.UNKNOWN, phone_calls=calls), LATER, TOO_LATE).phone_calls == (TRIED,)


def test_a_message_that_came_back_remembers_that_its_patient_was_phoned() -> None:
    calls = (TRIED, REACHED)
    assert back_to_prepared(entry(State.RESERVED, phone_calls=calls), LATER, TOO_LATE).phone_calls == calls


def test_of_a_phone_call_only_the_outcome_is_kept_longer_than_the_personal_data() -> None:
    calls = phoned("not_reached", note="Combox"), REACHED
    assert anonymised(entry(phone_calls=calls)).phone_calls == (phoned("not_reached", by=""), phoned(by=""))


def test_a_write_id_is_put_on_a_copy() -> None:
    made = entry()
    assert with_write_id(made, "w1") == entry(write_id="w1")
    assert made == entry()


def test_back_to_prepared_drops_the_frozen_message_and_keeps_the_count_of_attempts() -> None:
    frozen = entry(State.SENDING, attempt=3, subject="Betreff", sender_name="Praxis am Bach", place="1. Stock")
    back = back_to_prepared(replace(frozen, announced_start="2026-11-24T14:30", announcements=2), LATER, TOO_LATE)
    assert back == entry(attempt=3, reason=TOO_LATE, version=2, changed_at=LATER, announcements=2)


def test_back_to_prepared_keeps_the_start_that_a_rescheduling_message_is_for() -> None:
    frozen = entry(State.SENDING, kind=Kind.RESCHEDULED, announced_start="2026-11-24T14:30")
    assert back_to_prepared(frozen, LATER, TOO_LATE).announced_start == "2026-11-24T14:30"


def test_what_a_person_has_sent_again_forgets_the_lost_message() -> None:
    lost = entry(State.UNKNOWN, attempt=3, message_id="m1", settled=True)
    after = entry(attempt=3, reason=TOO_LATE, version=2, changed_at=LATER, recipient=lost.recipient)
    assert back_to_prepared(lost, LATER, TOO_LATE) == after


def test_back_to_prepared_is_only_for_what_nobody_took() -> None:
    with pytest.raises(ValueError, match="no arrow"):
        back_to_prepared(entry(State.SENT), LATER, TOO_LATE)


@pytest.mark.parametrize(
    ("identity", "text"),
    [
        pytest.param(reminder_identity("T1"), "reminder:T1", id="a reminder is one per appointment"),
        pytest.param(
            rescheduled_identity("T1", 2), "rescheduled:T1:2", id="a new start is one each time that it changes"
        ),
        pytest.param(birthday_identity("P1", 2026), "birthday:P1:2026", id="a greeting is one per patient and year"),
    ],
)
def test_identity(identity: str, text: str) -> None:
    assert identity == text


@given(practices, practices, ids, ids, st.integers(1900, 2200), st.integers(1900, 2200))
def test_keys_differ_exactly_where_practice_or_identity_do(p: str, q: str, a: str, b: str, y: int, z: int) -> None:
    asked = [(p, reminder_identity(a)), (q, reminder_identity(b)), (p, birthday_identity(a, y))]
    asked += [(p, birthday_identity(b, z)), (q, birthday_identity(a, y))]
    assert len({entry_key(*one) for one in asked}) == len(set(asked))


@given(practices, ids)
def test_a_key_is_stable_and_names_nobody(practice: str, appointment: str) -> None:
    key = entry_key(practice, reminder_identity(appointment))
    assert key == entry_key(practice, reminder_identity(appointment))
    assert len(key) == 32
    assert set(key) <= set("0123456789abcdef")


def test_a_key_never_changes_from_release_to_release() -> None:
    assert entry_key("praxis-am-bach", "reminder:T1") == entry().key == "2a31d2cbfc6b6cca9f64cf5b2ea7c286"


def test_the_guard_of_a_stripped_entry_is_its_key() -> None:
    assert entry(identity="", retained_key="2a31").key == "2a31"


@pytest.mark.parametrize("made", [entry(State.DELIVERED), greeting(State.DELIVERED)], ids=lambda made: made.kind)
def test_stripping_leaves_no_word_number_or_patient(made: Entry) -> None:
    identity = made.identity.replace("P1", "P-4711")
    reason = Text("manual.cancelled.note", note="kommt nicht")
    told = replace(
        made, patient="P-4711", reason=reason, subject="Betreff", identity=identity, place="1. Stock",
        sender_name="Praxis am Bach",
    )  # fmt: skip
    stripped = anonymised(told)
    assert (stripped.anonymised, stripped.key, stripped.identity, stripped.patient) == (True, told.key, "", "")
    kept = " ".join(str(value) for value in asdict(stripped).values())
    words = ("P-4711", "T1", str(told.recipient), "Text", "Betreff", "kommt nicht", "1. Stock", "am Bach")
    assert not [word for word in words if word in kept]


def test_stripping_keeps_the_guard() -> None:
    before = entry(State.FAILED)
    after = anonymised(before)
    assert (after.key, after.state, after.expires_at, after.credits) == (
        before.key,
        before.state,
        BEGINS,
        before.credits,
    )
    assert after.version == before.version + 1
