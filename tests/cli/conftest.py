"""A practice at 09:55 whose stage the command reaches, for the modules that need no other one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Rehearsal]:
    with running(tmp_path) as (rehearsed, _):
        yield rehearsed


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)
