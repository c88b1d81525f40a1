"""SNS accepts SMS and does not send them, because of the account: all SMS stop, and a person resumes them."""

from __future__ import annotations

from collections import Counter

import pytest

from chalicelib.admin.queue_actions import resume_all
from chalicelib.entries.states import State
from chalicelib.entries.stops import Stops
from chalicelib.planning.alerts import ALL
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from tests.flow.calls.test_double_rows import names, note
from tests.flow.fake_build import DESK, Day, Desk, why

LIMIT = "No quota left for account"
REVIEW = "Your account requires additional review prior to being able to send SMS messages"


def practice_of(day: Day, name: str = "praxis", **parameters: str) -> Desk:
    """Two SMS for tomorrow, one e-mail, and an SMS for the day after."""
    desk = day.practice(name, Schalter__MeldungAn=DESK, **parameters)
    desk.appointment("2026-11-24 09:00")
    desk.appointment("2026-11-24 11:00")
    desk.appointment("2026-11-24 10:00", Mobiltelefon=None, EMail="vorname3@patient.example")
    desk.appointment("2026-11-25 09:00")
    return desk


def states(desk: Desk) -> Counter[State]:
    return Counter(entry.state for entry in desk.entries.values())


def spent(desk: Desk) -> int:
    return 10_000 - desk.parts.store.balances(desk.name, ["M1"])["M1"]


@pytest.mark.parametrize("words", [LIMIT, REVIEW, f"{LIMIT}."])
def test_sms_that_the_account_cannot_send_stop_all_sms_and_go_again_once_a_person_resumes(words: str) -> None:
    day = Day("2026-11-23 06:00")
    desk, other = practice_of(day), practice_of(day, "z-praxis", send__Zeitplan="täglich 11:05")
    day.cloud.world.weather.sms_account = words
    day.play("2026-11-23 10:40")
    assert (states(desk), spent(desk)) == ({State.FAILED: 2, State.DELIVERED: 1}, 1)  # refunded
    assert [alert.kind for practice, alert in day.parts.alerts.told if practice == ALL] == ["stopped"]
    assert names(desk) == ["T1", "T2"]
    day.play("2026-11-23 12:00")
    assert (states(other), spent(other)) == ({State.PREPARED: 2, State.DELIVERED: 1}, 1)
    assert [subject.partition(": ")[2] for subject in subjects(other)][:1] == ["Versand angehalten"]
    assert any("SMS" in line for _, _, run in other.runs(Job.SEND) for line in why(run))

    day.cloud.world.weather.sms_account = ""
    assert resume_all(day.cloud.world.now, day.parts) == 2
    day.play("2026-11-23 13:00")
    for each in (desk, other):
        assert (states(each), spent(each), names(each)) == ({State.DELIVERED: 3}, 3, [])
    day.play("2026-11-24 12:00")  # the log is read again by night: what failed before stops nothing
    assert states(desk) == states(other) == {State.DELIVERED: 4}
    assert [alert.kind for practice, alert in day.parts.alerts.told if practice == ALL] == ["stopped", "resumed"]


def subjects(desk: Desk) -> list[str]:
    return [notice.subject or "" for notice in desk.notices]


def at_the_limit(until: str) -> tuple[Day, Desk]:
    """A practice whose SMS of ten o'clock were withheld; the account may send again at the end."""
    day = Day("2026-11-23 06:00")
    desk = practice_of(day)
    day.cloud.world.weather.sms_account = LIMIT
    day.play(until)
    day.cloud.world.weather.sms_account = ""
    return day, desk


def test_a_patient_who_was_phoned_meanwhile_gets_no_sms_after_all() -> None:
    day, desk = at_the_limit("2026-11-23 11:00")
    note(desk, "T1")
    resume_all(day.cloud.world.now, day.parts)
    day.play("2026-11-23 12:00")
    assert [desk.entries[name].state for name in ("T1", "T2")] == [State.FAILED, State.DELIVERED]


def test_an_appointment_that_is_over_at_the_resume_is_not_told() -> None:
    day, desk = at_the_limit("2026-11-24 10:30")
    resume_all(day.cloud.world.now, day.parts)
    day.play("2026-11-24 13:00")
    assert [desk.entries[name].state for name in ("T1", "T2")] == [State.FAILED, State.DELIVERED]


def test_an_sms_in_the_outbox_at_the_stop_goes_back_with_its_credits_and_e_mails_leave() -> None:
    day = Day("2026-11-23 06:00")
    desk = practice_of(day)

    def stop_before_deliver(moment: str, call: str) -> None:
        if (moment, call) == ("before", "stops.entries_and_stop"):
            day.parts.data.deployment_stops = Stops(sms=Text("stop.sms", Text("carrier.account_limit")))

    day.cloud.world.fault = stop_before_deliver
    day.play("2026-11-23 10:30")
    assert (states(desk), spent(desk)) == ({State.PREPARED: 2, State.DELIVERED: 1}, 1)


@pytest.mark.parametrize("words", ["Invalid phone number", "Blocked as spam by phone carrier", "Neue Worte"])
def test_any_other_failure_concerns_its_own_message(words: str) -> None:
    day = Day("2026-11-23 06:00")
    desk = practice_of(day)
    day.cloud.world.weather.sms_account = words
    day.play("2026-11-23 11:00")
    assert (states(desk), day.parts.alerts.told) == ({State.FAILED: 2, State.DELIVERED: 1}, [])
    resume_all(day.cloud.world.now, day.parts)
    day.play("2026-11-23 12:00")
    assert states(desk) == {State.FAILED: 2, State.DELIVERED: 1}


def test_an_operator_who_could_not_be_told_hears_of_it_at_the_next_send_run() -> None:
    """SNS takes neither the SMS nor the notification."""
    day = Day("2026-11-23 06:00")
    practice_of(day)
    practice_of(day, "z-praxis", send__Zeitplan="täglich 11:05")
    day.cloud.world.weather.sms_account = LIMIT
    day.parts.alerts.operator_refuses = "InternalError"
    day.play("2026-11-23 11:00")
    assert (day.parts.alerts.told, day.parts.data.deployment_stops.untold) == ([], True)
    day.parts.alerts.operator_refuses = None
    day.play("2026-11-23 12:30")
    assert [(practice, alert.kind) for practice, alert in day.parts.alerts.told] == [(ALL, "stopped")]
    assert not day.parts.data.deployment_stops.untold
