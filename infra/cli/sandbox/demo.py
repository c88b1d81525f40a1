"""The demo practice as a plan for a rehearsal."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from infra.demo.practice import Change as Happening
from infra.demo.practice import write_demo_practice
from infra.local.rehearsal import Change, Plan
from infra.translation import spoken


@contextmanager
def demo_plan(seed: int) -> Iterator[tuple[Plan, tuple[Happening, ...]]]:
    """The plan, and what happens meanwhile; the practice's database lives in a temporary folder until the end."""
    with tempfile.TemporaryDirectory(prefix="vitosms-demo-") as folder:
        demo = write_demo_practice(Path(folder) / "praxis.db", seed)
        plan = Plan(
            database=f"sqlite:///{demo.database}",
            start=demo.start,
            end=demo.end,
            practice=demo.practice,
            switches={**demo.switches, "PraxisSprache": spoken()},
            topups=demo.topups,
            licences=demo.licences,
            carrier_failures=demo.carrier_failures,
            seed=seed,
            changes=tuple(Change(one.at, partial(_enter, demo.database, one)) for one in demo.changes),
        )
        yield plan, demo.changes


def _enter(database: Path, happening: Happening) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(happening.sql, happening.parameters)
