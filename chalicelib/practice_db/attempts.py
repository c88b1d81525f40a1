"""A driver's exception is translated; what failed may be repeated once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from chalicelib.practice_db.errors import NO_COLUMN, NO_VIEW, cause_of, error_of, number_and_text

Answer = TypeVar("Answer")


def retried_if_dropped(act: Callable[[], Answer], before: Callable[[], None] = lambda: None) -> Answer:
    """Repeat an action once if the connection dropped, since none of its answer was used yet."""
    try:
        return act()
    except Exception as error:
        if not error_of(error).dropped:
            raise
    before()
    return act()


@contextmanager
def translated_errors() -> Iterator[None]:
    """Translate a driver's exception and drop it, since its text may hold personal data."""
    try:
        yield
    except Exception as error:
        raise error_of(error) from None


def finds_all(ask: Callable[[], object]) -> bool:
    """Whether a question meets no view or column that is missing."""
    try:
        ask()
    except Exception as error:
        if cause_of(number_and_text(error)[0]) not in (NO_VIEW, NO_COLUMN):
            raise
        return False
    return True
