"""Every case runs twice: on the fakes, and on the real parts. One local cloud serves a module."""

from collections.abc import Iterator

import pytest
from botocore.retries.standard import ExponentialBackoff

from tests.contract.sides import Side, opened


@pytest.fixture(scope="module", params=["fake", "real"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)  # boto3 waits before it asks again
        with opened(request.param) as side:
            yield side
