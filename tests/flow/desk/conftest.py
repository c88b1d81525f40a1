"""An open local cloud with a practice, whose desk answers."""

from collections.abc import Iterator

import pytest

from infra.local.rehearsal import Rehearsal
from tests.flow.build import Database, opened
from tests.flow.desk.browser import Browser
from tests.flow.desk.calls_world import World, opened_world


@pytest.fixture
def cloud(database: Database) -> Iterator[Rehearsal]:
    """A practice at 09:55 on Monday 2026-11-23."""
    with opened(database) as rehearsed:
        yield rehearsed


@pytest.fixture
def browser(cloud: Rehearsal) -> Browser:
    return Browser()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A practice with a long call list; each test takes a patient of its own."""
    with opened_world(tmp_path_factory.mktemp("calls")) as found:
        yield found
