"""Fixtures that the tests of the flow share."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest.mock import patch

import boto3
import pytest

from tests.flow.build import Database
from tests.flow.permissions import Watch

_client = cache(boto3.client)


@pytest.fixture(scope="module", autouse=True)
def _clients_made_once() -> Iterator[None]:
    """Reuse clients: making one takes longer than a quiet day of the practice, and it holds none of moto's data.

    For the tests of the flow only: other tests need clients of another endpoint.
    """
    with patch.object(boto3, "client", _client):
        yield


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
