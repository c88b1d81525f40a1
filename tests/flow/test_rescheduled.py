"""Appointments that are rescheduled after a reminder has named the start."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest

from chalicelib.admin.queue_actions import resolve_entry
from chalicelib.entries.manual_decision import ManualDecision, ManualNote
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.schedule.job import Job
from infra.language import said
from infra.local.networks.sent_message import ErrorAnswer
from tests.flow.fake_build import Day, Desk, at

WANTED = "Schalter/ErinnerungBeiVerschiebung"
BEGINS = "2026-11-24 14:30"
REMINDED = ("23T10:05", "Dienstag, 24.11.2026, 14:30")


def a_practice(day: Day, wanted: str = "Ja", **parameters: str) -> Desk:
    """A practice that prepares and sends every two hours, and has one appointment tomorrow."""
    plans = {"prepare-reminders__Zeitplan": "täglich alle 2 Stunden 08:00-18:00"}
    plans |= {"send__Zeitplan": "täglich alle 2 Stunden 08:05-18:05"}
    desk = day.practice(**plans, **{WANTED.replace("/", "__"): wanted}, **parameters)
    desk.appointment(BEGINS)
    return desk


def change(desk: Desk, column: str, value: str | None) -> Callable[[], None]:
    return partial(desk.tables["Termin"][0].__setitem__, column, value)


def announcements(day: Day) -> list[tuple[str, str]]:
    """The local time of each sent message, and the time that its text names."""
    times = [re.search(r"\w+, \d\d\.\d\d\.\d{4}, \d\d:\d\d", message.text) for message in day.parts.networks.messages]
    left = [f"{message.at.replace(hour=message.at.hour + 1):%dT%H:%M}" for message in day.parts.networks.messages]
    return [(when, found[0]) for when, found in zip(left, times, strict=True) if found]


def played(moves: list[tuple[str, str]], wanted: str = "Ja", until: str = "2026-11-27 20:00", **parameters: str) -> Day:
    """A practice whose appointment begins at other times since `DD HH:MM`, or has another status."""
    day = Day("2026-11-23 09:00")
    desk = a_practice(day, wanted, **parameters)
    for when, value in moves:
        column = "Beginn" if value[0].isdigit() else "Status"
        day.cloud.at(at(f"2026-11-{when}"), change(desk, column, f"{value}:00" if len(value) == len(BEGINS) else value))
    day.play(until)
    return day


@pytest.mark.parametrize(
    ("moves", "messages"),
    [
        pytest.param([], [], id="not moved"),
        pytest.param([("23 09:30", "2026-11-24 15:00")], [], id="before its reminder: the reminder says so"),
        pytest.param(
            [("23 11:00", "2026-11-24 15:00")], [("23T12:05", "Dienstag, 24.11.2026, 15:00")], id="the same day"
        ),
        pytest.param(
            [("23 11:00", "2026-11-24 14:45")], [("23T12:05", "Dienstag, 24.11.2026, 14:45")], id="a quarter of an hour"
        ),
        pytest.param(
            [("23 11:00", "2026-11-23 17:00")], [("23T12:05", "Montag, 23.11.2026, 17:00")],
            id="to today, which is not searched any more",
        ),
        pytest.param(
            [("23 11:00", "2026-11-27 09:00")], [("26T08:05", "Freitag, 27.11.2026, 09:00")],
            id="to a later day: in place of its reminder",
        ),
        pytest.param(
            [("24 16:00", "2026-11-27 09:00")], [("26T08:05", "Freitag, 27.11.2026, 09:00")],
            id="after it should have been",
        ),
        pytest.param(
            [("23 11:00", "2026-11-24 15:00"), ("23 13:00", "2026-11-24 16:00")],
            [("23T12:05", "Dienstag, 24.11.2026, 15:00"), ("23T14:05", "Dienstag, 24.11.2026, 16:00")],
            id="twice",
        ),
        pytest.param(
            [("23 11:00", "2026-11-24 15:00"), ("23 11:30", "2026-11-24 16:00")],
            [("23T12:05", "Dienstag, 24.11.2026, 16:00")], id="twice before anybody was told",
        ),
        pytest.param(
            [("23 11:00", "2026-11-24 15:00"), ("23 12:02", "2026-11-24 16:00")],
            [("23T14:05", "Dienstag, 24.11.2026, 16:00")], id="again between preparing and sending",
        ),
        pytest.param(
            [("23 11:00", "2026-11-24 15:00"), ("23 11:30", BEGINS)], [], id="and back before anybody was told"
        ),
        pytest.param(
            [("23 11:00", "2026-11-24 15:00"), ("23 12:02", BEGINS)], [], id="and back between preparing and sending"
        ),
        pytest.param(
            [("23 11:00", "2026-11-24 15:00"), ("23 13:00", BEGINS)],
            [("23T12:05", "Dienstag, 24.11.2026, 15:00"), ("23T14:05", "Dienstag, 24.11.2026, 14:30")],
            id="and back after the patient was told",
        ),
        pytest.param(
            [
                ("23 11:00", "2026-11-24 15:00"), ("23 13:00", "2026-11-24 16:00"), ("23 14:02", "2026-11-24 15:00"),
                ("23 16:02", BEGINS),
            ],
            [("23T12:05", "Dienstag, 24.11.2026, 15:00"), ("23T18:05", "Dienstag, 24.11.2026, 14:30")],
            id="to a time that was cancelled before it was told, then back",
        ),
        pytest.param(
            [("23 11:00", "2026-11-24 15:00"), ("23 13:00", "2026-11-24 16:00"), ("23 15:00", "2026-11-24 15:00")],
            [("23T12:05", "Dienstag, 24.11.2026, 15:00"), ("23T14:05", "Dienstag, 24.11.2026, 16:00"),
             ("23T16:05", "Dienstag, 24.11.2026, 15:00")],
            id="to a time that was told before, and is not the one that the patient knows",
        ),
        pytest.param([("23 11:00", "2026-11-24 15:00"), ("23 11:10", "abgesagt")], [], id="and cancelled"),
        pytest.param(
            [("23 11:00", "2026-11-24 15:00"), ("23 12:02", "abgesagt"), ("23 13:00", "definitiv")],
            [("23T14:05", "Dienstag, 24.11.2026, 15:00")], id="cancelled, and confirmed again",
        ),
        pytest.param([("23 11:00", f"{BEGINS}:30")], [], id="by seconds, of which no message says anything"),
        pytest.param([("23 11:00", "2026-11-23 11:50")], [], id="to a time that has begun when it is noticed"),
        pytest.param([("23 11:00", "2026-11-23 12:03")], [], id="to one that begins before it is sent"),
    ],
)  # fmt: skip
def test_a_rescheduled_appointment_is_announced_each_time_that_its_start_changes(
    moves: list[tuple[str, str]], messages: list[tuple[str, str]]
) -> None:
    first = ("23T10:05", "Dienstag, 24.11.2026, 15:00") if moves and moves[0][0] == "23 09:30" else REMINDED
    day = played(moves)
    assert announcements(day) == [first, *messages]
    assert day.cloud.errors == []


@pytest.mark.parametrize("starts_at", ["2026-11-24 15:00", "2026-11-27 09:00", "2026-11-23 17:00"])
def test_without_the_switch_a_rescheduled_appointment_gets_no_message(starts_at: str) -> None:
    assert announcements(played([("23 11:00", starts_at)], wanted="Nein")) == [REMINDED]


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Tokyo"])
def test_a_corrected_time_zone_reschedules_nothing(zone: str) -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    day.cloud.at(at("2026-11-23 11:00"), partial(desk.set, "Schalter/Zeitzone", zone))
    day.play("2026-11-25 20:00")
    assert announcements(day) == [REMINDED]


def test_a_patient_who_no_longer_has_an_address_is_on_the_call_list() -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    day.cloud.at(at("2026-11-23 11:00"), change(desk, "Beginn", "2026-11-24 15:00:00"))
    day.cloud.at(at("2026-11-23 11:00"), partial(desk.tables["Patient"][0].__setitem__, "Mobiltelefon", None))
    day.play("2026-11-23 13:00")
    kinds = {entry.kind: entry.state for entry in day.parts.data.entries["praxis"].values()}
    assert kinds == {Kind.REMINDER: State.DELIVERED, Kind.RESCHEDULED: State.NOT_SENDABLE}


def test_a_copied_appointment_is_a_new_one() -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    copy = desk.tables["Termin"][0] | {"TerminId": "T2", "Beginn": "2026-11-24 16:00:00"}
    day.cloud.at(at("2026-11-23 11:00"), partial(desk.tables["Termin"].append, copy))
    day.play("2026-11-23 20:00")
    assert announcements(day) == [REMINDED, ("23T12:05", "Dienstag, 24.11.2026, 16:00")]
    assert {entry.kind for entry in desk.entries.values()} == {Kind.REMINDER}


def test_a_patient_whose_message_was_refused_is_phoned() -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    answers = iter([ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber")])
    day.parts.networks.on_request = lambda message: next(answers, None)
    day.cloud.at(at("2026-11-23 11:00"), change(desk, "Beginn", "2026-11-24 15:00:00"))
    day.play("2026-11-23 20:00")
    assert [entry.state for entry in desk.entries.values()] == [State.REFUSED]


def test_a_run_counts_its_rescheduling_messages_and_no_day_that_it_does_not_search() -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    desk.appointment("2026-11-23 19:00")  # today: no reminder is sent for it
    day.cloud.at(at("2026-11-23 11:00"), change(desk, "Beginn", "2026-11-23 18:30:00"))
    day.play("2026-11-23 15:00")
    counts = [line["counts"] for _, _, line in desk.runs(Job.PREPARE_REMINDERS)]
    assert counts == [
        {"searched": 1, "prepared": 1},
        {"searched": 1, "prepared": 1},
        {"searched": 1, "skipped": 1},
    ]


def test_switched_off_meanwhile_it_is_cancelled() -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    day.cloud.at(at("2026-11-23 11:00"), change(desk, "Beginn", "2026-11-24 15:00:00"))
    day.cloud.at(at("2026-11-23 12:02"), partial(desk.set, WANTED, "Nein"))
    day.play("2026-11-23 20:00")
    assert announcements(day) == [REMINDED]
    [entry] = [found for found in day.parts.data.entries["praxis"].values() if found.kind is Kind.RESCHEDULED]
    assert (entry.state, said(entry.reason)) == (
        State.CANCELLED,
        "Der Schalter ErinnerungBeiVerschiebung steht auf Nein.",
    )


def test_a_reminder_that_a_person_sends_again_tells_the_new_time_itself() -> None:
    day = Day("2026-11-23 09:00")
    desk = a_practice(day)
    answers = iter([ErrorAnswer("InternalError", status=500)])
    day.parts.networks.on_request = lambda message: next(answers, None)
    day.play("2026-11-23 11:00")
    [entry] = desk.entries.values()
    assert (entry.state, entry.announced_start) == (State.UNKNOWN, BEGINS.replace(" ", "T"))
    parts, now = day.parts, day.cloud.world.now
    resolve_entry("praxis", entry.key, ManualDecision.RESEND, ManualNote("anna", ""), "de", now, parts)
    change(desk, "Beginn", "2026-11-24 15:00:00")()
    day.play("2026-11-23 20:00")
    assert [text for _, text in announcements(day)][-1:] == ["Dienstag, 24.11.2026, 15:00"]
    assert {found.kind for found in desk.entries.values()} == {Kind.REMINDER}
