"""The small day on the local cloud: a Lambda dies right before or after its first call of each operation.

The platform recovers as on the fakes (test_crash_everywhere.py), where a worker dies at every call.
The pairs of Lambda and operation are learned from a whole day.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends

from chalicelib.schedule.job import Tick
from chalicelib.schedule.time_zone import instant_text
from infra.local.clients import ACCOUNT, REGION
from infra.local.rehearsal import Rehearsal
from tests.fakes.world import Moment
from tests.flow.build import Database
from tests.flow.crashes.deaths import Call, Deaths
from tests.flow.fake_build import at
from tests.flow.small_day import END, NEXT_END, on_local_cloud
from tests.prove.copies import FORKS, Copies


def is_quiet(handler: str, now: datetime) -> bool:
    """Whether the one query of a tick would find nothing, so that the tick ends there."""
    if handler not in set(Tick):
        return False
    table = dynamodb_backends[ACCOUNT][REGION].tables[os.environ["VITOSMS_TABLE"]]
    rows = (item.attrs for items in table.items.values() for item in items.values() if "due_pk" in item.attrs)
    return not any(row["due_pk"].value == handler and row["due_sk"].value <= instant_text(now) for row in rows)


class Plays:
    """Plays the small day, with a copy for each planned death."""

    def __init__(self, moment: Moment = "before", plan: tuple[Call, ...] = ()) -> None:
        self.deaths, self.copies, self._plan = Deaths(moment), Copies(), plan

    def play(self, database: Database) -> None:
        with on_local_cloud(database) as (day, check):
            self._watch(day)

            def rest() -> list[str]:
                day.cloud.play(at(NEXT_END))
                return check() if self.deaths.happened else ["nobody died"]

            self.copies.play(partial(day.cloud.play, at(END)), rest)

    def _watch(self, day: Rehearsal) -> None:
        platform, gateway, deaths = day.cloud.platform, day.cloud.gateway, self.deaths
        invoke = platform.invoke

        def one_life(name: str, event: Mapping[str, Any]) -> bool:
            self._copy()
            quiet = partial(is_quiet, name, day.cloud.clock.now())
            return deaths.life(name, partial(invoke, name, event), quiet)

        platform.invoke = one_life  # type: ignore[method-assign]
        gateway.before, gateway.after = partial(deaths.strike, "before"), partial(deaths.strike, "after")

    def _copy(self) -> None:
        for call in self._plan:
            if call.life == self.deaths.lives and not self.copies.is_copy and self.copies.copy(str(call)):
                self.deaths.target = call


def first_of_each_pair(calls: list[Call]) -> dict[tuple[str, str], Call]:
    return {(call.handler, call.name): call for call in reversed(calls)}


@FORKS
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_lambda_that_dies_at_any_operation_costs_no_second_message_and_loses_none(
    moment: Moment, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    whole = Plays()
    whole.play(Database(tmp_path / "whole.db"))
    pairs = tuple(first_of_each_pair(whole.deaths.calls).values())
    plays = Plays(moment, pairs)
    plays.play(Database(tmp_path / "copied.db"))
    ends = plays.copies.ends
    record_property("crash", f"on moto, {moment} the first of each of the {len(ends)} pairs of handler and operation")
    assert {call: wrong for call, wrong in ends.items() if wrong} == {}
    assert len(ends) == len(pairs)
    assert len(pairs) > 30
