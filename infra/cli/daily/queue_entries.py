"""The entries of a practice that are open, by the groups of the table's index; and those that a person names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from chalicelib.entries.entry import Entry, entry_key
from infra.cli.core.arguments import ArgumentError

if TYPE_CHECKING:
    from chalicelib.aws.entry_store import EntryStore

GROUPS = ("prepared", "held", "underway", "unreached")
ENDED = "ended"
GERMAN_GROUPS = {
    "prepared": "wartet",
    "held": "zurückgehalten",
    "underway": "unterwegs",
    "unreached": "nicht erreicht",
}
_KEY = re.compile(r"[0-9a-f]{32}")
_SHORTEST = 4  # characters of a key that may stand for it


def entries_of(store: EntryStore, practice: str, groups: Sequence[str] = GROUPS) -> list[Entry]:
    """All entries of these groups, group by group, by Beginn."""
    return [entry for group in groups for entry in store.open_entries(practice, group)]


def key_of(practice: str, entry: str) -> str:
    """The key of an entry that a person names by its identity (`reminder:…`) or by its key."""
    return entry_key(practice, entry.strip()) if ":" in entry else entry.strip().casefold()


def named_entries(texts: Sequence[str], practice: str, store: EntryStore) -> list[Entry]:
    """The entries of these identities or keys, or the beginnings of keys, as they stand; each once.

    Raises ArgumentError for what is none, with the nearest that there is.
    """
    keys = {text: key_of(practice, text) for text in texts}
    found = store.entries(practice, [key for key in dict.fromkeys(keys.values()) if _KEY.fullmatch(key)])
    known: list[Entry] | None = None  # read only for whoever is not found
    named: dict[str, Entry] = {}
    for text, key in keys.items():
        if key not in found:
            known = entries_of(store, practice, (*GROUPS, ENDED)) if known is None else known
            found[key] = _nearly(text, key, practice, known)
        named.setdefault(found[key].key, found[key])
    return list(named.values())


def _nearly(text: str, key: str, practice: str, known: Sequence[Entry]) -> Entry:
    begins_so = [one for one in known if ":" not in text and len(key) >= _SHORTEST and one.key.startswith(key)]
    if len(begins_so) == 1:
        return begins_so[0]
    identities = [one.identity for one in known]
    near = [one.identity for one in begins_so] or get_close_matches(text.strip(), identities, n=3, cutoff=0.6)
    meant = f"did you mean {' or '.join(near[:3])}?" if near else "vitosms queue list shows those that are open"
    raise ArgumentError(f"no entry {text[:80]!r} at {practice}; {meant}")
