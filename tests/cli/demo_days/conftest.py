"""The two days of the demo practice, played once for all tests in this folder, on one local cloud that stays open."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch

import pytest

from infra.cli.sandbox.demo import demo_plan
from infra.cli.sandbox.progress import play
from infra.demo.practice import Change
from infra.local.rehearsal import Rehearsal, rehearsal


@dataclass(frozen=True)
class Demo:
    """The two days as played; tests that change them restore them."""

    rehearsed: Rehearsal
    happenings: tuple[Change, ...]
    progress: str


@pytest.fixture(scope="package")
def demo() -> Iterator[Demo]:
    progress = io.StringIO()
    with (
        patch.dict("os.environ", {"COLUMNS": "80"}),
        demo_plan(1) as (plan, happenings),
        rehearsal(plan) as rehearsed,
    ):
        play(rehearsed, progress)
        yield Demo(rehearsed, happenings, progress.getvalue())
