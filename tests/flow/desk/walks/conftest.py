"""The world of the walks, once for a module: nobody changes what others see."""

from collections.abc import Iterator

import pytest

from tests.flow.desk.walks.world import World, world


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("walks")) as made:
        yield made
