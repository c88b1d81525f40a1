"""A call about a new start is taken back after a run has relied on it: the patient still has to hear of the start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.admin.phone_calls import NewCall, note_calls, undo_calls
from chalicelib.admin.queue_actions import resolve_entry
from chalicelib.entries.entry import entry_key
from chalicelib.entries.manual_decision import ManualDecision, ManualNote
from chalicelib.entries.phone_call import CallOutcome
from chalicelib.entries.states import State
from chalicelib.reports.appointments import context_of
from chalicelib.reports.current_call_list import current_call_list
from tests.flow.fake_build import Day, Desk


def unknown() -> tuple[Day, Desk]:
    """A reminder of 17:00 that is unknown; the appointment is at 16:00 by now, which somebody has phoned about."""
    day = Day("2026-11-22 06:00")
    desk = day.practice(Schalter__ErinnerungBeiVerschiebung="Ja")
    desk.appointment("2026-11-23 17:00")
    day.parts.networks.fail_next("InternalError")
    day.play("2026-11-22 12:30")
    assert desk.entries["T1"].state is State.UNKNOWN
    desk.tables["Termin"][0]["Beginn"] = "2026-11-23 16:00:00"
    listed = current_call_list(desk.practice, desk.deployment)
    ((key, version),) = ((one.key, one.version) for one in listed.calls)
    context = context_of(desk.practice, desk.deployment)
    assert note_calls({key: version}, NewCall(CallOutcome.COMING, "anna"), listed, context, desk.parts).done
    return day, desk


def take_back(desk: Desk) -> None:
    context = context_of(desk.practice, desk.deployment)
    key = entry_key(desk.name, "reminder:T1")
    assert undo_calls({key: None}, "anna", context, desk.parts).done


def delivered(desk: Desk) -> None:
    key, note = entry_key(desk.name, "reminder:T1"), ManualNote("anna", "")
    resolve_entry(desk.name, key, ManualDecision.DELIVERED, note, "de", desk.cloud.world.now, desk.parts)


def to_call(desk: Desk) -> list[tuple[str | None, str]]:
    return [(one.appointment, one.start) for one in current_call_list(desk.practice, desk.deployment).calls]


@pytest.mark.parametrize("first", [take_back, delivered])
def test_the_patient_is_on_the_call_list_if_no_run_comes_before_the_start(first: Callable[[Desk], None]) -> None:
    day, desk = unknown()
    day.play("2026-11-23 12:30")
    assert to_call(desk) == []
    for act in (take_back, delivered) if first is take_back else (delivered, take_back):
        act(desk)
        day.cloud.world.now += timedelta(minutes=1)
    assert to_call(desk) == [("T1", "2026-11-23T16:00")]


def test_a_run_before_the_start_tells_it() -> None:
    day, desk = unknown()
    take_back(desk)
    delivered(desk)
    assert to_call(desk) == [("T1", "2026-11-23T16:00")]
    day.play("2026-11-23 12:30")
    assert [message.text.count("16:00") for message in day.parts.networks.messages][-1:] == [1]
    assert to_call(desk) == []


def test_a_call_about_the_start_that_was_told_leaves_nothing_behind() -> None:
    _, desk = unknown()
    desk.tables["Termin"][0]["Beginn"] = "2026-11-23 17:00:00"
    take_back(desk)
    delivered(desk)
    assert to_call(desk) == []
