"""Properties are tried on thirty examples each, and however slow the machine: a busy one is no failure."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unit", max_examples=30, deadline=None)
settings.load_profile("unit")
