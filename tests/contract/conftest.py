"""Every case runs twice: on the fakes, and on the real parts. One local cloud serves a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.retries.standard import ExponentialBackoff

from tests.builders.practice_file import appointment, practice_file
from tests.contract.sides import Side, opened
from tests.sql_server.endpoint import SqlServer


@pytest.fixture(scope="module", params=["fake", "real"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)  # boto3 waits before it asks again
        with opened(request.param) as side:
            yield side


@pytest.fixture(scope="session")
def monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,200 appointments of one day."""
    path = tmp_path_factory.mktemp("practice") / "p.db"
    practice_file(path, {"Termin": [appointment(n) for n in range(1200)]})
    return path


@pytest.fixture
def server(monday: Path) -> Iterator[SqlServer]:
    with SqlServer(monday) as endpoint:
        yield endpoint
