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
_NEAR = 3  # identities that an error names
_MOST_READ = 500  # entries that are read to find these, open ones first


class UnknownEntryError(Exception):
    """`text` names no entry of the practice, or several; `near` are identities that may be meant."""

    def __init__(self, text: str, practice: str, near: Sequence[str]) -> None:
        super().__init__(text, practice, near)
        self.text, self.practice, self.near = text, practice, near


def key_of(practice: str, text: str) -> str:
    """The key of an entry, from its identity (`reminder:…`) or its key."""
    return entry_key(practice, text.strip()) if ":" in text else text.strip().casefold()


def named_entries(texts: Sequence[str], practice: str, store: EntryStore) -> list[Entry]:
    """The current entries of these identities, keys, or beginnings of keys; each once. Raises UnknownEntryError.

    A key is a hash, so no key condition finds its beginning: the keys of the index are read, and the entries of those
    that begin so.
    """
    keys = {text: key_of(practice, text) for text in texts}
    found = store.entries(practice, [key for key in dict.fromkeys(keys.values()) if _KEY.fullmatch(key)])
    listed: list[str] | None = None  # read only if an entry is not found by its key
    named: dict[str, Entry] = {}
    for text, key in keys.items():
        if key not in found:
            listed = _listed(practice, store) if listed is None else listed
            found[key] = _by_beginning(text, key, practice, listed, store)
        named.setdefault(found[key].key, found[key])
    return list(named.values())


def _listed(practice: str, store: EntryStore) -> list[str]:
    return list(dict.fromkeys(key for group in Group for key in store.listed_keys(practice, group)))


def _by_beginning(text: str, key: str, practice: str, listed: Sequence[str], store: EntryStore) -> Entry:
    long = ":" not in text and len(key) >= _SHORTEST
    begin_so = [one for one in listed if long and one.startswith(key)]
    matches = list(store.entries(practice, begin_so[:_NEAR]).values())
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UnknownEntryError(text, practice, [entry.identity for entry in matches])
    others = store.entries(practice, listed[:_MOST_READ]).values()
    raise UnknownEntryError(text, practice, nearest(text.strip(), [entry.identity for entry in others], _NEAR))
