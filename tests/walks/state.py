"""A state of a page that no address alone leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page


def nothing(page: Page) -> None:
    pass


@dataclass(frozen=True)
class State:
    """Somebody at a path, and what they do there; `session` is what theirs has."""

    who: str
    path: str
    act: Callable[[Page], None] = nothing
    session: Mapping[str, Any] = field(default_factory=dict)
