"""Ask the practice database as long as a page can wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")


def in_time(ask: Callable[[], Answer], seconds: float) -> Answer:
    """The answer. Raises TimeoutError after that many seconds; the driver has limits of its own."""
    thread = ThreadPoolExecutor(1)
    try:
        return thread.submit(ask).result(seconds)
    finally:
        thread.shutdown(wait=False)
