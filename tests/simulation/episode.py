"""One episode of a simulation: a few practices, some weeks with trouble, then nine quiet days to settle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from unittest.mock import patch

from chalicelib.entries.covering import is_told
from chalicelib.entries.phone_call import reached_call
from chalicelib.jobs import deliver, stop_emails
from chalicelib.messages.kind import Kind
from chalicelib.schedule.job import Job
from tests.flow.fake_build import Day
from tests.simulation.account_faults import AccountFaults
from tests.simulation.caller import Caller
from tests.simulation.closed_dates import ClosedDates
from tests.simulation.cloud import OneAfterTheOther, TroubledCloud
from tests.simulation.email_stops import MOST, EmailStops
from tests.simulation.habits import habits_of
from tests.simulation.invariants import seen, violations
from tests.simulation.life import Life
from tests.simulation.money import Money
from tests.simulation.outages import Outages
from tests.simulation.patient_stops import PatientStops
from tests.simulation.person import Person
from tests.simulation.promise import Promise
from tests.simulation.removals import Removals
from tests.simulation.signers import Signers
from tests.simulation.told import announcement_keys
from tests.simulation.trouble import Dice, Rates
from tests.simulation.unchanged import Unchanged
from tests.simulation.watch import Violation, Watcher

CALL_HOURS = (5, 9)  # after six in the morning (UTC)
PRACTICES, TROUBLED, SETTLING = 25, 21, 9  # practices an episode, days with trouble, days without
MANY = 1_000_000  # more violations than an episode can have
FIRST_DAYS = (date(2026, 2, 15), date(2026, 3, 15), date(2026, 6, 1), date(2026, 10, 10), date(2026, 12, 20))


@dataclass(frozen=True)
class Outcome:
    """The result of an episode."""

    days: int
    messages: int
    faults: Counter[str]
    violations: tuple[Violation, ...]


def play(seed: int, number: int, rates: Rates, practices: int = PRACTICES, most_violations: int = MANY) -> Outcome:
    """Play an episode, or until there are `most_violations` on an evening; a seed and number always give the same."""
    dice = Dice(rates, f"{seed}/{number}")
    first = FIRST_DAYS[number % len(FIRST_DAYS)] + timedelta(days=dice.between(0, 30))
    day = Day(f"{first} 00:00", carrier_failures=0.1, seed=number, cloud=TroubledCloud)
    cloud = day.cloud
    assert isinstance(cloud, TroubledCloud)
    days = [first + timedelta(days=n) for n in range(TROUBLED)]
    dark = {local_day for local_day in days if dice.rolls("dark day", rates.dark_day)}
    lives = {f"p{n}": Life(day, habits_of(n, dice), dice) for n in range(practices)}
    cloud.begin(dice, dark)
    watcher = Watcher(cloud, lives, dice)
    Promise(cloud, lives, watcher)
    Signers(cloud, lives, watcher)
    Money(cloud, {name: life.purse for name, life in lives.items()}, watcher)
    Outages(cloud, lives, watcher, dice).plan(days)
    people = Dice(rates, f"{seed}/{number}/people")
    stops = PatientStops(cloud, lives, watcher, people)
    for planned in (stops, ClosedDates(cloud, lives, watcher, people), Removals(cloud, lives, watcher, people)):
        planned.plan(days)
    person = Person(cloud, lives, watcher, dice)
    account = Dice(rates, f"{seed}/{number}/account")
    AccountFaults(cloud, person, watcher, account).plan(days)
    emails = EmailStops(cloud, watcher, account)
    caller = Caller(cloud, lives, watcher, Dice(rates, f"{seed}/{number}/calls"))
    for local_day in days:
        _plan_day(local_day, cloud, lives, person, caller, dice)
    # the dice must not depend on threads
    with patch.object(deliver, "ThreadPoolExecutor", OneAfterTheOther), patch.object(stop_emails, "MOST", MOST):
        played = _play_until(days, cloud, watcher, most_violations)
        if played == TROUBLED:
            dice.calm = True
            _settle(cloud, person)
            played += SETTLING
            stops.look()
            emails.look()
    found = violations_of(cloud, lives, watcher) if played > TROUBLED else tuple(watcher.violations)
    faults = dice.faults + people.faults + account.faults
    return Outcome(played * practices, sum(watcher.requests.values()), faults, found)


def _play_until(days: list[date], cloud: TroubledCloud, watcher: Watcher, most_violations: int) -> int:
    """Return how many days were played: all, unless there are enough violations before the last one."""
    for played, day in enumerate(days, 1):
        cloud.play(_morning(day) + timedelta(hours=20))
        if len(watcher.violations) >= most_violations:
            return played
    return TROUBLED


def _plan_day(
    day: date, cloud: TroubledCloud, lives: dict[str, Life], person: Person, caller: Caller, dice: Dice
) -> None:
    for life in lives.values():
        life.plan(day)
    cloud.at(_morning(day) + timedelta(minutes=dice.between(0, 600)), person.comes)
    for hour in CALL_HOURS:
        cloud.at(_morning(day) + timedelta(hours=hour), caller.comes)


def _settle(cloud: TroubledCloud, person: Person) -> None:
    cloud.world.weather.sms_account = ""
    person.comes()
    person.resume_all()
    cloud.play(cloud.world.now + timedelta(days=SETTLING))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(6), UTC)


def violations_of(cloud: TroubledCloud, lives: dict[str, Life], watcher: Watcher) -> tuple[Violation, ...]:
    """All violations that the watcher has seen, and those that remain after everything has settled."""
    watcher.look()
    for name, life in lives.items():
        expected = set(_expected(cloud, name, life))
        for wrong in violations(seen(life.desk), Counter(), expected, cloud.world.now):
            watcher.wrong(
                name, wrong, next((e.key for e in life.desk.entries.values() if wrong.startswith(f"{e.identity} ")), "")
            )
        for wrong in _untold(cloud, name, life, watcher):
            watcher.wrong(name, f"{wrong} was moved, and its patient was not told", "")
    return tuple(watcher.violations)


def _untold(cloud: TroubledCloud, name: str, life: Life, watcher: Watcher) -> Iterator[str]:
    """Rescheduled appointments without an entry, although a prepare run must have found them after an announcement."""
    entries = cloud.parts.data.entries.get(name, {})
    ended = [
        datetime.fromisoformat(line["start"])
        for line in cloud.parts.history.runs(name)
        if line["job"] == Job.PREPARE_REMINDERS and line["outcome"] in ("done", "with_errors")
    ]
    refused = {line["key"] for line in cloud.parts.history.activities(name) if "rule" in line}  # such as an opt-out
    for appointment, since, start in life.transitions() if life.tells_moves else ():
        told = watcher.told.of(name, appointment)
        announced = [one for one in told if one.key in entries and is_told(entries[one.key], entries)]
        reminded = [entry for entry in announced if entry.kind is Kind.REMINDER]
        if not reminded or announced[-1].announced_start == life.as_named(start) or len(announced) < len(told):
            continue
        said = watcher.told.last_said(name, appointment)
        settled = max(since, said, *(entry.changed_at for entry in announced)) + timedelta(hours=2)
        until = min(life.instants(start))
        found = any(settled < run < until and life.settings.announces(start, run) for run in ended)
        keys = announcement_keys(name, appointment)
        about = [entries[key] for key in keys if key in entries]
        has_one = any(e.starts_at in life.instants(start) and e.changed_at >= since for e in about)
        minute = life.as_named(start)
        phoned = any(reached_call(one.phone_calls, minute) for one in [*about, *(entries[e.key] for e in announced)])
        if found and not has_one and not phoned and refused.isdisjoint(keys):
            yield appointment


def _expected(cloud: TroubledCloud, name: str, life: Life) -> list[str]:
    """Candidates that were admitted during the whole of a successful prepare run that searched for them."""
    runs: dict[str, list[tuple[datetime, datetime]]] = {}
    for line in cloud.parts.history.runs(name):
        if line["outcome"] in ("done", "with_errors"):
            slot, start = (datetime.fromisoformat(line[at]) for at in ("slot", "start"))
            runs.setdefault(line["job"], []).append((slot, start))
    return [
        wanted.identity
        for wanted in life.unchanged()
        if any(_had_to_find(wanted, slot, start, life) for slot, start in runs.get(wanted.job, ()))
    ]


def _had_to_find(wanted: Unchanged, slot: datetime, start: datetime, life: Life) -> bool:
    if not wanted.entered < start < wanted.until:
        return False
    if wanted.start:
        known = (life.settings.at(at) for at in (slot, start))
        return all(found.on and found.looks(wanted.start, slot) for found in known)
    return slot.astimezone(life.zone).date() == wanted.entered.astimezone(life.zone).date()
