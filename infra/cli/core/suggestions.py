"""Suggest the name that was probably meant, in errors about an unknown one. Pure."""

from collections.abc import Iterable

from chalicelib.practice.names import folded, nearest
from infra.translation import tr


def meant(given: str, known: Iterable[str]) -> str:
    """`did you mean X? ` to go into a sentence, or nothing if no name is near; case and umlauts are ignored."""
    near = nearest(given, known, fold=folded)
    return f"{tr('did you mean {name}?', name=near[0])} " if near else ""
