"""`vitosms preview` and `credits forecast` on the demo practice: compared with the actual runs of both days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.practice.practice import Practice
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.preview.dry_run import PreviewPorts
from chalicelib.preview.preview import preview
from chalicelib.preview.result import PlannedOutcome, Preview, PreviewLine
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from chalicelib.wiring import wiring
from infra.cli.sandbox.demo import demo_plan
from infra.local.rehearsal import Rehearsal, rehearsal
from tests.cli.running import Vitosms
from tests.flow.build import ZURICH

PREPARING = [Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS]
READS = {"DescribeStacks", "Query", "GetItem", "BatchGetItem", "GetParameter", "GetParametersByPath"}


def at(clock: str, day: int = 27) -> datetime:
    return datetime.fromisoformat(f"2029-02-{day} {clock}").replace(tzinfo=ZURICH)


@pytest.fixture(scope="module")
def demo() -> Iterator[Rehearsal]:
    """The demo practice; one test plays its days."""
    with (
        ExitStack() as stack,
        patch.dict("os.environ", {"COLUMNS": "80"}),
    ):
        plan, _ = stack.enter_context(demo_plan(1))
        yield stack.enter_context(rehearsal(plan))


def foreseen(demo: Rehearsal, jobs: list[Job] = PREPARING) -> Preview:
    parts, name = wiring(), demo.plan.practice
    record = parts.practices.record(name)
    assert record is not None
    practice = Practice(record, ValidatedParameters(parts.parameters.saved(name)))
    opt_outs, tariff = parts.parameters.opt_outs(record), parts.parameters.tariff()
    now = demo.cloud.clock.now()
    with parts.open_database(parts.parameters.database_url(name)) as database:
        return preview(jobs, None, practice, now, PreviewPorts(database, parts.store, tariff, opt_outs))


def prepared(demo: Rehearsal, slot: datetime) -> list[Entry]:
    """Entries that a slot's runs wrote, in their state at that time."""
    return [replace(entry, write_id="") for entry in demo.entries() if entry.slot == slot]


def as_sent(entry: Entry) -> tuple[Any, ...]:
    return (entry.key, entry.mandant, entry.channel, entry.parts, entry.credits, entry.subject, entry.text)


def as_foreseen(line: PreviewLine) -> tuple[Any, ...]:
    return (line.key, line.mandant, line.channel, line.parts, line.credits, line.subject, line.text)


def by_key(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.key)


def test_both_days_go_exactly_as_foreseen(demo: Rehearsal) -> None:
    """People change things after prepare and after the second preview, and so after each comparison."""
    for day in (27, 28):
        goes_as_foreseen(demo, day)


def goes_as_foreseen(demo: Rehearsal, day: int) -> None:
    demo.cloud.play(at("09:58", day))
    told, apart = foreseen(demo), {job: foreseen(demo, [job]) for job in PREPARING}
    demo.cloud.play(at("10:01", day))
    assert by_key(prepared(demo, at("10:00", day))) == by_key(list(told.entries))
    for job, alone in apart.items():
        (run,) = [run for run in demo.runs() if run["job"] == job and run["slot"][:10] == f"2029-02-{day}"]
        assert run["skipped"] == dict(alone.skipped)
        assert run["counts"]["prepared"] == sum(one.state is State.PREPARED for one in alone.entries)
    demo.cloud.play(at("10:04", day))  # somebody has called off, moved, or died
    told = foreseen(demo)
    demo.cloud.play(at("10:05:01", day))
    by_state = {entry.key: entry for entry in demo.entries()}
    leaving = [line for line in told.lines if line.leaves == at("10:05", day)]
    sent = [one for one in by_state.values() if one.reserved_at == at("10:05", day)]
    assert sorted(map(as_foreseen, leaving)) == sorted(map(as_sent, sent))
    assert len(sent) > 30
    for line in (
        line
        for line in told.lines
        if line.outcome in (PlannedOutcome.ENDS, PlannedOutcome.PHONE) and line.key in by_state
    ):
        assert by_state[line.key].reason == line.reason
    waiting = {one.key for one in by_state.values() if one.state is State.PREPARED}
    unpaid = {line.key for line in told.lines if line.reason == Text("send.no_credits")}
    assert unpaid & by_state.keys() == waiting  # the others are of tomorrow's runs
    assert bool(waiting) is (day == 28)  # the poor Mandant


def operations(vitosms: Vitosms, *args: str) -> tuple[set[str], Any]:
    """Return the AWS calls of a command, and its document."""
    asked, call = set[str](), BaseClient._make_api_call

    def spy(client: Any, operation: str, given: Any) -> Any:
        asked.add(operation)
        return call(client, operation, given)

    with patch.object(BaseClient, "_make_api_call", spy):
        return asked, vitosms.told(*args)


@pytest.mark.parametrize(
    "args",
    [
        ("preview",),
        ("preview", "--date", "2029-03-05", "--job", "reminders"),
        ("preview", "--switch", "BevorzugterKanal=E-Mail", "--switch", "auftraege/send/zeitplan=täglich 16:20"),
        ("credits", "forecast"),
        ("credits", "ledger"),
    ],
    ids=" ".join,
)
def test_whoever_looks_ahead_writes_nothing(
    demo: Rehearsal, capsys: pytest.CaptureFixture[str], args: tuple[str, ...]
) -> None:
    vitosms, demo.statements[:] = Vitosms(capsys), []
    before = sorted(demo.cloud.scan_table(), key=str)
    asked, document = operations(vitosms, *args)
    assert asked <= READS, asked - READS
    assert "Query" in asked
    assert document["practice"] == demo.plan.practice
    assert all(sql.lstrip().startswith(("WITH", "SELECT")) for sql in demo.statements)
    assert sorted(demo.cloud.scan_table(), key=str) == before
