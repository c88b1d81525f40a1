"""The small day on the local cloud, and its table set back to the moment after each of its writes.

The table then lacks an hour that the protocols contain. The operator follows docs/operations.md.
"""

from __future__ import annotations

import copy
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from chalicelib.aws.stop_marks import by_operator
from chalicelib.wiring import wiring
from infra.cli import main
from infra.local.clients import ACCOUNT, REGION
from infra.local.rehearsal import Rehearsal
from tests.flow.build import Database
from tests.flow.fake_build import at
from tests.flow.small_day import on_local_cloud
from tests.prove.copies import FORKS, Copies

SET_BACK, CLEARED, END = "2026-11-23 11:00", "2026-11-23 11:16", "2026-11-23 12:00"
WITHOUT = 6  # one in this number is also played without the commands: then somebody must get a second message
WRITES = ("dynamodb.TransactWriteItems", "dynamodb.UpdateItem", "dynamodb.PutItem", "dynamodb.DeleteItem")
AS_IT_IS_WRITTEN = (
    ("restored", "--since"),
    ("queue", "release", "--all", "--yes"),
    ("resume", "--all", "--yes"),
)


def rows() -> Any:
    return dynamodb_backends[ACCOUNT][REGION].tables[os.environ["VITOSMS_TABLE"]].items


@dataclass
class Moments:
    """The table after each write of the day that changed it."""

    day: Rehearsal
    kept: list[tuple[datetime, Any]] = field(default_factory=list)

    def note(self, operation: str) -> None:
        if operation in WRITES and (not self.kept or repr(self.kept[-1][1]) != repr(rows())):
            self.kept.append((self.day.cloud.clock.now(), copy.deepcopy(rows())))


def set_back(moment: datetime, table: Any, day: Rehearsal, commands: bool) -> None:
    there = rows()
    there.clear()
    there.update(table)
    wiring().stops.stop_all(by_operator("Wiederherstellung"))
    day.cloud.play(at(CLEARED))
    for command in AS_IT_IS_WRITTEN[0 if commands else -1 :]:
        since = (moment.isoformat(),) if command[0] == "restored" else ()
        assert main.run([*command, *since, "--stage", "local"]) == 0
    day.cloud.play(at(END))


def asked_twice(day: Rehearsal) -> list[str]:
    requests: Counter[str] = day.cloud.networks.on_request.requests  # type: ignore[union-attr]
    return sorted(number for number, count in requests.items() if count > 1)


@FORKS
def test_wherever_the_table_is_set_back_to_nobody_is_sent_a_second_message(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    copies, chosen = Copies(), list[tuple[datetime, Any, bool]]()
    with on_local_cloud(Database(tmp_path / "day.db")) as (day, _):
        moments = Moments(day)
        day.cloud.gateway.after = moments.note

        def morning() -> None:
            day.cloud.play(at(SET_BACK))
            day.cloud.gateway.after = lambda operation: None
            for nth, (moment, table) in enumerate(moments.kept):
                for commands in (True, False) if nth % WITHOUT == 0 else (True,):
                    if copies.is_copy or copies.copy(f"{nth} {'with' if commands else 'without'}"):
                        chosen[:] = chosen or [(moment, table, commands)]

        def rest() -> list[str]:
            set_back(*chosen[0][:2], day, chosen[0][2])
            return asked_twice(day)

        copies.play(morning, rest)
    ends = {name: wrong for name, wrong in copies.ends.items() if wrong}
    played = Counter(name.split()[1] for name in copies.ends)
    record_property("set back", f"to {played['with']} moments, {played['without']} of them without the commands too")
    assert len(moments.kept) > 30
    assert [name for name in ends if name.endswith("with")] == []
    assert len([name for name in ends if name.endswith("without")]) > 2
