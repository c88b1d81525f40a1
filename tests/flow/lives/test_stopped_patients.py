"""A person stops all messages to a patient, and may release the patient again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.admin.cancelled import WaitingAgain
from chalicelib.admin.patient_stops import StopResult, release_patient, stop_patient
from chalicelib.entries.credits import balance_of, totals_of
from chalicelib.entries.states import State
from chalicelib.jobs.deliver import RUN_UNAWARE
from chalicelib.practice.opt_out import STOPPED
from chalicelib.reports.current_call_list import current_call_list
from chalicelib.schedule.job import Job
from infra.local.networks.sent_message import ErrorAnswer
from tests.fakes.world import Moment
from tests.flow.fake_build import Day, Desk, at


def opened(*starts: str, **parameters: str) -> tuple[Day, Desk]:
    day = Day("2026-11-23 06:00")
    desk = day.practice(**parameters)
    for start in starts:
        desk.appointment(start)
    return day, desk


def stop(desk: Desk, patient: str = "P1") -> StopResult:
    return stop_patient(patient, "verstorben", desk.practice, "anna", desk.cloud.world.now, desk.parts)


def release(desk: Desk, patient: str = "P1") -> WaitingAgain:
    noted = desk.parts.parameters.opt_outs(desk.record).stop_of(patient)
    assert noted is not None
    assert (noted.by, noted.reason) == ("anna", "verstorben")
    return release_patient(patient, noted, desk.practice, "anna", desk.cloud.world.now, desk.parts)


def numbers(desk: Desk) -> list[str]:
    return [to for _, to in desk.sent()]


def test_a_stopped_patient_gets_neither_reminder_nor_greeting_and_others_do() -> None:
    day, desk = opened("2026-11-24 08:00", "2026-11-24 09:00")
    desk.patient(Geburtsdatum="1980-11-23")
    assert stop(desk).added
    assert stop(desk, "P3").added
    assert not stop(desk).added
    day.play("2026-11-23 12:00")
    assert (numbers(desk), list(desk.entries)) == (["+41790000002"], ["T2"])
    assert desk.runs(Job.PREPARE_REMINDERS)[0][2]["skipped"] == {"not_stopped": 1}
    lines = [str(line) for line in [*desk.parts.history.activities(desk.name), *desk.parts.history.runs(desk.name)]]
    assert [line for line in lines if "P1" in line or "T1" in line or "P3" in line] == []


def test_what_waits_is_cancelled_and_a_release_lets_it_wait_again() -> None:
    day, desk = opened("2026-11-24 08:00", "2026-11-24 09:00")
    day.play("2026-11-23 10:02")
    done = stop(desk)
    assert [made.after.identity for made in done.cancelled] == ["reminder:T1"]
    assert (desk.entries["T1"].state, desk.entries["T1"].reason) == (State.CANCELLED, STOPPED)
    day.play("2026-11-23 10:12")
    assert numbers(desk) == ["+41790000002"]
    assert len(release(desk).waiting) == 1
    day.play("2026-11-23 12:00")
    assert numbers(desk) == ["+41790000002", "+41790000001"]


def test_what_is_reserved_is_cancelled_refunded_and_not_sent() -> None:
    day, desk = opened("2026-11-24 08:00")
    done: list[StopResult] = []

    def between(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "stops.entries_and_stop") and desk.entries["T1"].state is State.RESERVED:
            day.cloud.world.fault = lambda moment, call: None
            done.append(stop(desk))

    day.cloud.world.fault = between
    day.play("2026-11-23 12:00")
    assert [made.refund is not None for made in done[0].cancelled] == [True]
    assert (desk.entries["T1"].state, desk.sent()) == (State.CANCELLED, [])
    totals = totals_of(day.parts.store.ledger(desk.name, "M1"))
    assert (totals.charged, totals.refunded) == (1, 1)
    assert totals.balance == balance_of(day.parts.store.ledger(desk.name, "M1")) == 10_000


@pytest.mark.parametrize("call", ["practices.record", "stops.stop_of", "database.open"])
def test_a_send_run_that_could_not_know_sends_nothing_to_the_patient(call: str) -> None:
    """The patient is stopped while a send run is on; others of that run are sent by the next one."""
    day, desk = opened("2026-11-24 08:00", "2026-11-24 09:00")
    done: list[StopResult] = []

    def between(moment: Moment, now: str) -> None:
        if (moment, now) == ("after", call) and day.cloud.world.now >= at("2026-11-23 10:05") and not done:
            day.cloud.world.fault = lambda moment, call: None
            done.append(stop(desk))

    day.cloud.world.fault = between
    day.play("2026-11-23 12:00")
    assert (desk.entries["T1"].state, numbers(desk)) == (State.CANCELLED, ["+41790000002"])


def test_deliver_gives_back_what_a_run_reserved_before_the_stop() -> None:
    day, desk = opened("2026-11-24 08:00", "2026-11-24 09:00")
    seen: list[Any] = []

    def between(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "store.reserve") and not seen:
            seen.append(1)
            desk.parts.stops.patient_stopped(desk.name, day.cloud.world.now)

    day.cloud.world.fault = between
    day.play("2026-11-23 10:12")
    assert {(one.state, one.reason) for one in desk.entries.values()} == {(State.PREPARED, RUN_UNAWARE)}
    day.play("2026-11-23 12:00")
    assert numbers(desk) == ["+41790000001", "+41790000002"]


def test_what_is_being_sent_when_the_patient_is_stopped_and_has_not_left_is_not_tried_again() -> None:
    day, desk = opened("2026-11-24 08:00")
    day.parts.networks.fail_next(ErrorAnswer("Throttling", "Rate exceeded"))
    left: list[State] = []

    def between(moment: Moment, call: str) -> None:
        if (moment, call) == ("after", "store.commit") and desk.entries["T1"].state is State.SENDING:
            day.cloud.world.fault = lambda moment, call: None
            left.extend(one.state for one in stop(desk).left)

    day.cloud.world.fault = between
    day.play("2026-11-23 12:00")
    assert left == [State.SENDING]
    assert (desk.entries["T1"].state, desk.entries["T1"].reason, desk.sent()) == (State.CANCELLED, STOPPED, [])


def test_what_has_left_is_named_with_its_time() -> None:
    day, desk = opened("2026-11-24 08:00")
    day.play("2026-11-23 12:00")
    done = stop(desk)
    assert (done.cancelled, [one.identity for one in done.left]) == ((), ["reminder:T1"])
    assert done.left[0].claimed_at == at("2026-11-23 10:05")


def test_nobody_is_asked_to_phone_a_stopped_patient() -> None:
    day, desk = opened("2026-11-24 08:00", "2026-11-24 09:00")
    for patient in desk.tables["Patient"]:
        patient["Mobiltelefon"] = None
    day.play("2026-11-23 12:00")
    assert [call.patient for call in current_call_list(desk.practice, desk.deployment).calls] == ["P1", "P2"]
    stop(desk)
    assert [call.patient for call in current_call_list(desk.practice, desk.deployment).calls] == ["P2"]


def test_a_release_makes_up_for_the_searches_that_refused_the_patient() -> None:
    day, desk = opened("2026-11-26 08:00", Schalter__OffsetStartTage="3")
    stop(desk)
    day.play("2026-11-24 12:00")
    assert desk.entries == {}
    assert release(desk) == WaitingAgain((), 0)
    day.play("2026-11-25 12:00")
    assert numbers(desk) == ["+41790000001"]


def test_a_release_remembers_a_late_run_of_an_earlier_slot_that_refused_the_patient() -> None:
    day, desk = opened("2026-11-25 16:15")
    day.play("2026-11-23 12:00")
    job = desk.record.jobs[Job.PREPARE_REMINDERS]
    desk.parts.jobs.save(job, replace(job, due=at("2026-11-25 08:00")))  # no tick comes on the 24th
    day.play("2026-11-25 06:00")
    stop(desk)
    day.play("2026-11-25 12:00")
    assert [line["skipped"] for _, _, line in desk.runs(Job.PREPARE_REMINDERS)][-2:] == [{"not_stopped": 1}, {}]
    release(desk)
    assert [call.appointment for call in current_call_list(desk.practice, desk.deployment).calls] == ["T1"]


def test_a_stop_that_is_interrupted_is_completed_by_a_second_call() -> None:
    day, desk = opened("2026-11-24 08:00")
    day.play("2026-11-23 10:02")

    def dies(moment: Moment, call: str) -> None:
        if (moment, call) == ("after", "practices.add_opt_out"):
            raise KeyboardInterrupt

    day.cloud.world.fault = dies
    with pytest.raises(KeyboardInterrupt):
        stop(desk)
    day.cloud.world.fault = lambda moment, call: None
    done = stop(desk)
    assert (done.added, len(done.cancelled)) == (False, 1)


def opened_on_monday_sent_on_tuesday() -> tuple[Day, Desk]:
    """Only Monday's search looked at the day; the patient is stopped on Tuesday, before the send run."""
    day, desk = opened("2026-11-26 11:00", Schalter__OffsetStartTage="3", send__Zeitplan="täglich 09:05")
    day.play("2026-11-24 08:00")
    assert len(stop(desk).cancelled) == 1
    return day, desk


