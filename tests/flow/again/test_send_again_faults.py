"""Trouble while a message is sent again: two people, a crash, and what changes for the patient meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.admin.patient_stops import stop_patient
from chalicelib.admin.personal_data import collect, erase
from chalicelib.admin.send_again import send_again
from chalicelib.entries.manual_decision import ManualNote
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from chalicelib.reports.current_call_list import current_call_list
from chalicelib.text import Text
from infra.local.networks.sent_message import ErrorAnswer
from tests.flow.again.test_send_again import again, ask, named, refused, reminded
from tests.flow.fake_build import Day, Desk

REFUSED = ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber")


def test_a_form_that_is_sent_twice_makes_one_message() -> None:
    day, desk = reminded()
    seen = named(desk, "reminder:T1").version
    ask(desk, seen=seen)
    assert refused(desk, seen=seen).code == "manual.again.changed"
    assert refused(desk).code == "manual.again.waits"
    day.play("2026-11-23 12:00")
    assert refused(desk, seen=seen).code == "manual.again.changed"
    assert (len(again(desk)), len(desk.sent())) == (1, 2)


def test_two_people_at_once_make_one_message() -> None:
    """The second one writes between the first one's read and its write."""
    _, desk = reminded()
    commit, seen = desk.parts.store.commit, named(desk, "reminder:T1").version

    def commit_second(transitions: list[Transition], patience: float = 0.0) -> list[Transition]:
        desk.parts.store.commit = commit  # type: ignore[method-assign]
        ask(desk, seen=seen, note="Ben")
        return commit(transitions, patience)

    desk.parts.store.commit = commit_second  # type: ignore[method-assign, assignment]
    assert refused(desk, seen=seen).code == "manual.again.changed"
    (one,) = again(desk)
    assert one.reason == Text("manual.sent_again.note", note="Ben")


def test_a_count_without_its_message_is_used_again() -> None:
    """A crash after the count was written."""
    _, desk = reminded()
    commit = desk.parts.store.commit

    def die(transitions: list[Transition], patience: float = 0.0) -> list[Transition]:
        if transitions[0].before is None:
            raise ConnectionError
        return commit(transitions, patience)

    desk.parts.store.commit = die  # type: ignore[method-assign, assignment]
    with pytest.raises(ConnectionError):
        ask(desk)
    desk.parts.store.commit = commit  # type: ignore[method-assign]
    assert (named(desk, "reminder:T1").again, again(desk)) == (1, [])
    assert ask(desk).identity == "again:reminder:T1:1"
    assert named(desk, "reminder:T1").again == 1


def test_it_may_be_sent_again_once_more_and_is_numbered() -> None:
    day, desk = reminded()
    ask(desk)
    day.play("2026-11-23 12:00")
    assert ask(desk).identity == "again:reminder:T1:2"
    day.play("2026-11-23 13:00")
    assert len(desk.sent()) == 3
    assert refused(desk, "again:reminder:T1:2").code == "manual.again.first"


