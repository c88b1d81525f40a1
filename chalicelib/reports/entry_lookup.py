"""Find entries by their names as people type them. Reads only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.entries.entry import Entry, entry_key
from chalicelib.entries.groups import Group
from chalicelib.practice.names import nearest

if TYPE_CHECKING:
    from chalicelib.aws.entry_store import EntryStore

_KEY = re.compile(r"[0-9a-f]{32}")
_SHORTEST = 4  # characters of a key that can abbreviate it


class UnknownEntryError(Exception):
    """`text` names no entry of the practice, or several; `near` are identities that may be meant."""

    def __init__(self, text: str, practice: str, near: Sequence[str]) -> None:
        super().__init__(text, practice, near)
        self.text, self.practice, self.near = text, practice, near


def key_of(practice: str, text: str) -> str:
    """The key of an entry, from its identity (`reminder:…`) or its key."""
    return entry_key(practice, text.strip()) if ":" in text else text.strip().casefold()


def named_entries(texts: Sequence[str], practice: str, store: EntryStore) -> list[Entry]:
    """The current entries of these identities, keys, or beginnings of keys; each once. Raises UnknownEntryError."""
    keys = {text: key_of(practice, text) for text in texts}
    found = store.entries(practice, [key for key in dict.fromkeys(keys.values()) if _KEY.fullmatch(key)])
    listed: list[Entry] | None = None  # read only if an entry is not found by its key
    named: dict[str, Entry] = {}
    for text, key in keys.items():
        if key not in found:
            listed = store.entries_in(practice, Group) if listed is None else listed
            found[key] = _by_beginning(text, key, practice, listed)
        named.setdefault(found[key].key, found[key])
    return list(named.values())


def _by_beginning(text: str, key: str, practice: str, listed: Sequence[Entry]) -> Entry:
    matches = [entry for entry in listed if ":" not in text and len(key) >= _SHORTEST and entry.key.startswith(key)]
    if len(matches) == 1:
        return matches[0]
    identities = [entry.identity for entry in listed]
    near = [entry.identity for entry in matches] or nearest(text.strip(), identities, 3)
    raise UnknownEntryError(text, practice, near[:3])
