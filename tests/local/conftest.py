"""A local cloud around handlers that do nothing unless a test tells them to."""

from collections.abc import Iterator

import pytest

from infra.local.cloud import LocalCloud
from tests.fakes.local_app import START, FakeApp


@pytest.fixture
def app() -> FakeApp:
    return FakeApp()


@pytest.fixture
def cloud(app: FakeApp) -> Iterator[LocalCloud]:
    with LocalCloud(app, START) as opened:
        yield opened
