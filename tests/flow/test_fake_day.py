"""A whole practice proves the fakes: its two days have the same result on them as on the local cloud."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from chalicelib.entries.credits import LedgerItem
from chalicelib.entries.entry import Entry
from chalicelib.practice.day_counts import DayCounts
from chalicelib.wiring import Wiring, wiring
from infra.cli.sandbox.demo import demo_plan
from infra.demo.practice import Change
from infra.local.networks.sent_message import SentMessage
from infra.local.rehearsal import Change as Saves
from infra.local.rehearsal import Plan, rehearsal
from tests.fakes.fake_cloud import FakeCloud
from tests.fakes.practice import enter, fake_cloud
from tests.fakes.practice_database import tables_of
from tests.fakes.wiring import STAGE
from tests.simulation.invariants import counted

SEED = 1
# Parameters that the practice saves on the first day: minutes after its start at 09:45, parameter, value.
SAVED = (
    (22, "Auftraege/send/Zeitplan", "täglich 10:20"),
    (105, "Schalter/Versandfenster", "08:00-08:00"),
    (135, "Schalter/Versandfenster", "08:00-20:00"),
)
MANDANTEN = ("M1", "M2", "M3")


@dataclass(frozen=True)
class Life:
    """Returns the practice's data at the end of a day, except for ids that are random on the local cloud."""

    entries: Sequence[Entry]
    messages: Sequence[SentMessage]
    ledgers: Mapping[str, Sequence[LedgerItem]]
    balances: Mapping[str, int]
    runs: Sequence[Mapping[str, Any]]
    activities: Counter[str]
    days: Mapping[date, DayCounts]


def life(
    plan: Plan, parts: Wiring, entries: Sequence[Entry], messages: Sequence[SentMessage],
    runs: Sequence[Mapping[str, Any]], activities: Sequence[Mapping[str, Any]],
) -> Life:  # fmt: skip
    plain = [replace(e, write_id="", message_id="an id" if e.message_id else None) for e in entries]
    return Life(
        entries=sorted(plain, key=lambda entry: entry.identity),
        messages=sorted((replace(m, message_id="", tags={}) for m in messages), key=lambda m: (m.at, m.to, m.text)),
        ledgers={m: _by_key(parts.store.ledger(plan.practice, m)) for m in MANDANTEN},
        balances=parts.store.balances(plan.practice, MANDANTEN),
        runs=sorted(runs, key=lambda run: (run["start"], run["job"])),
        activities=Counter(str(sorted(line.items())) for line in activities),
        days=record.days if (record := parts.practices.record(plan.practice)) else {},
    )


def _by_key(items: Sequence[LedgerItem]) -> list[LedgerItem]:
    return sorted(items, key=lambda item: (item.at, item.key))


def ends_of_days(plan: Plan) -> tuple[datetime, datetime]:
    return plan.start.replace(hour=21, minute=0), plan.end


def on_fakes(plan: Plan, changes: Sequence[Change]) -> FakeCloud:
    """The practice on the fakes at its start, its rows read before anything changes."""
    tables = tables_of(Path(plan.database.removeprefix("sqlite:///")))
    cloud = fake_cloud(plan, tables)
    for change in changes:
        cloud.at(change.at, partial(enter, tables, change.sql, change.parameters))
    return cloud


def lives_on_fakes(cloud: FakeCloud, plan: Plan) -> Iterator[Life]:
    parts = cloud.parts
    for end in ends_of_days(plan):
        cloud.play(end)
        entries = list(parts.data.entries[plan.practice].values())
        protocols = parts.history.runs(plan.practice), parts.history.activities(plan.practice)
        yield life(plan, parts, entries, parts.networks.messages, *protocols)
    assert cloud.errors == []


def lives_on_the_local_cloud(plan: Plan) -> Iterator[Life]:
    with rehearsal(plan) as rehearsed:
        for end in ends_of_days(plan):
            rehearsed.cloud.play(end)
            protocols = rehearsed.runs(), rehearsed.activities()
            yield life(plan, wiring(), rehearsed.entries(), rehearsed.messages(), *protocols)


