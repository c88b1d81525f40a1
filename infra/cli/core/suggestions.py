"""The name that was probably meant, for errors about one that there is not. Pure."""

from collections.abc import Iterable

from chalicelib.practice.names import folded, nearest


def meant(given: str, known: Iterable[str]) -> str:
    """`did you mean X? `, or nothing where none is near; capitals and umlauts aside."""
    near = nearest(given, known, fold=folded)
    return f"did you mean {near[0]}? " if near else ""