def test_a_send_run_that_does_not_know_of_a_release_leaves_the_patient_to_the_next_search() -> None:
    """The entry waits again, and a run that has read the stops before cancels it once more."""
    day, desk = opened_on_monday_sent_on_tuesday()

    def between(moment: Moment, call: str) -> None:
        if (moment, call) == ("after", "practices.record") and day.cloud.world.now >= at("2026-11-24 09:05"):
            day.cloud.world.fault = lambda moment, call: None
            assert len(release(desk).waiting) == 1

    day.cloud.world.fault = between
    day.play("2026-11-24 09:10")
    assert (desk.entries["T1"].state, desk.entries["T1"].reason) == (State.CANCELLED, STOPPED)
    day.play("2026-11-25 12:00")
    assert numbers(desk) == ["+41790000001"]


@pytest.mark.parametrize("last", ["practices.drop_opt_out", "jobs.reopen_slot"])
def test_a_release_that_is_interrupted_is_completed_by_the_next_search(last: str) -> None:
    day, desk = opened_on_monday_sent_on_tuesday()
    done: list[str] = []

    def dies(moment: Moment, call: str) -> None:
        done.extend([call] if moment == "after" else [])
        if "practices.drop_opt_out" in done and done[-1] == last:
            raise KeyboardInterrupt

    day.cloud.world.fault = dies
    with pytest.raises(KeyboardInterrupt):
        release(desk)
    day.cloud.world.fault = lambda moment, call: None
    day.play("2026-11-25 12:00")
    assert numbers(desk) == ["+41790000001"]


def test_a_row_entered_again_after_the_release_of_another_patient_is_not_told_again() -> None:
    often = {"prepare-reminders__Zeitplan": "täglich alle 2 Stunden 08:00-18:00"}
    often |= {"send__Zeitplan": "täglich alle 2 Stunden 08:05-18:05"}
    day, desk = opened("2026-11-24 14:00", "2026-11-24 15:00", **often)
    stop(desk, "P2")
    day.play("2026-11-23 11:00")
    release(desk, "P2")
    desk.tables["Termin"][0] |= {"TerminId": "T9"}
    day.play("2026-11-24 12:00")
    assert numbers(desk) == ["+41790000001", "+41790000002"]
