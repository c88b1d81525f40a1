"""The PIN with which people change on a registered device: what it may be, its hash, its five tries. Pure.

A PIN is short, so the hash alone protects nothing from who has read the table; it only makes guessing slow. What
protects it is that it works on registered devices only, and that tries are counted before they are checked.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from itertools import pairwise

from chalicelib.people.person import Person
from chalicelib.text import Text

TRIES = 5
# Memory 128·N·r = 32 MB and about 100 ms: one step above what Percival, «Stronger key derivation via sequential
# memory-hard functions» (2009), takes for interactive logins, N = 2^14 with r = 8 and p = 1.
_COST, _BLOCK, _PARALLEL, _BYTES = 15, 8, 1, 32
_MEMORY = 2**26  # that OpenSSL may take


def pin_problem(pin: str) -> Text | None:
    """Why this is no PIN to take: it has 4 to 8 digits, and none that people guess first."""
    if not re.fullmatch(r"[0-9]{4,8}", pin):
        return Text("people.pin.malformed")
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    trivial = len(set(pin)) < 3 or steps in ({1}, {-1}) or pin in (pin + pin)[1:-1] or pin in _COLUMNS
    return Text("people.pin.trivial") if trivial else None


_COLUMNS = {"2580", "0852", "1470", "0741", "3690", "0963", "1590", "1379", "1397", "7913", "9731"}  # of the keys


def pin_hash(pin: str, salt: bytes) -> str:
    """The hash to store, with its parameters and the salt (16 random bytes)."""
    return f"scrypt${_COST}${_BLOCK}${_PARALLEL}${salt.hex()}${_derived(pin, salt, _COST, _BLOCK, _PARALLEL)}"


def is_pin(person: Person, pin: str) -> bool:
    """Whether this is the person's PIN; False for who has none."""
    if not person.pin:
        return False
    _, cost, block, parallel, salt, derived = person.pin.split("$")
    given = _derived(pin, bytes.fromhex(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(given, derived)


def is_locked(person: Person) -> bool:
    """Whether no PIN is checked until a manager resets it, or the person signs in without it."""
    return person.pin_tries >= TRIES


def _derived(pin: str, salt: bytes, cost: int, block: int, parallel: int) -> str:
    own = hashlib.scrypt(pin.encode(), salt=salt, n=2**cost, r=block, p=parallel, maxmem=_MEMORY, dklen=_BYTES)
    return own.hex()
