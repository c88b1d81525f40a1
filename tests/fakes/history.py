"""Job history and activity log in memory. Lines are kept as JSON, so that other values raise."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.aws.log_lines import activity_line, alert_line, run_line
from chalicelib.aws.log_store import LogStore
from chalicelib.planning.alerts import Alert
from chalicelib.planning.run_report import Activity, LeftOut, RunReport
from chalicelib.practice.reader import Reader
from tests.fakes.world import World

Lines = dict[str, list[tuple[datetime, str]]]  # by practice: when, and the line


class FakeLogStore(LogStore):
    def __init__(self, world: World) -> None:
        self._world = world
        self._runs: Lines = {}
        self._activities: Lines = {}

    def write_run(self, report: RunReport, at: datetime, reader: Reader) -> None:
        line = run_line(report, reader)
        self._world.call("history.write_run", lambda: _put(self._runs, report.practice, [line], at))

    def write_activity(
        self,
        practice: str,
        activities: Sequence[Activity | LeftOut],
        alerts: Sequence[Alert],
        at: datetime,
        reader: Reader,
    ) -> None:
        lines = [activity_line(activity, reader) for activity in activities]
        lines += [alert_line(alert, at, reader) for alert in alerts]
        if lines:
            self._world.call("history.write_activity", lambda: _put(self._activities, practice, lines, at))

    def runs(self, practice: str, since: datetime | None = None) -> list[dict[str, Any]]:
        return self._world.call("history.runs", lambda: _since(self._runs, practice, since))

    def activities(self, practice: str, since: datetime | None = None) -> list[dict[str, Any]]:
        return self._world.call("history.activities", lambda: _since(self._activities, practice, since))

    def of_entries(self, practice: str, keys: Collection[str], since: datetime) -> list[dict[str, Any]]:
        return [line for line in self.activities(practice, since) if line.get("key") in keys]


def _since(log: Lines, practice: str, since: datetime | None) -> list[dict[str, Any]]:
    return [json.loads(line) for at, line in log.get(practice, []) if since is None or at >= since]


def _put(log: Lines, practice: str, lines: Sequence[Mapping[str, Any]], at: datetime) -> None:
    log.setdefault(practice, []).extend((at, json.dumps(line, ensure_ascii=False)) for line in lines)
