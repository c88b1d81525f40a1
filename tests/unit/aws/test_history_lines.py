"""Queries of the logs about some entries, and parsing the lines of deliver."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.aws.log_store import LogStore
from chalicelib.planning.run_report import LINES_A_CALL, LeftOut
from chalicelib.practice.opt_out import ERASED
from chalicelib.practice.reader import Reader
from tests.builders.entries import NOW

KEYS = [f"{n:032x}" for n in range(30)]
STAMP = int(NOW.timestamp() * 1000)


class Logs:
    """Two pages of deliver's log, and an empty activity log."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def put_log_events(self, **asked: Any) -> None:
        self.asked.append(asked)

    def get_paginator(self, operation: str) -> Logs:
        assert operation == "filter_log_events"
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        self.asked.append(asked)
        if asked["logGroupName"] != "deliver":
            return [{"events": []}]
        line = {"message": "entry", "practice": "praxis", "key": KEYS[0], "from": "reserved", "to": "sending"}
        first = {"events": [_event("START RequestId: 1"), _event("[1]")]}
        return [first, {"events": [_event(json.dumps({**line, "to": "sent"}), 1), _event(json.dumps(line))]}]


def _event(message: str, seconds: int = 0) -> dict[str, Any]:
    return {"timestamp": STAMP + seconds * 1000, "message": message}


def test_the_lines_of_deliver_are_told_by_the_time_at_which_they_were_printed() -> None:
    logs = Logs()
    history = LogStore(logs, jobs_group="jobs", activity_group="activity", deliver_group="deliver")
    found = history.of_entries("praxis", {KEYS[0]}, NOW)
    assert [(line["at"][11:19], line["to"]) for line in found] == [("09:05:00", "sending"), ("09:05:01", "sent")]
    assert {one["filterPattern"] for one in logs.asked} == {f'"{KEYS[0]}"'}
    assert {one["startTime"] for one in logs.asked} == {STAMP}


def test_the_pattern_is_as_long_as_aws_takes_one() -> None:
    for keys, length in ((KEYS[:2], 71), (KEYS[:25], 899), (KEYS, 0)):
        logs = Logs()
        LogStore(logs, jobs_group="jobs", activity_group="a", deliver_group="b").of_entries("praxis", set(keys), NOW)
        assert {len(one["filterPattern"]) for one in logs.asked} == {length}


def test_what_a_run_gathers_before_it_writes_is_one_call() -> None:
    logs = Logs()
    history = LogStore(logs, jobs_group="jobs", activity_group="activity", deliver_group="deliver")
    longest = LeftOut(NOW, "reminder:1234567", KEYS[0], "wants_messages", ERASED)
    history.write_activity("praxis", [longest] * LINES_A_CALL, [], NOW, Reader())
    assert [len(call["logEvents"]) for call in logs.asked] == [LINES_A_CALL]
