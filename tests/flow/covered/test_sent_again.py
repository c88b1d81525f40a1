"""Messages about one appointment that wait at the same time: only one leaves."""

from __future__ import annotations

import pytest

from chalicelib.admin.queue_actions import resolve_entry
from chalicelib.entries.manual_decision import ManualDecision, ManualNote
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.text import Text
from infra.local.networks.sent_message import ErrorAnswer
from tests.builders.calls import entries_to_phone
from tests.flow.covered.test_told_before import MOVES, SAY, a_practice, delete, enter, move
from tests.flow.test_grouping import FIRST, SECOND, states, texts

NOTE = ManualNote("anna", "")


def test_a_reminder_that_a_person_sends_again_leaves_once_with_the_message_about_its_move() -> None:
    day, desk = a_practice(**SAY, **MOVES)
    answers = iter([ErrorAnswer("InternalError", status=500)])
    day.parts.networks.on_request = lambda message: next(answers, None)
    day.play("2026-11-23 11:00")
    reminder = desk.entries["T1"]
    move(desk, "T1", SECOND)
    day.play("2026-11-23 12:02")
    resolve_entry("praxis", reminder.key, ManualDecision.RESEND, NOTE, "de", day.cloud.world.now, day.parts)
    day.play("2026-11-23 20:00")
    assert texts(day) == ["neu 11:00"]
    found = {one.kind: one for one in day.parts.data.entries["praxis"].values()}
    assert (found[Kind.RESCHEDULED].state, found[Kind.REMINDER].state) == (State.DELIVERED, State.COVERED)
    assert found[Kind.REMINDER].covered_by == found[Kind.RESCHEDULED].key


@pytest.mark.parametrize("wanted", ["Ja", "Nein"])
def test_rows_of_one_start_whose_common_text_cannot_be_written_are_refused_once(wanted: str) -> None:
    day, desk = a_practice(Schalter__MaxSMSTeile="1", Schalter__EineErinnerungProTag=wanted)
    text = "[[Uhrzeit]] [% if Ort %][[Ort]][% else %]" + "Bitte fragen Sie am Empfang. " * 6 + "[% endif %]"
    desk.set("Vorlagen/Terminerinnerung/SMS/de", text)
    desk.tables["Termin"][0]["Ort"] = "Zimmer 1"
    enter(desk, "X2", FIRST, Ort="Zimmer 2")
    enter(desk, "X3", SECOND, Ort="Zimmer 2")
    day.play("2026-11-23 11:00")
    assert texts(day) == ["11:00 Zimmer 2"]
    assert states(desk) == {"T1": "not_sendable", "X2": "not_sendable", "X3": "delivered"}
    assert {desk.entries[name].reason for name in ("T1", "X2")} == {Text("sms.too_many_parts", parts=2, most=1)}
    called = entries_to_phone(desk.entries.values(), desk.practice, day.cloud.world.now)
    assert [one.appointment for one in called] == ["T1", "X2"]


def test_a_row_that_is_released_after_another_one_has_told_its_start_is_covered() -> None:
    """A person sends the leader again, its row is gone by then, and a row entered instead of it is sent."""
    day, desk = a_practice(**SAY)
    enter(desk, "X2", FIRST)
    answers = iter([ErrorAnswer("InternalError", status=500)])
    day.parts.networks.on_request = lambda message: next(answers, None)
    day.play("2026-11-23 11:58")
    assert states(desk) == {"T1": "unknown", "X2": "covered"}
    resolve_entry("praxis", desk.entries["T1"].key, ManualDecision.RESEND, NOTE, "de", day.cloud.world.now, day.parts)
    delete(desk, "T1")
    enter(desk, "X3", FIRST)
    day.play("2026-11-23 20:00")
    assert (texts(day), states(desk)) == (["09:00"], {"T1": "cancelled", "X2": "covered", "X3": "delivered"})
    assert desk.entries["X2"].covered_by == desk.entries["X3"].key
