"""One practice's day on the local cloud, counted: calls at the botocore boundary, statements at the cursor, units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.messages.recipient import Channel
from infra.local.clients import client
from infra.local.cloud import LocalCloud
from infra.local.rehearsal import Rehearsal, rehearsal
from tests.bench.meter import Meter, Place, metered
from tests.bench.practice import SHORT, plan, practice_file

_LINE = 26  # bytes that CloudWatch Logs adds to each event
_TICKS = ("prepare", "send", "status")


@dataclass(frozen=True)
class Day:
    """The cost of `messages` delivered messages; `calls` by handler and operation, units by place."""

    messages: int
    calls: Mapping[str, Mapping[str, int]]
    statements: int
    statement_steps: Mapping[str, int]  # the same, by step: prepare or send
    writes: Mapping[Place, float]
    reads: Mapping[Place, float]
    invocations: Mapping[str, int]  # of each handler
    logged: int  # bytes that CloudWatch Logs takes in: both logs, output of the Lambdas, delivery logs of SNS

    @property
    def total_calls(self) -> int:
        return sum(sum(operations.values()) for operations in self.calls.values())

    @property
    def idle_calls(self) -> int:
        """The queries with which the rules ask what is due: the deployment's own, however many practices it has."""
        return sum(self.calls.get(rule, {}).get("dynamodb.Query", 0) for rule in _TICKS)

    @property
    def own_calls(self) -> int:
        """The calls for this practice and its messages: all but those queries."""
        return self.total_calls - self.idle_calls

    def by_operation(self) -> Counter[str]:
        """Calls of all handlers, those queries too."""
        return sum((Counter(operations) for operations in self.calls.values()), Counter())


def count_day(messages: int, channel: Channel, id_length: int = SHORT) -> Day:
    """Play the day of a practice with that many appointments. Raises AssertionError if one is not sent."""
    with TemporaryDirectory() as folder:
        database = practice_file(Path(folder) / "practice.db", messages, id_length)
        with rehearsal(plan(database, channel, id_length)) as rehearsed, metered(rehearsed.cloud) as meter:
            rehearsed.play()
            return _counted(rehearsed, meter, channel)


def _counted(rehearsed: Rehearsal, meter: Meter, channel: Channel) -> Day:
    entries = rehearsed.entries()
    sent = rehearsed.cloud.networks.messages
    assert {entry.state.value for entry in entries} == {"delivered"}
    assert len(sent) == len(entries)
    assert {message.channel for message in sent} == {channel}
    steps = Counter(_step_of(statement) for statement in rehearsed.statements)
    return day_of(rehearsed.cloud, meter, len(entries), steps)


def day_of(cloud: LocalCloud, meter: Meter, messages: int, steps: Mapping[str, int]) -> Day:
    """Returns the counts of an open local cloud and its meter."""
    return Day(
        messages=messages,
        calls={handler: dict(counted) for handler, counted in cloud.calls_by_handler.items()},
        statements=sum(steps.values()),
        statement_steps=steps,
        writes=dict(meter.writes),
        reads=dict(meter.reads),
        invocations=dict(cloud.invocations),
        logged=_logged(cloud),
    )


def _logged(cloud: LocalCloud) -> int:
    groups = [group["logGroupName"] for group in client("logs").describe_log_groups()["logGroups"]]
    lines = [event["message"] for group in groups for event in cloud.log_events(group)]
    return sum(len(line.encode()) + _LINE for line in (*lines, *cloud.lambda_output))


def _step_of(statement: str) -> str:
    """Which query of chalicelib/practice_db/sql it is."""
    return "send" if "TerminId IN (" in statement else "prepare"
