"""Properties are tried on thirty examples each, and however slow the machine: a busy one is no failure."""

from __future__ import annotations

import gc

from hypothesis import settings

settings.register_profile("unit", max_examples=30, deadline=None)
settings.load_profile("unit")


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the garbage collector need not go through it again and again."""
    gc.freeze()
