"""A status job that awaits receipts runs when one has come, not at every tick."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.entries.states import State
from chalicelib.jobs.status_tick import status_tick
from chalicelib.planning.outlook import next_runs
from chalicelib.schedule.job import Job, Tick
from infra.local.networks.sent_message import SentMessage
from tests.contract.test_logs import sms_line
from tests.flow.fake_build import Day, Desk, at

HOURS = timedelta(hours=1)
LATE_AFTER = [1.0, 2.2, 3.1, 5.6, 9.3]  # hours
PRACTICES = 2_250  # whose runs five workers do in the quarter of an hour between two ticks, at two seconds each


def fifty_sms(late: list[float], until: str = "2026-11-24 00:00", day: Day | None = None) -> Desk:
    """A practice's day; the receipts of the last messages come these hours after the others."""
    day = day or Day("2026-11-23 06:00")
    desk = day.practice()
    for _ in range(50):
        desk.appointment("2026-11-24 09:00")
    hours = {f"+4179000{50 - n:04}": late for n, late in enumerate(late)}

    def accepted(message: SentMessage) -> None:
        day.cloud.plan_receipt(message, hours.get(message.to, 0) * HOURS)

    day.parts.networks._accepted = accepted
    day.play(until)
    return desk


def status_runs(desk: Desk) -> int:
    return sum(tick.queued for tick in desk.cloud.status_ticks)


def test_five_late_receipts_of_fifty_take_at_most_eight_status_runs() -> None:
    desk = fifty_sms(LATE_AFTER)
    assert Counter(one.state for one in desk.entries.values()) == {State.DELIVERED: 50}
    assert status_runs(desk) == 6 <= 8


def test_a_late_receipt_is_applied_at_the_tick_that_finds_it() -> None:
    desk = fifty_sms([3.0], "2026-11-23 13:11")
    assert {one.state for one in desk.entries.values()} == {State.DELIVERED}


def test_while_a_job_waits_its_next_run_is_the_next_slot_and_a_new_schedule_counts() -> None:
    desk = fifty_sms([30.0], "2026-11-23 12:00")
    desk.set("status/Zeitplan", "täglich 16:10")
    assert next_runs(desk.practice, Job.STATUS, desk.cloud.world.now, 1) == [at("2026-11-23 16:10")]
    before = status_runs(desk)
    desk.cloud.play(at("2026-11-23 16:11"))
    assert status_runs(desk) == before + 1
    desk.cloud.play(at("2026-11-24 17:00"))
    assert {one.state for one in desk.entries.values()} == {State.DELIVERED}


def test_a_receipt_that_a_tick_reads_while_a_late_run_is_at_work_is_applied_by_the_next_tick() -> None:
    day = Day("2026-11-23 06:00")
    desk, _ = fifty_sms([0.15], "2026-11-23 10:10", day), day.practice("other", status__Zeitplan="täglich 10:25")

    def waits_in_the_queue(moment: str, call: str) -> None:
        if (moment, call) == ("after", "queues.put_runs"):
            for message in desk.parts.queues.runs_queue.messages:
                message.visible = at("2026-11-23 10:24")
        if (moment, call) == ("before", "runs.finish"):
            desk.cloud.world.fault = lambda *_: None
            desk.cloud.world.now = at("2026-11-23 10:25")
            desk.cloud.tick(Tick.STATUS, desk.cloud.world.now)

    desk.cloud.world.fault = waits_in_the_queue
    desk.cloud.play(at("2026-11-23 10:41"))
    assert {one.state for one in desk.entries.values()} == {State.DELIVERED}


@pytest.mark.parametrize("received", [0, 3])
def test_a_tick_of_2250_practices_that_wait_queues_only_the_runs_of_those_with_a_receipt(received: int) -> None:
    desk = fifty_sms([30.0], "2026-11-23 14:20")
    data, now = desk.parts.data, at("2026-11-23 14:25")
    job = data.jobs[desk.name, Job.STATUS]
    for n in range(PRACTICES - 1):
        data.put_job(type(job)(f"p{n}", Job.STATUS, job.slot, job.due, job.zone))
        data.accepted[f"m{n}"] = f"p{n}"
    desk.cloud.world.now = now
    for n in range(received):
        desk.parts.delivery_logs[0].write(now, sms_line(n, now))
    desk.cloud.world.calls.clear()
    assert status_tick(now, desk.parts).queued == received
    assert len(desk.cloud.world.calls) <= 10 + 3 * received
    assert len(desk.parts.queues.runs_queue.messages) == received
    assert status_tick(at("2026-11-24 10:10"), desk.parts).queued == PRACTICES
