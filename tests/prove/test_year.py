"""A year of ticks for fifty practices on the fakes, both changes of the clocks included; ticks get lost and repeated.

The runs themselves are left out: dispatch, due times and claims decide when a job runs, and how often.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from chalicelib.aws.queues import run_of
from chalicelib.jobs.run_job import _job_after
from chalicelib.jobs.status_tick import status_tick
from chalicelib.jobs.tick import job_tick
from chalicelib.planning.run_report import RunOutcome
from chalicelib.schedule.job import GRID_MINUTE, SCHEDULED, TICK_OF, Job, RunMessage, Tick
from chalicelib.schedule.job_state import JobState, new_jobs
from chalicelib.schedule.schedule import Schedule, parse_schedule
from tests.fakes.wiring import FakeWiring
from tests.fakes.world import World

START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)
SEED, PRACTICES, LOST, TWICE = 20260301, 50, 1 / 20, 1 / 10
ZONES = ("Europe/Zurich",) * 4 + ("America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Chatham")
DAYS = (
    "täglich",
    "täglich",
    "Mo-Fr",
    "Mo,Mi,Fr",
    "alle 2 Tage",
    "alle 2 Wochen Mo",
    "monatlich 31",
    "monatlich letzter",
)
Runs = dict[tuple[str, Job], list[tuple[datetime, datetime]]]  # slot and tick


def zeitplan(job: Job, chance: random.Random) -> Schedule:
    """Any day part with any time part; in the small hours too, where the clocks change."""
    minute = GRID_MINUTE[TICK_OF[job]] + 15 * chance.randrange(4)
    span = f"alle {chance.choice([45, 60, 120, 240])} Minuten {chance.choice(['00:00-05:00', '08:00-18:00'])}"
    times = span if chance.random() < 0.15 else f"{chance.choice([0, 1, 2, 2, 3, 7, 10, 10, 23]):02}:{minute:02}"
    return parse_schedule(f"{chance.choice(DAYS)} {times}", job)


def ticks(chance: random.Random) -> Iterator[tuple[Tick, datetime, int]]:
    """Every tick of the year with how often it fires: 0, 1 or 2 times."""
    at = START
    while at < END:
        for rule in Tick:
            odds = chance.random()
            yield rule, at + timedelta(minutes=GRID_MINUTE[rule]), 0 if odds < LOST else 2 if odds < LOST + TWICE else 1
        at += timedelta(minutes=15)


def work_off(parts: FakeWiring, world: World, done: Runs) -> None:
    """Claim, record and end each queued run; a run that was already done is not repeated."""
    for message in parts.queues.runs_queue.receive(1000):
        run = run_of(message.body)
        owner = world.new_id()
        if parts.runs.claim(run, owner, world.now):
            done.setdefault((run.practice, run.job), []).append((run.slot, run.tick))
            parts.runs.finish(run, owner, partial(after, run))
        parts.queues.runs_queue.delete(message.handle)


def after(run: RunMessage, job: JobState) -> JobState:
    return _job_after(job, run, RunOutcome.DONE, None)


def expected(schedule: Schedule, zone: ZoneInfo, fired: list[datetime]) -> list[tuple[datetime, datetime]]:
    """At each tick that was not lost, the latest of the slots since the one before."""
    found, tick = [], iter(fired)
    slot, at = schedule.next_after(START - timedelta(microseconds=1), zone), next(tick)
    while slot < END:
        while at < slot:
            at = next(tick, END)
        if at >= END:
            break
        following = schedule.next_after(slot, zone)
        if following > at:
            found.append((slot, at))
        slot = following
    return found


def test_every_due_run_happens_once_for_its_slot_at_the_first_tick_that_was_not_lost() -> None:
    chance = random.Random(SEED)
    world = World(START)
    parts = FakeWiring(world, {})
    plans = {}
    for n in range(PRACTICES):
        practice, zone = f"praxis-{n}", chance.choice(ZONES)
        plans[practice] = {job: zeitplan(job, chance) for job in SCHEDULED}, ZoneInfo(zone)
        jobs = new_jobs(practice, plans[practice][0], zone, START - timedelta(microseconds=1))
        parts.practices.add(practice, [], jobs)
    done: Runs = {}
    fired: dict[Tick, list[datetime]] = {rule: [] for rule in Tick}
    for rule, at, times in ticks(chance):
        world.now = at
        fired[rule] += [at] if times else []
        for _ in range(times):
            if rule is Tick.STATUS:
                status_tick(at, parts)
            else:
                job_tick(rule, at, parts.queues, parts.jobs)
        work_off(parts, world, done)
    for practice, (schedules, zone_info) in plans.items():
        for job, schedule in schedules.items():
            assert done[practice, job] == expected(schedule, zone_info, fired[TICK_OF[job]]), (practice, job)
    assert sum(map(len, done.values())) > 50_000
