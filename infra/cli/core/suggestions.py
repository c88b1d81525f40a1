"""The name that was probably meant, for errors about one that there is not. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches

from infra.cli.core.arguments import folded


def meant(given: str, known: Iterable[str]) -> str:
    """`did you mean X? `, or nothing where none is near; capitals and umlauts aside."""
    by_folded = {folded(name): name for name in known}
    near = get_close_matches(folded(given), by_folded, n=1, cutoff=0.6)
    return f"did you mean {by_folded[near[0]]}? " if near else ""
