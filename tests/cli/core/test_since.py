"""`--since`: a span before now, or a local time."""

from datetime import timedelta

import pytest

from infra.cli.core.arguments import ArgumentError
from infra.cli.core.since import since
from tests.flow.build import ZURICH, at

NOON = at("12:00")


@pytest.mark.parametrize(
    ("text", "instant"),
    [("3d", NOON - timedelta(days=3)), (" 12H ", NOON - timedelta(hours=12)), ("2026-11-20", at("00:00", 20)),
     ("2026-11-20T09:45", at("09:45", 20)), ("0d", NOON)],
)  # fmt: skip
def test_since_is_a_span_before_now_or_a_local_time(text: str, instant: object) -> None:
    assert since(text, NOON, ZURICH) == instant


@pytest.mark.parametrize("text", ["gestern", "", "3w", "-3d", "3.5h", "99999d", "2026-13-01"])
def test_any_other_since_is_refused(text: str) -> None:
    with pytest.raises(ArgumentError, match="--since"):
        since(text, NOON, ZURICH)
