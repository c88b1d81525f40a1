"""Values in batches of the size that one call accepts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

One = TypeVar("One")


def batches(values: Iterable[One], size: int) -> Iterator[list[One]]:
    """Yield the values in order, at most `size` at a time, reading each when its batch is requested."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch
