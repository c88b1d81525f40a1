"""`vitosms restored`: the table is set back in the middle of a morning, and still nobody gets a message twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.job import Job
from chalicelib.wiring import wiring
from infra.cli.arguments import ArgumentError
from infra.cli.restored import restored_
from infra.local.rehearsal import Rehearsal
from tests.flow.build import PRACTICE, TOMORROW_9, Database, at, entry_of, number, opened, pause, states
from tests.infra.running import Vitosms

PATIENTS = 4  # two reminders, a greeting, and an e-mail
LATER = "T3"  # prepared for the same morning, but its appointment is made after the restored moment
DELIVER_LOG = "/aws/lambda/vitosms-local-deliver"


def snapshot() -> list[dict[str, Any]]:
    """What point-in-time recovery brings back: every item as it is now."""
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=wiring().settings.table)
    return [item for page in pages for item in page["Items"]]


def put_back(items: list[dict[str, Any]]) -> None:
    """The table as it was."""
    client, name = boto3.client("dynamodb"), wiring().settings.table
    for item in snapshot():
        client.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})
    for item in items:
        client.put_item(TableName=name, Item=item)


def print_to_log(day: Rehearsal) -> None:
    """What the Lambdas have printed, in deliver's log group, as Lambda keeps it."""
    client = boto3.client("logs")
    client.create_log_group(logGroupName=DELIVER_LOG)
    client.create_log_stream(logGroupName=DELIVER_LOG, logStreamName="local")
    lines = [line for line in day.cloud.lambda_output if '"key"' in line]
    assert lines
    sent = int(at("10:05:01").timestamp() * 1000)
    events = [{"timestamp": sent, "message": line} for line in ["START RequestId: 1", *lines]]
    client.put_log_events(logGroupName=DELIVER_LOG, logStreamName="local", logEvents=events)


@contextmanager
def morning(folder: Path) -> Iterator[tuple[Rehearsal, Database]]:
    """Three patients to remind and one to greet; not yet played."""
    database = Database(folder / "praxis.db")
    for _ in range(3):
        database.patient(TOMORROW_9)
    database.patient(Geburtsdatum="1980-11-23")
    with opened(database, until=at("20:00")) as day:
        yield day, database


def play_and_set_back(day: Rehearsal, restored_moment: str, until: str = "11:00") -> None:
    """The morning goes on after the moment of the snapshot; then the table is that of the snapshot, all paused."""
    day.cloud.play(at(restored_moment))
    items = snapshot()
    day.cloud.play(at(until))
    put_back(items)
    assert wiring().stops.stop_all("Wiederherstellung")


def got(day: Rehearsal) -> Counter[str]:
    """How many messages of the same text each person got."""
    return Counter(message.to for message in day.cloud.carriers.messages)


ONE_EACH = Counter(number(n) for n in range(1, PATIENTS + 1))


@pytest.mark.parametrize("moment", ["09:58", "10:03"], ids=["before they were made", "while they were prepared"])
@pytest.mark.parametrize("waits", [False, True], ids=["at once", "after the next ticks"])
def test_no_message_goes_twice_once_all_is_resumed_and_released(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], moment: str, waits: bool
) -> None:
    vitosms = Vitosms(capsys)
    with morning(tmp_path) as (day, _):
        play_and_set_back(day, moment)
        assert got(day) == ONE_EACH
        if waits:
            day.cloud.play(at("11:32"))
        vitosms.shows("restored", "--since", f"2026-11-23T{moment}")
        vitosms.shows("queue", "release", "--all")
        vitosms.shows("resume", "--all")
        day.cloud.play(at("20:00"))
        assert got(day) == ONE_EACH


@pytest.mark.parametrize("moment", ["09:58", "10:03"])
def test_without_it_everybody_would_get_a_second_one(tmp_path: Path, moment: str) -> None:
    database = Database(tmp_path / "praxis.db")
    database.patient(TOMORROW_9)
    with pytest.raises(AssertionError, match="somebody got two messages"), opened(database, until=at("20:00")) as day:
        play_and_set_back(day, moment)
        assert wiring().stops.resume_all()
        wiring().practices.go_on(PRACTICE, Job.SEND, at("11:05"))
        day.cloud.play(at("20:00"))
        assert got(day) == Counter({number(1): 2})
