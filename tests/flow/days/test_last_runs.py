"""Each job of a practice has the start and the outcome of its last run, beside what is due next."""

from __future__ import annotations

from chalicelib.aws.queues import run_body
from chalicelib.jobs.dead_letters import dead_run
from chalicelib.schedule.job import Job, RunMessage
from tests.flow.fake_build import Day, Desk, at


def last(desk: Desk) -> dict[Job, tuple[str, str]]:
    """The local time and the outcome of each job's last run."""
    record = desk.parts.practices.record(desk.name)
    jobs = record.jobs.values() if record else ()
    return {
        one.job: (f"{one.started.astimezone(desk.practice.zone):%H:%M}", one.outcome) for one in jobs if one.started
    }


def test_a_job_knows_its_last_run_done_skipped_or_failed() -> None:
    day = Day("2026-11-23 09:50")
    desk = day.practice(Schalter__GeburtstagsglueckwuenscheSenden="Nein")
    desk.appointment("2026-11-24 09:00")
    assert last(desk) == {}
    day.play("2026-11-23 10:12")
    morning = {
        Job.PREPARE_REMINDERS: ("10:00", "done"), Job.PREPARE_BIRTHDAYS: ("10:00", "skipped"),
        Job.SEND: ("10:05", "done"), Job.STATUS: ("10:10", "done"),
    }  # fmt: skip
    assert last(desk) == morning
    slot = at("2026-11-23 10:05")
    dead_run(run_body(RunMessage(desk.name, Job.SEND, slot, slot)), day.parts)
    assert last(desk) == morning | {Job.SEND: (f"{day.cloud.world.now.astimezone(desk.practice.zone):%H:%M}", "failed")}


def test_a_run_that_dies_by_an_error_is_noted_as_failed_and_the_repeated_one_as_done() -> None:
    day = Day("2026-11-23 09:50")
    desk = day.practice()
    outcomes: list[str] = []

    def fault(moment: str, call: str) -> None:
        if (moment, call) == ("before", "store.open_entries") and not outcomes:
            outcomes.append(call)
            raise KeyError(call)
        if (moment, call) == ("before", "runs.claim") and len(outcomes) == 1 and last(desk).get(Job.SEND):
            outcomes.append(last(desk)[Job.SEND][1])

    desk.appointment("2026-11-24 09:00")
    day.cloud.world.fault = fault
    day.play("2026-11-23 11:00")
    assert outcomes == ["store.open_entries", "failed"]
    assert last(desk)[Job.SEND][1] == "done"
