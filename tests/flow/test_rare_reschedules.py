"""Rare paths of rescheduled appointments, and of rows of one start: phoned, cancelled, sent again, a lost race."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.admin.queue_actions import cancel_entries, resolve_entry
from chalicelib.entries.entry import Entry, with_phone_calls
from chalicelib.entries.manual_decision import ManualDecision, ManualNote
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from chalicelib.text import Text
from infra.local.networks.sent_message import ErrorAnswer
from tests.builders.entries import phoned
from tests.flow.fake_build import Day, Desk, at
from tests.flow.test_grouping import FIRST, SECOND, states, texts
from tests.flow.test_grouping import a_practice as rows_of_one_patient
from tests.flow.test_reconciliation import asking
from tests.flow.test_rescheduled import BEGINS, REMINDED, a_practice, announcements, change

NOTE = ManualNote("anna", "")
AT_THREE, AT_FOUR, AT_FIVE = "2026-11-24 15:00:00", "2026-11-24 16:00:00", "2026-11-24 17:00:00"


def of_kind(day: Day, kind: Kind) -> Entry:
    [entry] = [found for found in day.parts.data.entries["praxis"].values() if found.kind is kind]
    return entry


def moved(day: Day, desk: Desk, when: str, start: str) -> None:
    day.cloud.at(at(f"2026-11-23 {when}"), change(desk, "Beginn", start))


@pytest.mark.parametrize("refused", [True, False])
def test_a_patient_who_was_phoned_about_a_start_hears_that_it_went_back(refused: bool) -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    phone = desk.tables["Patient"][0]["Mobiltelefon"]
    day.play("2026-11-23 11:00")
    change(desk, "Beginn", AT_THREE)()
    if refused:
        answers = iter([ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber")])
        day.parts.networks.on_request = lambda message: next(answers, None)
    else:
        desk.tables["Patient"][0]["Mobiltelefon"] = None
    day.play("2026-11-23 13:00")
    entry = of_kind(day, Kind.RESCHEDULED)
    assert entry.state is (State.REFUSED if refused else State.NOT_SENDABLE)
    reached = phoned(start="2026-11-24T15:00", at=day.cloud.world.now)
    day.parts.store.commit([Transition(entry, with_phone_calls(entry, (reached,)))])
    desk.tables["Patient"][0]["Mobiltelefon"] = phone
    change(desk, "Beginn", f"{BEGINS}:00")()
    day.play("2026-11-23 20:00")
    assert announcements(day)[-1] == ("23T14:05", "Dienstag, 24.11.2026, 14:30")
    assert announcements(day).count(announcements(day)[-1]) == 1


def test_a_start_after_the_one_whose_message_a_person_cancelled_is_announced() -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    moved(day, desk, "11:00", AT_THREE)
    day.play("2026-11-23 12:02")
    cancel_entries("praxis", [of_kind(day, Kind.RESCHEDULED).key], NOTE, "de", day.cloud.world.now, day.parts)
    day.play("2026-11-23 15:00")
    assert announcements(day) == [REMINDED]
    change(desk, "Beginn", AT_FOUR)()
    day.play("2026-11-23 20:00")
    assert announcements(day) == [REMINDED, ("23T16:05", "Dienstag, 24.11.2026, 16:00")]


@pytest.mark.parametrize("again", [AT_THREE, AT_FIVE])
def test_a_reminder_that_a_person_sends_again_is_the_latest_message(again: str) -> None:
    day = Day("2026-11-23 07:00")
    desk = a_practice(day)
    answers = iter([ErrorAnswer("InternalError", status=500)])
    day.parts.networks.on_request = lambda message: next(answers, None)
    moved(day, desk, "09:00", AT_THREE)
    day.play("2026-11-23 11:00")
    reminder = of_kind(day, Kind.REMINDER)
    resolve_entry("praxis", reminder.key, ManualDecision.RESEND, NOTE, "de", day.cloud.world.now, day.parts)
    change(desk, "Beginn", AT_FOUR)()
    day.play("2026-11-23 13:00")
    assert [text for _, text in announcements(day)][-1] == "Dienstag, 24.11.2026, 16:00"
    change(desk, "Beginn", again)()
    day.play("2026-11-23 20:00")
    assert announcements(day)[-1] == ("23T14:05", f"Dienstag, 24.11.2026, {again[11:16]}")
    assert announcements(day).count(announcements(day)[-1]) == 1


def test_a_message_that_failed_long_after_tells_nothing() -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    moved(day, desk, "11:00", AT_THREE)
    day.play("2026-11-23 15:00")  # two more prepare runs
    entry = of_kind(day, Kind.RESCHEDULED)
    failed = replace(entry, state=State.FAILED, version=entry.version + 1)
    day.parts.store.commit([Transition(entry, failed)])
    change(desk, "Beginn", f"{BEGINS}:00")()
    day.play("2026-11-23 20:00")
    assert announcements(day) == [REMINDED, ("23T12:05", "Dienstag, 24.11.2026, 15:00")]


def test_a_receipt_at_the_same_moment_loses_no_record_of_an_announced_start() -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    moved(day, desk, "11:00", AT_THREE)
    day.play("2026-11-23 11:59")
    store, commit = day.parts.store, day.parts.store.commit

    def collided(transitions: Any) -> Any:
        noted = [one for one in transitions if one.before and one.after.announcements > one.before.announcements]
        if noted and not raced:
            raced.append(True)
            [fresh] = store.entries("praxis", [noted[0].after.key]).values()
            commit([Transition(fresh, replace(fresh, version=fresh.version + 1))])
        return commit(transitions)

    raced: list[bool] = []
    object.__setattr__(store, "commit", collided)
    day.play("2026-11-23 13:00")
    assert raced
    change(desk, "Beginn", f"{BEGINS}:00")()
    day.play("2026-11-23 20:00")
    assert announcements(day)[-1] == ("23T14:05", "Dienstag, 24.11.2026, 14:30")


def test_rows_of_one_start_stay_one_message_if_the_times_of_the_day_are_too_long_for_one() -> None:
    day, desk = rows_of_one_patient(FIRST, FIRST, SECOND, SECOND, Schalter__MaxSMSTeile="1")
    desk.set("Vorlagen/Terminerinnerung/SMS/de", "[[Uhrzeit]] [[WeitereTermine]]" + "x" * 150)
    day.play("2026-11-23 10:30")
    assert sorted(text[:5] for text in texts(day)) == ["09:00", "11:00"]
    assert states(desk) == {"T1": "delivered", "X2": "covered", "X3": "delivered", "X4": "covered"}


def test_a_row_is_still_covered_if_its_message_leaves_again_before_the_sweep() -> None:
    day, desk = rows_of_one_patient(FIRST, FIRST, Schalter__EineErinnerungProTag="Nein")
    answers = iter([ErrorAnswer("InternalError", status=500)])
    day.parts.networks.on_request = lambda message: next(answers, None)
    day.play("2026-11-23 10:18")
    assert states(desk) == {"T1": "unknown", "X2": "covered"}
    key = desk.entries["T1"].key
    resolve_entry("praxis", key, ManualDecision.RESEND, NOTE, "de", day.cloud.world.now, day.parts)
    day.play("2026-11-23 11:30")
    assert states(desk) == {"T1": "delivered", "X2": "covered"}
    assert len(texts(day)) == 1


def test_a_double_row_that_is_rescheduled_alone_is_in_the_red_list() -> None:
    day = Day("2026-11-23 09:00")
    desk = day.practice()
    desk.appointment("2026-11-24 09:00")
    desk.tables["Termin"].append(desk.tables["Termin"][0] | {"TerminId": "X2"})
    day.play("2026-11-23 10:30")
    desk.tables["Termin"][1]["Beginn"] = "2026-11-26 11:00:00"
    with asking(desk) as desk_view:
        (told,) = desk_view.reconciled().misinformed
    assert (told.appointment, told.reason) == ("X2", Text("misinformed.rescheduled"))
