"""A row that is entered again, or beside another one, after the patient was told its start: nothing is said twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.entries.restore import LoggedState, last_logged_states, placeholder_entry
from chalicelib.entries.states import State
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from infra.local.networks.sent_message import ErrorAnswer
from infra.local.platform import LambdaKilled
from tests.fakes.world import Moment
from tests.flow.fake_build import Day, Desk, at
from tests.flow.previews import planned_until
from tests.flow.test_grouping import FIRST, SECOND, charged, states, texts
from tests.flow.test_stops import resume, stop

OFTEN = {
    "prepare-reminders__Zeitplan": "täglich alle 2 Stunden 08:00-18:00",
    "send__Zeitplan": "täglich alle 2 Stunden 08:05-18:05",
}
MOVES = {"Schalter__ErinnerungBeiVerschiebung": "Ja"}
REFUSED = ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber")


def a_practice(**parameters: str) -> tuple[Day, Desk]:
    """With an appointment of one patient, T1, which is prepared and sent at 10:00; it runs every two hours."""
    day = Day("2026-11-23 09:00")
    desk = day.practice(**(OFTEN | parameters))
    desk.appointment(FIRST)
    return day, desk


def enter(desk: Desk, name: str, start: str, **columns: Any) -> None:
    """Another row of the same patient."""
    row = desk.tables["Termin"][0] | {"TerminId": name, "Beginn": f"{start}:00"} | columns
    desk.tables["Termin"].append(row)


def delete(desk: Desk, name: str) -> None:
    desk.tables["Termin"] = [row for row in desk.tables["Termin"] if row["TerminId"] != name]


def enter_again(desk: Desk) -> None:
    enter(desk, "X2", FIRST)
    delete(desk, "T1")


def move(desk: Desk, name: str, start: str) -> None:
    next(row for row in desk.tables["Termin"] if row["TerminId"] == name)["Beginn"] = f"{start}:00"


SAY = {"Vorlagen/Terminerinnerung/SMS/de": "[[Uhrzeit]]", "Vorlagen/Terminverschiebung/SMS/de": "neu [[Uhrzeit]]"}


@pytest.mark.parametrize("change", [enter_again, lambda desk: enter(desk, "X2", FIRST)], ids=["again", "beside"])
@pytest.mark.parametrize("mobile", [True, False])
def test_a_row_of_a_start_that_was_told_is_covered_and_free(change: Callable[[Desk], None], mobile: bool) -> None:
    day, desk = a_practice(**SAY)
    day.play("2026-11-23 11:00")
    change(desk)
    desk.tables["Patient"][0]["Mobiltelefon"] = desk.tables["Patient"][0]["Mobiltelefon"] if mobile else None
    day.play("2026-11-23 20:00")
    assert texts(day) == ["09:00"]
    told, covered = desk.entries["T1"], desk.entries["X2"]
    assert (covered.state, covered.covered_by, covered.covered_attempt) == (State.COVERED, told.key, told.attempt)
    assert (covered.reason, covered.announced_start, charged(desk)) == (Text("covered.double"), "2026-11-24T09:00", 1)
    assert [line["counts"].get("covered") for _, _, line in desk.runs(Job.PREPARE_REMINDERS)].count(1) == 1


def test_a_row_of_another_patient_or_start_gets_its_own_message() -> None:
    day, desk = a_practice(**SAY)
    day.play("2026-11-23 11:00")
    delete(desk, "T1")
    desk.appointment(FIRST)
    desk.tables["Termin"].append(desk.tables["Termin"][0] | {"TerminId": "X3", "PatientId": "P1", "Beginn": SECOND})
    day.play("2026-11-23 20:00")
    assert sorted(texts(day)) == ["09:00", "09:00", "11:00"]


def test_a_time_that_a_message_about_an_earlier_appointment_of_the_day_names_was_told_too() -> None:
    day, desk = a_practice(**SAY, Schalter__EineErinnerungProTag="Ja")
    desk.set("Vorlagen/Terminerinnerung/SMS/de", "[[Uhrzeit]] [[WeitereTermine]]")
    enter(desk, "X2", SECOND)
    day.play("2026-11-23 11:00")
    delete(desk, "X2")
    enter(desk, "X3", SECOND)
    day.play("2026-11-23 20:00")
    assert (texts(day), states(desk)["X3"]) == (["09:00 11:00"], "covered")
    assert desk.entries["X3"].covered_by == desk.entries["T1"].key


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "failed later"])
def test_only_a_message_that_did_not_arrive_frees_it(refused: bool) -> None:
    day, desk = a_practice(**SAY)
    if refused:
        answers = iter([REFUSED])
        day.parts.networks.on_request = lambda message: next(answers, None)
        day.play("2026-11-23 11:00")
        enter_again(desk)
    else:
        day.play("2026-11-23 10:06")
        enter_again(desk)
        day.play("2026-11-23 12:03")
        assert states(desk)["X2"] == "covered"
        told = desk.entries["T1"]
        day.parts.data.put(replace(told, state=State.FAILED, version=told.version + 1))
    day.play("2026-11-23 20:00")
    assert (states(desk), texts(day)[-1:]) == ({"T1": "refused" if refused else "failed", "X2": "delivered"}, ["09:00"])


def test_what_was_told_before_is_read_once_a_run_and_on_no_normal_day() -> None:
    day, desk = a_practice(**SAY)
    desk.appointment(FIRST)
    reads = [0]
    for hour in ("10:02", "12:02", "14:02"):
        if hour == "14:02":
            enter(desk, "X2", FIRST)
            enter(desk, "X3", SECOND)
        before = Counter(day.cloud.world.calls)
        day.play(f"2026-11-23 {hour}")
        reads.append((Counter(day.cloud.world.calls) - before)["store.open_entries"])
        day.play(f"2026-11-23 {hour[:2]}:59")
    assert reads[1:] == [0, 0, 3]  # what was told, in two groups, and by phone


def test_a_row_entered_again_while_the_first_search_of_its_day_is_interrupted_is_covered() -> None:
    """The worker dies at the end of its run; it is repeated half an hour later, when the reminder has left."""
    day, desk = a_practice(**SAY)
    day.play("2026-11-24 00:00")
    desk.appointment("2026-11-25 09:00")
    dead: list[str] = []

    def dies(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "runs.finish") and not dead:
            dead.append(call)
            raise LambdaKilled

    day.cloud.world.fault = dies
    day.play("2026-11-24 08:21")
    row = desk.tables["Termin"][-1]
    assert desk.entries["T2"].state in (State.SENT, State.DELIVERED)
    desk.tables["Termin"][-1] = row | {"TerminId": "X2"}
    day.play("2026-11-24 20:00")
    assert (texts(day), states(desk)["X2"]) == (["09:00", "09:00"], "covered")


def test_a_row_beside_an_appointment_is_covered_whatever_was_told_of_others_since() -> None:
    day, desk = a_practice(**SAY)
    day.play("2026-11-23 11:00")
    enter(desk, "X2", SECOND)
    day.play("2026-11-23 13:00")
    enter(desk, "X3", FIRST)
    day.play("2026-11-23 20:00")
    assert (texts(day), states(desk)["X3"]) == (["09:00", "11:00"], "covered")


def test_a_row_that_is_definitive_again_after_its_twin_was_told_is_covered() -> None:
    day, desk = a_practice(**SAY)
    day.play("2026-11-23 10:02")
    enter(desk, "X2", FIRST, Status="provisorisch")
    day.play("2026-11-23 11:00")
    desk.tables["Termin"][1]["Status"] = "definitiv"
    day.play("2026-11-23 20:00")
    assert (texts(day), states(desk)["X2"]) == (["09:00"], "covered")


def test_a_row_beside_one_that_waits_for_credits_is_sent_with_it() -> None:
    day, desk = a_practice(**SAY, send__Zeitplan="täglich 10:05")
    desk.top_up("M1", -10_000, "all gone")
    day.play("2026-11-23 11:00")
    enter(desk, "X2", FIRST)
    day.play("2026-11-23 12:10")
    desk.top_up("M1", 5, "some")
    day.play("2026-11-24 08:00")
    assert (texts(day), states(desk)) == (["09:00"], {"T1": "delivered", "X2": "covered"})


def test_a_restored_table_does_not_tell_it_again() -> None:
    lines = [
        {"key": "K", "to": "covered", "at": "2026-11-23T09:00:00Z", "entry": "reminder:X2"},
        {"key": "L", "from": "prepared", "to": "covered", "at": "2026-11-23T09:00:00Z", "entry": "reminder:X3"},
        {"key": "L", "from": "covered", "to": "prepared", "at": "2026-11-23T09:10:00Z", "entry": "reminder:X3"},
    ]
    assert last_logged_states(lines) == {"K": LoggedState(State.COVERED, "reminder:X2")}
    made = placeholder_entry("praxis", "K", LoggedState(State.COVERED, "reminder:X2"), at("2026-11-23 11:00"))
    assert (made.after.key, made.after.state) == ("K", State.UNCONFIRMED)


def test_a_row_that_waits_and_is_moved_to_a_start_that_was_told_is_covered() -> None:
    day, desk = a_practice(**SAY)
    day.play("2026-11-23 11:00")
    enter(desk, "X2", SECOND)
    day.play("2026-11-23 12:02")
    stop(day)
    move(desk, "X2", FIRST)
    day.play("2026-11-23 14:02")
    resume(day)
    day.play("2026-11-23 20:00")
    assert (texts(day), states(desk)["X2"], charged(desk)) == (["09:00"], "covered", 1)


def test_a_row_that_is_moved_to_a_start_that_was_told_just_before_it_is_sent_is_covered() -> None:
    day, desk = a_practice(**SAY)
    day.play("2026-11-23 11:00")
    enter(desk, "X2", SECOND)
    enter(desk, "X3", SECOND)
    day.play("2026-11-23 12:02")
    move(desk, "X2", FIRST)
    planned, _ = planned_until(desk, date(2026, 11, 23))
    assert [(one.credits, one.covered) for one in planned] == [(1, False)], "of X3; X2 sends nothing"
    day.play("2026-11-23 20:00")
    covered = desk.entries["X2"]
    assert (texts(day), covered.covered_by, charged(desk)) == (["09:00", "11:00"], desk.entries["T1"].key, 2)
    assert (states(desk)["X2"], covered.announced_start) == ("covered", "2026-11-24T09:00")


def test_a_start_that_was_told_before_reminders_were_off_and_on_again_is_told_once() -> None:
    day, desk = a_practice(**SAY, Schalter__OffsetSuchTage="3")
    day.play("2026-11-23 11:00")
    desk.appointment("2026-11-25 09:30")
    day.play("2026-11-23 12:02")
    desk.set("Schalter/TerminerinnerungSenden", "Nein")
    day.play("2026-11-23 13:00")
    assert states(desk)["T2"] == "cancelled"
    desk.set("Schalter/TerminerinnerungSenden", "Ja")
    enter(desk, "X2", FIRST)
    day.play("2026-11-23 20:00")
    assert (sorted(texts(day)), states(desk)["X2"]) == (["09:00", "09:30"], "covered")
