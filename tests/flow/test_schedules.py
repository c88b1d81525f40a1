"""Jobs by their schedules, on the fakes: changes apply immediately, missed slots are caught up once or held."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.entries.entry import released
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.schedule.job import Job, RunMessage, Tick
from tests.fakes.world import Moment
from tests.flow.fake_build import DESK, Day, Desk, at, why

REMINDERS, SEND, STATUS, SUMMARY = Job.PREPARE_REMINDERS, Job.SEND, Job.STATUS, Job.SUMMARY


def lose_ticks(desk: Desk, since: str, until: str) -> None:
    """Let time pass without ticks."""
    fire = desk.cloud.invoke

    def lossy(handler: str, act: object) -> bool:
        lost = handler in set(Tick) and at(since) <= desk.cloud.world.now < at(until)
        return True if lost else fire(handler, act)  # type: ignore[arg-type]

    desk.cloud.invoke = lossy  # type: ignore[method-assign]


def slots(desk: Desk, job: Job) -> list[str]:
    return [slot for slot, _, _ in desk.runs(job)]


def test_jobs_run_at_their_own_times() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(
        **{"prepare-reminders__Zeitplan": "täglich 07:30", "send__Zeitplan": "täglich alle 2 Stunden 09:00-14:00"}
    )
    desk.appointment("2026-11-24 09:00")
    day.play("2026-11-24 06:00")
    assert slots(desk, REMINDERS) == ["23T06:30"]
    assert slots(desk, SEND) == ["23T08:05", "23T10:05", "23T12:05"]
    assert desk.sent() == [("23T08:05", "+41790000001")]


def test_a_change_holds_at_once() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    day.cloud.at(at("2026-11-23 08:01"), lambda: desk.set("send/Zeitplan", "täglich 08:20"))
    day.play("2026-11-23 08:02")
    assert desk.record.jobs[SEND].slot == at("2026-11-23 08:20")
    day.play("2026-11-24 08:30")
    assert slots(desk, SEND) == ["23T07:20", "24T07:20"]


@pytest.mark.parametrize(
    ("job", "zeitplan", "expected"),
    [
        pytest.param(SEND, "täglich 14:05", ["23T13:05", "24T13:05"], id="the prepare run before it sees it"),
        pytest.param(REMINDERS, "täglich 14:00", ["23T09:00", "23T13:00", "24T13:00"], id="its own run sees it"),
    ],
)
def test_a_lost_event_costs_one_slot_at_most(job: Job, zeitplan: str, expected: list[str]) -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    desk.set(f"{job}/Zeitplan", zeitplan)
    day.cloud.forget_changes()  # the event never came
    day.play("2026-11-24 20:00")
    assert slots(desk, job) == expected


def test_the_nightly_check_finds_a_change_without_an_event() -> None:
    day = Day("2026-11-23 22:00")
    desk = day.practice(send__Zeitplan="Fr 10:05")
    desk.set("send/Zeitplan", "täglich 06:05")
    day.cloud.forget_changes()
    day.play("2026-11-24 06:06")
    assert slots(desk, SEND) == ["24T05:05"]


def test_a_new_schedule_first_searches_all_days_before_its_own() -> None:
    day = Day("2026-11-23 06:00")  # a Monday
    desk = day.practice(**{"prepare-reminders__Zeitplan": "Mo 10:00", "send__Zeitplan": "Mo 10:05"})
    day.play("2026-11-26 12:00")
    desk.appointment("2026-11-27 16:00")  # no run of the old schedule searches Friday, none of the new one Thursday
    desk.appointment("2026-11-28 09:00")
    desk.set("prepare-reminders/Zeitplan", "täglich 10:00")
    desk.set("send/Zeitplan", "täglich 10:05")
    day.play("2026-11-27 12:00")
    assert desk.sent() == [("27T09:05", "+41790000001"), ("27T09:05", "+41790000002")]
    assert [outcome for _, outcome, _ in desk.runs(SEND)] == ["done", "done"]


def test_an_invalid_schedule_stops_its_job_and_is_reported_immediately_and_once() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    desk.set("send/Zeitplan", "täglich 10:00")
    day.play("2026-11-23 06:01")
    (notice,) = desk.notices
    assert (notice.to, notice.subject) == (DESK, "vitosms praxis: Ein Wert ist falsch: Auftraege/send/Zeitplan")
    assert "Mitteilungen senden kann um 10:05 oder 10:20 laufen, nicht um 10:00" in notice.text
    day.play("2026-11-24 06:00")
    assert desk.runs(SEND)[0][1] == "failed"
    assert [n.subject for n in desk.notices].count(notice.subject) == 1
    desk.set("send/Zeitplan", "täglich 06:20")
    day.play("2026-11-24 06:30")
    assert desk.runs(SEND)[-1][:2] == ("24T05:20", "done")
    assert not [cause for cause in desk.record.alerts if cause.startswith("invalid")]


def test_advice_on_a_schedule_is_reported_when_it_is_saved() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    desk.set("prepare-reminders/Zeitplan", "Mo-Fr 10:00")
    day.play("2026-11-23 06:01")
    (notice,) = desk.notices
    assert notice.subject == "vitosms praxis: Hinweis zum Zeitplan"
    assert "Sonntag und Montag" in notice.text


def test_missed_ticks_are_caught_up_once_and_the_missed_days_are_searched() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    for tomorrow in ("24", "25", "26"):
        desk.appointment(f"2026-11-{tomorrow} 16:00")
    lose_ticks(desk, "2026-11-24 09:00", "2026-11-25 11:00")
    day.play("2026-11-25 18:00")
    assert slots(desk, REMINDERS) == ["23T09:00", "25T09:00"]
    assert desk.runs(REMINDERS)[-1][2]["start"][11:16] == "10:00"
    assert [to for _, to in desk.sent()] == ["+41790000001", "+41790000002", "+41790000003"]


def held_day(late: str) -> tuple[Day, Desk]:
    """Two reminders prepared, and no tick between their preparation and a later time."""
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    for starts_at in ("2026-11-24 09:00", "2026-11-24 15:00"):
        desk.appointment(starts_at)
    lose_ticks(desk, "2026-11-23 10:01", late)
    day.play("2026-11-23 20:00")
    return day, desk


def test_a_send_slot_missed_by_less_than_six_hours_is_caught_up() -> None:
    _, desk = held_day("2026-11-23 16:00")
    assert [outcome for _, outcome, _ in desk.runs(SEND)] == ["done"]
    assert [when for when, _ in desk.sent()] == ["23T15:05"] * 2


def test_a_send_slot_missed_by_more_is_held_until_a_person_releases_it() -> None:
    day, desk = held_day("2026-11-23 16:30")
    assert [(slot, outcome) for slot, outcome, _ in desk.runs(SEND)] == [("23T09:05", "missed")]
    assert desk.sent() == []
    assert {(entry.state, entry.held) for entry in desk.entries.values()} == {(State.PREPARED, True)}
    notice = desk.notices[0]
    assert notice.subject == "vitosms praxis: Versand versäumt"
    assert "Patient P1, Di 24.11. 09:00" in notice.text
    assert "Patient P2, Di 24.11. 15:00" in notice.text
    assert desk.told == ["missed"]
    day.play("2026-11-24 08:00")
    desk.parts.store.commit([Transition(desk.entries["T2"], released(desk.entries["T2"]))])
    day.play("2026-11-24 12:00")
    assert desk.sent() == [("24T09:05", "+41790000002")]
    assert desk.entries["T1"].state is State.EXPIRED
    assert [outcome for _, outcome, _ in desk.runs(SEND)] == ["missed", "done"]


def test_a_send_run_waits_while_its_practice_is_preparing() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    desk.appointment("2026-11-24 09:00")
    run = RunMessage(desk.name, REMINDERS, at("2026-11-23 10:00"), at("2026-11-23 10:00"))
    day.play("2026-11-23 09:59")
    desk.parts.runs.claim(run, "another worker", at("2026-11-23 10:04"))  # and dies
    day.play("2026-11-23 10:15")
    assert [why(line) for _, _, line in desk.runs(SEND)] == [
        ["Das Aufbereiten läuft noch; gesendet wird in einer Viertelstunde."]
    ]
    day.play("2026-11-23 12:00")
    assert desk.sent() == [("23T09:35", "+41790000001")]  # the run message came back after half an hour


def test_two_fires_of_a_rule_leave_the_same_as_one() -> None:
    def entries(twice: bool) -> list[tuple[str, State, int]]:
        day = Day("2026-11-23 06:00")
        desk = day.practice()
        for n in range(5):
            desk.appointment(f"2026-11-24 1{n}:00")
        if twice:
            for tick in Tick:
                for minute in range(0, 60, 15):
                    fire = at("2026-11-23 10:00") + timedelta(minutes=minute + 5 * list(Tick).index(tick))
                    day.cloud.at(fire, lambda tick=tick, fire=fire: desk.cloud.tick(tick, fire))  # type: ignore[misc]
        day.play("2026-11-23 23:00")
        return sorted((name, entry.state, entry.attempt) for name, entry in desk.entries.items())

    assert entries(twice=True) == entries(twice=False)


@pytest.mark.parametrize("broken", ["database.open", "parameters.page"])
def test_a_broken_practice_delays_no_other(broken: str) -> None:
    day = Day("2026-11-23 06:00")
    bad, good = day.practice("bad"), day.practice("good")
    for desk in (bad, good):
        desk.appointment("2026-11-24 09:00")
    current: list[str] = []

    def fault(moment: Moment, call: str) -> None:
        if call == "practices.record":
            current.append("")
        if moment == "before" and call == broken and desk_of(day) == "bad":
            raise OSError("no")

    day.cloud.world.fault = fault
    day.play("2026-11-23 12:00")
    assert [practice for practice in ("bad", "good") if day.parts.data.entries.get(practice)] == ["good"]
    assert len(day.parts.networks.messages) == 1


def desk_of(day: Day) -> str:
    """Return the job that is running: the only claim with a valid lease."""
    leased = [key[0] for key, run in day.parts.data.runs.items() if run.lease and run.done is None]
    return leased[-1] if leased else ""


def test_a_run_that_fails_five_times_is_history_and_an_alert() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)

    def fault(moment: Moment, call: str) -> None:
        if call == "database.open":
            raise SystemExit  # the worker dies, with its lease

    day.cloud.world.fault = fault
    day.play("2026-11-23 16:00")
    outcome, line = desk.runs(REMINDERS)[-1][1:]
    assert outcome == "failed"
    assert why(line) == ["Der Lauf ist fünfmal abgebrochen und wird nicht mehr wiederholt."]
    assert "dead-letter" in desk.told
    assert "vitosms praxis: Auftrag abgebrochen" in [notice.subject for notice in desk.notices]
