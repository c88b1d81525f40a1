"""Suggest the name that was probably meant, in errors about an unknown one. Pure."""

from collections.abc import Iterable

from chalicelib.practice.names import folded, nearest


def meant(given: str, known: Iterable[str]) -> str:
    """`did you mean X? `, or an empty text if no name is near; case and umlauts are ignored."""
    near = nearest(given, known, fold=folded)
    return f"did you mean {near[0]}? " if near else ""
