"""Properties run on thirty examples each, without a deadline: a busy machine is no failure."""

from __future__ import annotations

import gc

from hypothesis import settings

settings.register_profile("unit", max_examples=30, deadline=None)
settings.load_profile("unit")


def pytest_collection_finish() -> None:
    """Keep everything loaded until now out of garbage collection, which would go through it again and again."""
    gc.freeze()
