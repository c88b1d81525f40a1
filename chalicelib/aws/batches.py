"""Values in batches, each as large as one call takes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

One = TypeVar("One")


def batches(values: Iterable[One], size: int) -> Iterator[list[One]]:
    """The values in their order, at most `size` at a time, each read when its batch is taken."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch
