"""Erasing a patient's data, in any state of the messages, and with a crash anywhere in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.admin.personal_data import ErasureResult, collect, entries_of_patient, erase
from chalicelib.entries.credits import totals_of
from chalicelib.entries.entry import Entry, entry_key, transition
from chalicelib.entries.manual_decision import ManualDecision, UnresolvableError, resolve_transition
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition, erase_transition
from tests.builders.calls import entries_to_phone
from tests.builders.entries import NOW, entry
from tests.fakes.world import Moment
from tests.flow.fake_build import Day, Desk, at

TOMORROW = "2026-11-24 09:00"
T1 = entry_key("praxis", "reminder:T1")


def a_day(until: str, **columns: Any) -> tuple[Day, Desk]:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    desk.appointment(TOMORROW, **columns)
    day.play(until)
    return day, desk


def erase_p1(desk: Desk) -> ErasureResult:
    parts, now = desk.parts, desk.cloud.world.now
    return erase("P1", desk.record, collect("P1", desk.record, [], parts), "user/anna", "de", now, parts)


def stored(desk: Desk) -> Entry:
    found = desk.parts.data.entry(desk.name, T1)
    assert found is not None
    return found


def books_of(desk: Desk) -> tuple[int, int]:
    totals = totals_of(desk.parts.store.ledger(desk.name, "M1"))
    assert totals.balance == desk.parts.store.balances(desk.name, ["M1"])["M1"]
    return totals.charged, totals.refunded


@pytest.mark.parametrize(
    ("until", "columns", "state", "cancelled"),
    [
        ("2026-11-23 10:02", {}, State.CANCELLED, 1),
        ("2026-11-23 12:00", {}, State.DELIVERED, 0),
        ("2026-11-23 10:02", {"Mobiltelefon": None}, State.NOT_SENDABLE, 0),
    ],
)
def test_the_key_stays_and_nothing_is_prepared_again(
    until: str, columns: dict[str, Any], state: State, cancelled: int
) -> None:
    day, desk = a_day(until, **columns)
    sent = len(desk.sent())
    done = erase_p1(desk)
    assert (done.anonymised, done.cancelled, done.sending) == (1, cancelled, ())
    desk.tables["Patient"][0]["Mobiltelefon"] = "+41790008888"  # a new number changes nothing
    day.play("2026-11-24 12:00")
    entry = stored(desk)
    assert (entry.state, entry.patient, entry.identity, entry.recipient, entry.text) == (state, "", "", None, None)
    assert len(desk.sent()) == sent
    assert entries_to_phone([entry], desk.practice, at("2026-11-23 12:00")) == []
    assert erase_p1(desk) == ErasureResult(0, 0, 0, 0, ())


def test_what_is_reserved_is_refunded_and_never_leaves() -> None:
    day, desk = a_day("2026-11-23 10:00:30")
    done: list[ErasureResult] = []

    def in_the_outbox(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "stops.entries_and_stop") and not done:
            done.append(erase_p1(desk))

    day.cloud.world.fault = in_the_outbox
    day.play("2026-11-24 12:00")
    assert [(result.cancelled, result.refunded) for result in done] == [(1, 1)]
    assert (stored(desk).state, desk.sent(), books_of(desk)) == (State.CANCELLED, [], (1, 1))


def test_what_is_being_sent_is_left_and_erased_by_a_second_call() -> None:
    day, desk = a_day("2026-11-23 10:00:30")
    done: list[ErasureResult] = []

    def asked_just_now(moment: Moment, call: str) -> None:
        if stored(desk).state is State.SENDING and not done:
            day.cloud.world.fault = lambda moment, call: None
            done.append(erase_p1(desk))

    day.cloud.world.fault = asked_just_now
    day.play("2026-11-23 10:06")
    assert [(result.sending, result.anonymised) for result in done] == [((T1,), 0)]
    assert stored(desk).patient == "P1"
    assert (erase_p1(desk).anonymised, stored(desk).state, stored(desk).patient) == (1, State.SENT, "")
    day.play("2026-11-23 12:00")
    assert (stored(desk).state, stored(desk).recipient, len(desk.sent())) == (State.DELIVERED, None, 1)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(8))
def test_what_broke_off_is_completed_by_a_second_call(moment: str, number: int) -> None:
    _, desk = a_day("2026-11-23 10:02")
    world, writes = desk.cloud.world, 0

    def dies(when: Moment, call: str) -> None:
        nonlocal writes
        if when == moment and call in ("practices.add_opt_out", "store.commit", "history.write_activity"):
            writes += 1
            if writes == number + 1:
                raise MemoryError

    world.fault = dies
    try:
        erase_p1(desk)
    except MemoryError:
        world.fault = lambda when, call: None
        erase_p1(desk)
    assert (stored(desk).state, stored(desk).patient) == (State.CANCELLED, "")
    assert entries_of_patient("P1", desk.name, desk.parts.store) == ()
    assert {opt_out.channel for opt_out in desk.record.opt_outs.values()} == {None}
    assert [line for line in desk.parts.history.activities(desk.name) if line.get("alert") == "erased"]


def test_what_another_message_covers_is_never_let_go_without_its_patient() -> None:
    covered = entry(State.COVERED, covered_by="k", covered_attempt=1)
    made = erase_transition(covered, NOW)
    assert isinstance(made, Transition)
    assert (made.after.state, made.after.settled, made.after.patient) == (State.COVERED, True, "")
    assert erase_transition(made.after, NOW) is None


def test_an_erased_message_that_is_unknown_is_not_sent_again() -> None:
    unknown = transition(entry(State.SENDING), State.UNKNOWN, NOW)
    made = erase_transition(unknown, NOW)
    assert isinstance(made, Transition)
    with pytest.raises(UnresolvableError, match=r"manual\.no_data"):
        resolve_transition(made.after, ManualDecision.RESEND, NOW)
    assert resolve_transition(made.after, ManualDecision.DELIVERED, NOW + timedelta(1)).after.state is State.DELIVERED
