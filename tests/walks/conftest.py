"""One world, one desk and one browser for all walks of a process; each has windows of its own."""

from collections.abc import Iterator

import pytest

from tests.walks.chromium import MISSING, chromium
from tests.walks.desk import Desk, opened_desk


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    if chromium() is None:
        pytest.skip(MISSING)
    with opened_desk(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture
def desk(served: Desk) -> Iterator[Desk]:
    """Fails a test whose pages did what no page may do."""
    yield served
    served.close()
    wrong, served.wrong[:] = [*served.wrong], []
    assert wrong == []