CHANGES: dict[str, Callable[[Desk], object]] = {
    "moved": lambda desk: desk.tables["Termin"][0].update(Beginn="2026-11-24 16:00:00"),
    "cancelled": lambda desk: desk.tables["Termin"][0].update(Status="abgesagt"),
    "deceased": lambda desk: desk.tables["Patient"][0].update(Sterbedatum="2026-11-23"),
    "no messages": lambda desk: desk.tables["Patient"][0].update(KeineMitteilungen=1),
    "opted out": lambda desk: desk.opt_out("+41790000001"),
    "stopped": lambda desk: stop_patient("P1", "Test", desk.practice, "anna", desk.cloud.world.now, desk.parts),
    "switched off": lambda desk: desk.set("Schalter/TerminerinnerungSenden", "Nein"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_before_the_send_run_is_not_sent(change: str) -> None:
    day, desk = reminded()
    ask(desk)
    CHANGES[change](desk)
    day.play("2026-11-23 12:00")
    (one,) = again(desk)
    assert (one.state, one.reason is not None, len(desk.sent())) == (State.CANCELLED, True, 1)
    assert desk.parts.store.balances(desk.name, ["M1"]) == {"M1": 9_999}
    assert named(desk, "reminder:T1").state is State.DELIVERED


def test_an_erasure_removes_it_too() -> None:
    day, desk = reminded()
    ask(desk)
    record, now = desk.record, desk.cloud.world.now
    stored = collect("P1", record, [], desk.parts)
    assert {one.kind for one in stored.entries} == {Kind.REMINDER, Kind.AGAIN}
    erase("P1", record, stored, "anna", "de", now, desk.parts)
    assert all(one.anonymised for one in desk.parts.data.entries[desk.name].values())
    day.play("2026-11-23 12:00")
    assert len(desk.sent()) == 1


def test_it_covers_no_other_appointment_of_the_day() -> None:
    day, plan = Day("2026-11-23 06:00"), "täglich alle 2 Stunden 10:00-12:00"
    desk = day.practice(Schalter__EineErinnerungProTag="Ja")
    desk.set("prepare-reminders/Zeitplan", plan)
    desk.set("send/Zeitplan", plan.replace("00", "05"))
    desk.appointment("2026-11-24 09:00")
    day.play("2026-11-23 11:30")
    desk.tables["Termin"].append(desk.tables["Termin"][0] | {"TerminId": "T1b", "Beginn": "2026-11-24 14:00:00"})
    day.play("2026-11-23 12:01")
    ask(desk)
    day.play("2026-11-23 12:30")
    texts = [message.text for message in day.parts.networks.messages]
    assert sorted((text.count("09:00"), text.count("14:00")) for text in texts) == [(0, 1), (1, 0), (1, 0)]
    assert named(desk, "reminder:T1b").state is State.DELIVERED


def test_a_row_that_is_entered_again_is_covered_by_the_first_message() -> None:
    day, desk = reminded()
    ask(desk)
    day.play("2026-11-23 12:00")
    desk.tables["Termin"][0]["TerminId"] = "T9"
    desk.set("prepare-reminders/Zeitplan", "täglich 12:30")
    desk.set("Schalter/OffsetStartTage", "0")
    day.play("2026-11-24 13:00")
    row = named(desk, "reminder:T9")
    assert (row.state, row.covered_by, len(desk.sent())) == (State.COVERED, named(desk, "reminder:T1").key, 2)


def failing() -> tuple[Day, Desk]:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    desk.appointment("2026-11-24 15:00")
    day.parts.networks.fail_next(REFUSED)
    day.play("2026-11-23 11:00")
    assert named(desk, "reminder:T1").state is State.REFUSED
    return day, desk


def to_call(desk: Desk) -> list[str]:
    return [one.entry for one in current_call_list(desk.practice, desk.deployment).calls]


def test_one_that_arrives_takes_the_patient_off_the_call_list() -> None:
    day, desk = failing()
    assert to_call(desk) == ["reminder:T1"]
    ask(desk)
    assert to_call(desk) == ["reminder:T1"]
    day.play("2026-11-23 12:00")
    assert (again(desk)[0].state, to_call(desk)) == (State.DELIVERED, [])
    assert named(desk, "reminder:T1").state is State.REFUSED
    desk.tables["Termin"][0]["Beginn"] = "2026-11-24 16:00:00"
    assert to_call(desk) == ["reminder:T1"]


def test_one_that_fails_is_on_the_call_list_once() -> None:
    day, desk = reminded()
    ask(desk)
    day.parts.networks.fail_next(REFUSED)
    day.play("2026-11-23 12:00")
    assert to_call(desk) == ["again:reminder:T1:1"]
    both_day, both = failing()
    ask(both)
    both_day.parts.networks.fail_next(REFUSED)
    both_day.play("2026-11-23 12:00")
    assert to_call(both) == ["reminder:T1"]


def test_on_a_later_day_it_waits_for_the_next_send_slot() -> None:
    day, desk = reminded("2026-11-24 15:00", until="2026-11-24 08:00")
    send_again(
        desk.name, named(desk, "reminder:T1").key, None, ManualNote("anna", ""), "de", desk.cloud.world.now, desk.parts
    )
    day.play("2026-11-24 12:00")
    assert desk.sent()[-1] == ("24T09:05", "+41790000001")
