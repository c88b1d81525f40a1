"""Names as people type them, and similar names that they may have meant. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def folded(name: str) -> str:
    """A name for comparison: without outer blanks, differences of case, and umlauts."""
    return name.strip().casefold().translate(_UMLAUTS)


def nearest(given: str, known: Iterable[str], count: int = 1, fold: Callable[[str], str] = str) -> list[str]:
    """At most `count` of the names, the most similar first; empty if none is near. They are compared by `fold`."""
    from difflib import get_close_matches  # only needed for the texts of errors

    by_folded = {fold(name): name for name in known}
    return [by_folded[name] for name in get_close_matches(fold(given), by_folded, n=count, cutoff=0.6)]


def meant(given: str, known: Collection[str]) -> list[str]:
    """The name nearest to a typed one, and those with the same beginning: `Geburtstage` may mean two settings."""
    beginning = folded(given)[: -(-len(folded(given)) * 4 // 5)]  # of the letters typed, the last may be wrong
    same = [name for name in known if len(beginning) > 2 and folded(name).startswith(beginning)]
    return list(dict.fromkeys([*nearest(given, known, fold=folded), *same]))
