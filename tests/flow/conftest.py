"""Fixtures that the tests of the flow share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.build import Database
from tests.flow.permissions import Watch


@pytest.fixture(scope="module", autouse=True)
def watch() -> Iterator[Watch]:
    """Refuse calls of a handler that its policy in `.chalice/` does not allow."""
    watch = Watch()
    with watch.on():
        yield watch


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A new practice with one Mandant and nobody else."""
    return Database(tmp_path / "praxis.db")
