"""A practice, and its database as a SQL Server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.wiring import wiring
from tests.cli.running import running
from tests.flow.build import PRACTICE, Database
from tests.sql_server.endpoint import SqlServer


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with running(tmp_path_factory.mktemp("practice")) as (_, database):
        yield database


@pytest.fixture
def server(practice: Database) -> Iterator[SqlServer]:
    with SqlServer(Path(practice.path)) as endpoint:
        wiring().parameters.save_database_url(PRACTICE, endpoint.url())
        yield endpoint
