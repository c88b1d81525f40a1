"""A provider accepts nothing for hours: what counts as sent, who is on the call list, how often the operator hears."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from chalicelib.admin.phone_calls import NewCall, note_calls
from chalicelib.entries.phone_call import CallOutcome
from chalicelib.entries.states import State
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.reports.current_call_list import call_list_of_entries, current_call_list
from chalicelib.reports.practice_status import practice_status
from chalicelib.rules.rule_input import RuleContext, Stage
from chalicelib.schedule.job import SCHEDULED, Job
from infra.local.networks.networks import Fault
from infra.local.networks.sent_message import MAIL, ErrorAnswer, SentMessage
from tests.builders.calls import entries_to_phone
from tests.fakes.world import Moment
from tests.flow.fake_build import DESK, ZURICH, Day, Desk, at

THROTTLED, NO_ANSWER = ErrorAnswer("Throttling"), ErrorAnswer("InternalError")


def outage(day: Day, fault: Fault = THROTTLED) -> None:
    day.parts.networks.on_request = lambda message: fault


def over(day: Day) -> None:
    day.parts.networks.on_request = None


def practice(desk: Desk) -> Practice:
    return Practice(desk.record, ValidatedParameters(desk.parts.parameters.saved(desk.name)))


def to_phone(desk: Desk) -> list[str | None]:
    found = entries_to_phone(desk.entries.values(), practice(desk), desk.cloud.world.now)
    return [entry.appointment for entry in found]


def minutes(day: Day, until: str) -> Iterator[datetime]:
    """Play minute by minute, five seconds past each."""
    while day.cloud.world.now < at(until):
        day.cloud.play(day.cloud.world.now + timedelta(minutes=1))
        yield day.cloud.world.now


def summaries(desk: Desk) -> list[str]:
    return [notice.subject or "" for notice in desk.notices if (notice.subject or "").startswith("Tagesübersicht")]


def throttled_for_29_hours(*hours: int) -> tuple[Day, Desk]:
    """From the send slot of Monday on; the appointments are on Tuesday."""
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    for hour in hours:
        desk.appointment(f"2026-11-24 {hour:02}:00")
    outage(day)
    return day, desk


def test_what_has_not_left_is_not_counted_as_sent() -> None:
    day, desk = throttled_for_29_hours(9, 15)
    day.play("2026-11-23 10:30")
    listed, now = call_list_of_entries(practice(desk), desk.deployment), day.cloud.world.now
    found = practice_status(practice(desk), listed, None, [], now, desk.parts.store, None)
    assert (found.queue, found.days[-1].sent) == ({State.RESERVED: 2}, 0)
    day.play("2026-11-24 15:00")
    assert summaries(desk) == [
        "Tagesübersicht Mo 23.11.2026: 0 versendet, 0 zugestellt, 2 Anrufe",
        "Tagesübersicht Di 24.11.2026: 0 versendet, 0 zugestellt, 1 Anruf",
    ]
    assert "  2 warten: Der Anbieter nimmt zurzeit nichts an (Throttling).\n" in desk.notices[0].text
    assert {line["counts"].get("underway", 0) for _, _, line in desk.runs(Job.STATUS)} == {0}
    assert [line["counts"].get("again", 0) for _, _, line in desk.runs(Job.SEND)][:3] == [0, 2, 2]


def test_who_cannot_be_reached_is_on_the_call_list_at_every_minute_until_the_beginn() -> None:
    day, desk = throttled_for_29_hours(15)
    day.play("2026-11-23 10:34")
    assert to_phone(desk) == []
    day.play("2026-11-23 10:35")
    assert {tuple(to_phone(desk)) for _ in minutes(day, "2026-11-24 14:59")} == {("T1",)}


def test_who_starts_before_the_next_send_tick_is_on_the_call_list() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__OffsetStartTage="0")
    desk.appointment("2026-11-23 10:34")
    outage(day)
    day.play("2026-11-23 10:19")
    assert to_phone(desk) == []
    assert {tuple(to_phone(desk)) for _ in minutes(day, "2026-11-23 10:33")} == {("T1",)}


def test_a_patient_who_was_phoned_meanwhile_gets_no_message_after_it() -> None:
    day, desk = throttled_for_29_hours(15)
    day.play("2026-11-23 11:36")
    (waiting,) = desk.entries.values()
    assert waiting.state is State.RESERVED
    now = day.cloud.world.now
    context = RuleContext(practice(desk), Stage.PREPARE, now, now.date(), OptOuts())
    new, calls = NewCall(CallOutcome.COMING, "anna"), current_call_list(desk.practice, desk.deployment)
    assert len(note_calls({waiting.key: waiting.version}, new, calls, context, day.parts).done) == 1
    over(day)
    assert {tuple(to_phone(desk)) for _ in minutes(day, "2026-11-23 13:30")} == {()}
    (waiting,) = desk.entries.values()
    assert (waiting.state, desk.sent()) == (State.PREPARED, [])
    assert desk.parts.store.balances(desk.name, ["M1"]) == {"M1": 10_000}


def test_the_operator_hears_once_of_an_outage_and_again_of_the_next_one() -> None:
    day, desk = throttled_for_29_hours(*[9, 15] * 15)
    day.play("2026-11-24 15:00")
    assert desk.told == ["delayed"]
    over(day)
    desk.appointment("2026-11-26 09:00")
    day.play("2026-11-26 09:59")
    assert len(desk.sent()) == 1
    outage(day)
    desk.appointment("2026-11-27 09:00")
    day.play("2026-11-26 18:00")
    assert desk.told == ["delayed"] * 2


def test_an_outage_of_sms_is_the_same_while_e_mails_leave() -> None:
    day, desk = throttled_for_29_hours(9, 15)
    desk.appointment("2026-11-24 16:00", Mobiltelefon=None, EMail="p3@beispiel.example")
    desk.appointment("2026-11-25 16:00", Mobiltelefon=None, EMail="p4@beispiel.example")
    desk.appointment("2026-11-25 17:00")

    def sms_only(message: SentMessage) -> Fault | None:
        return None if message.channel == MAIL else THROTTLED

    day.parts.networks.on_request = sms_only
    day.play("2026-11-24 14:59")
    assert (len(desk.sent()), desk.told) == (2, ["delayed"])


def test_the_operator_hears_once_that_outcomes_are_unknown_until_a_message_is_accepted() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK, send__Zeitplan="täglich alle 2 Stunden 10:05-16:05")
    desk.set("prepare-reminders/Zeitplan", "täglich alle 2 Stunden 10:00-16:00")
    outage(day, NO_ANSWER)
    for hour in (10, 12, 14):
        for _ in range(12):
            desk.appointment(f"2026-11-24 {hour}:30")
        day.play(f"2026-11-23 {hour}:40")
    assert (len(desk.entries), desk.told) == (36, ["unknown"])
    assert len([notice for notice in desk.notices if "ungewiss" in (notice.subject or "")]) == 3  # of new patients
    over(day)
    desk.appointment("2026-11-24 16:30")
    day.play("2026-11-24 09:59")
    outage(day, NO_ANSWER)
    desk.appointment("2026-11-25 09:00")
    day.play("2026-11-24 10:40")
    assert desk.told == ["unknown"] * 2


@pytest.mark.parametrize(
    ("call", "first", "end", "subjects"),
    [
        pytest.param("runs.claim", 9, 17, {*SCHEDULED}, id="its runs"),
        pytest.param("practices.record", 1, 9, {"check"}, id="its nightly check"),
    ],
)
def test_the_operator_hears_once_that_a_job_dies_and_again_if_it_was_well_meanwhile(
    call: str, first: int, end: int, subjects: set[str]
) -> None:
    day = Day("2026-11-22 18:00")
    desk = day.practice()

    def die(moment: Moment, name: str) -> None:
        local = day.cloud.world.now.astimezone(ZURICH)
        if (moment, name) == ("before", call) and first <= local.hour < end and local.day != 25:
            raise OSError("no")

    def told() -> list[str]:
        return sorted(alert.subject for practice, alert in day.parts.alerts.told if practice == desk.name)

    day.cloud.world.fault = die
    day.play("2026-11-24 23:00")
    assert told() == sorted(subjects)
    day.play("2026-11-27 23:00")
    assert told() == sorted([*subjects] * 2)


def test_the_operator_hears_once_that_ses_refuses_alerts_until_it_takes_one() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    for refuses, values in {"MessageRejected": "abc", None: "d", "AccountSuspended": "ef"}.items():
        day.parts.alerts.refuses = refuses
        for value in values:
            desk.set("Schalter/Sprache", value)
            day.cloud.play(day.cloud.world.now + timedelta(minutes=1))
    assert desk.told == ["invalid", "alert-mail", *["invalid"] * 4, "alert-mail", "invalid"]