@pytest.fixture(scope="module")
def both() -> list[tuple[Life, Life]]:
    """The first day and both days: on the fakes, on the local cloud."""
    with demo_plan(SEED) as (plan, changes):
        cloud, folder = on_fakes(plan, changes), f"/vitosms/{STAGE}/{plan.practice}/"
        saves = []
        for minutes, name, value in SAVED:
            at = plan.start + timedelta(minutes=minutes)
            cloud.at(at, partial(cloud.parts.parameters.put, folder + name, value))
            saves.append(Saves(at, partial(wiring_saves, plan.practice, name, value)))
        fake = list(lives_on_fakes(cloud, plan))
        saving = replace(plan, changes=(*plan.changes, *saves))
        return list(zip(fake, lives_on_the_local_cloud(saving), strict=True))


def wiring_saves(practice: str, name: str, value: str) -> None:
    wiring().parameters.save(practice, name, value)


def comparable(entry: Entry) -> tuple[object, ...]:
    return entry.identity, entry.state, entry.channel, entry.recipient, entry.credits, entry.reason


@pytest.mark.parametrize("day", [0, 1], ids=["first day", "both days"])
def test_the_demo_practice_lives_on_the_fakes_as_on_the_local_cloud(both: list[tuple[Life, Life]], day: int) -> None:
    fake, real = both[day]
    assert list(map(comparable, fake.entries)) == list(map(comparable, real.entries))
    assert fake.messages == real.messages
    assert fake.ledgers == real.ledgers
    assert fake.balances == real.balances
    assert fake == real  # down to each instant, version and charge, and to the two logs
    assert len(fake.messages) > 40
    assert [line for line in fake.activities if "08:00-08:00" in line]  # reported by the event of its change
    assert {day: one.counts for day, one in real.days.items()} == counted(real.entries)
    assert len({cell.practitioner for one in real.days.values() for cell in one.counts}) > 2


def test_a_day_of_400_patients_is_a_few_hundred_calls_on_the_fakes() -> None:
    with demo_plan(SEED) as (plan, changes):
        cloud = on_fakes(plan, changes)
        cloud.world.calls.clear()
        summary = plan.start + timedelta(hours=1, minutes=25)  # 11:10
        cloud.play(summary)
        before = len(cloud.world.calls)
        cloud.play(summary + timedelta(minutes=1))
        of_summary = len(cloud.world.calls) - before
        cloud.play(plan.start + timedelta(hours=12))
        calls = Counter(cloud.world.calls)
    sent = len(cloud.parts.networks.messages)
    assert calls["sms.send"] + calls["mail.send"] == sent == 50
    assert calls["jobs.due"] == 12 * 4 * 3  # a quiet tick is one call
    assert [calls[f"database.{question}"] for question in ("reminders", "birthdays", "recheck")] == [2, 1, 1]
    assert calls["database.definitive"] == 1  # of the summary, like one of the others
    assert of_summary < 32  # with the batches of rows that it reads, and a status run of the same tick
    of_alert = [calls[name] for name in ("raised_alerts.claim", "alerts.tell_operator", "raised_alerts.confirm")]
    assert of_alert == [1, 1, 1]  # the balance of M2 becomes low
    assert sum(calls.values()) - calls["jobs.due"] - of_summary - sum(of_alert) < 3.1 * sent


def test_a_span_is_the_same_whether_it_is_played_at_once_or_in_pieces() -> None:
    with demo_plan(SEED) as (plan, changes):
        once, pieces = on_fakes(plan, changes), on_fakes(plan, changes)
    end = plan.start + timedelta(hours=2)
    once.play(end)
    for minutes in range(0, 121, 7):
        pieces.play(min(end, plan.start + timedelta(minutes=minutes)))
    pieces.play(end)
    assert pieces.parts.data.entries == once.parts.data.entries
    assert Counter(pieces.world.calls) == Counter(once.world.calls)
