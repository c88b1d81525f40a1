"""The fate of an entry in a table that was set back, by the lines of the protocols since then."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.aws.items import entry_item, entry_of
from chalicelib.entries.credits import Refund
from chalicelib.entries.groups import Group
from chalicelib.entries.restore import (
    FROM_LOG,
    HELD,
    LoggedState,
    last_logged_states,
    placeholder_entry,
    restore_transition,
)
from chalicelib.entries.states import END_STATES, REVIVABLE, State
from chalicelib.rules.rules import first_refusal
from chalicelib.schedule.time_zone import instant_text
from tests.builders.entries import NOW, candidate, entry, minutes, rule_input

S = State
LATER = NOW + minutes(60)
LEFT = [S.SENT, S.DELIVERED, S.FAILED, S.UNCONFIRMED, S.REFUSED, S.UNKNOWN]


def line(minute: float, source: str | None, target: str, **more: str) -> dict[str, Any]:
    transitions = {"key": "K", "to": target, "at": instant_text(NOW + minutes(minute))}
    return transitions | ({"from": source} if source else {}) | more


A, F = line(0, "prepared", "reserved", entry="reminder:T1"), line(3, "reserved", "prepared")
SENT, DELIVERED = line(1, "sending", "sent", outcome="Accepted"), line(5, "sent", "delivered", entry="reminder:T1")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param([line(0, None, "prepared"), line(1, "prepared", "cancelled")], None, id="never asked for"),
        pytest.param([A], S.RESERVED, id="a"),
        pytest.param([A, F], None, id="f: nothing left"),
        pytest.param([A, line(3, "sending", "prepared")], None, id="misconfigured: nothing left"),
        pytest.param([A, F, line(4, "prepared", "reserved")], S.RESERVED, id="f, then a again"),
        pytest.param([A, SENT, line(60, "reserved", "prepared")], S.SENT, id="f of the restored table says nothing"),
        pytest.param([A, SENT], S.SENT, id="deliver tells what became of it"),
        pytest.param([DELIVERED, SENT, A], S.DELIVERED, id="by time, whatever log they are from"),
        pytest.param(
            [A, line(1, "sending", "unknown"), line(9, "unknown", "prepared")], S.UNKNOWN, id="k may have left"
        ),
        pytest.param([{"at": A["at"], "alert": "unknown", "text": "…"}], None, id="an alert is no entry's"),
    ],
)
def test_what_the_protocols_tell_of_an_entry(lines: list[dict[str, Any]], told: State | None) -> None:
    found = last_logged_states(lines).get("K")
    assert (found.state if found else None) == told


def test_who_it_was_is_told_by_the_lines_that_name_it() -> None:
    assert last_logged_states([A, SENT]) == {"K": LoggedState(S.SENT, "reminder:T1")}
    assert last_logged_states([SENT]) == {"K": LoggedState(S.SENT, "")}


@pytest.mark.parametrize("state", sorted(set(State) - {S.PREPARED, S.RESERVED, S.SENDING}))
def test_what_leads_to_no_request_by_itself_stays_where_nothing_is_told(state: State) -> None:
    assert restore_transition(entry(state), None, LATER) is None


@pytest.mark.parametrize("state", sorted(END_STATES - REVIVABLE))
def test_what_had_ended_before_the_moment_stays_whatever_is_told(state: State) -> None:
    assert restore_transition(entry(state), LoggedState(S.DELIVERED, ""), LATER) is None


@pytest.mark.parametrize("before", [S.SENT, S.UNKNOWN])
@pytest.mark.parametrize(
    ("channel", "told", "after"),
    [
        ("SMS", S.SENT, None),
        ("SMS", S.DELIVERED, S.DELIVERED),
        ("SMS", S.FAILED, None),  # its receipt is read again, and decides about a refund
        ("E-Mail", S.DELIVERED, S.DELIVERED),
        ("E-Mail", S.FAILED, S.FAILED),
        ("E-Mail", S.UNCONFIRMED, None),
    ],
)
def test_what_had_left_before_the_moment_has_the_receipt_that_is_told(
    before: State, channel: str, told: State, after: State | None
) -> None:
    made = restore_transition(entry(before, channel=channel), LoggedState(told, ""), LATER)
    assert (made.after.state if made else None) == after
    assert made is None or (made.after.credits, made.refund) == (2, None)


def test_what_waited_is_held_once() -> None:
    made = restore_transition(entry(), None, LATER)
    assert made is not None
    assert made.after == entry(held=True, reason=HELD, version=2)
    assert restore_transition(made.after, None, LATER) is None


@pytest.mark.parametrize("told", [None, LoggedState(S.RESERVED, "")], ids=["nothing told", "its own reservation told"])
def test_what_was_reserved_is_given_back_with_its_refund_and_held(told: LoggedState | None) -> None:
    made = restore_transition(entry(S.RESERVED), told, LATER)
    assert made is not None
    assert made.after == entry(attempt=1, held=True, reason=HELD, version=2, changed_at=LATER)
    assert made.refund == Refund("M1", "charge#1", made.after.key, 1, 2, LATER)


def test_what_was_being_sent_is_unknown_and_stays_charged() -> None:
    made = restore_transition(entry(S.SENDING), None, LATER)
    assert made is not None
    assert (made.after.state, made.after.credits, made.refund) == (S.UNKNOWN, 2, None)


@pytest.mark.parametrize("told", LEFT)
@pytest.mark.parametrize("before", sorted({S.PREPARED, S.COVERED, S.RESERVED, S.SENDING} | REVIVABLE))
def test_what_the_protocols_tell_wins_and_leads_to_no_request_by_itself(before: State, told: State) -> None:
    found = entry(before, held=before is S.PREPARED)
    made = restore_transition(found, LoggedState(told, ""), LATER)
    assert made is not None
    after = made.after
    assert (after.state, after.held, after.version, after.changed_at) == (told, False, 2, LATER)
    assert after.reason == (HELD if told is S.UNKNOWN else FROM_LOG)
    own = before in (S.RESERVED, S.SENDING)  # otherwise that attempt was never in this ledger
    assert after.attempt == 1
    assert (made.refund is not None) is (own and told is S.REFUSED)
    assert after.credits == (2 if own and told is not S.REFUSED else 0)
    assert restore_transition(after, LoggedState(told, ""), LATER) is None
    assert entry_of(entry_item(after)) == after


@pytest.mark.parametrize("told", [S.RESERVED, S.SENDING])
@pytest.mark.parametrize("before", [S.PREPARED, S.CANCELLED])
def test_of_what_was_on_the_way_since_nobody_knows(before: State, told: State) -> None:
    made = restore_transition(entry(before), LoggedState(told, ""), LATER)
    assert made is not None
    assert made.after.state is S.UNKNOWN


@pytest.mark.parametrize("told", [*LEFT, S.RESERVED, S.SENDING])
def test_a_guard_keeps_prepare_from_making_an_entry_again(told: State) -> None:
    lost = entry()
    made = placeholder_entry(lost.practice, lost.key, LoggedState(told, lost.identity), LATER)
    there = made.after
    assert (made.before, there.key, there.anonymised, Group.of(there)) == (None, lost.key, True, None)
    assert entry_of(entry_item(there)) == there
    assert first_refusal(rule_input(candidate())) is None
    refusal = first_refusal(rule_input(candidate(), there))
    assert refusal is not None
    assert refusal.rule == "once"


ACCEPTED = line(1, "sending", "sent", outcome="Accepted", message_id="m-1")


@pytest.mark.parametrize("state", [S.PREPARED, S.RESERVED, S.SENDING, S.UNKNOWN])
def test_an_id_that_was_printed_before_it_was_stored_belongs_to_its_entry(state: State) -> None:
    later = [line(9, "sending", "unknown")] if state is S.UNKNOWN else []
    logged = last_logged_states([A, ACCEPTED, *later])["K"]
    made = restore_transition(entry(state), logged, LATER)
    assert made
    assert (made.after.message_id, made.adopted_id) == ("m-1", "m-1")
    assert made.after.state is (S.UNKNOWN if state is S.UNKNOWN else S.SENT)
    again = restore_transition(made.after, logged, LATER)
    assert again is None


def test_the_id_of_an_e_mail_is_no_receipt_s() -> None:
    made = restore_transition(entry(S.SENDING, channel="E-Mail"), last_logged_states([A, ACCEPTED])["K"], LATER)
    assert made
    assert (made.after.message_id, made.adopted_id) == ("m-1", None)
