"""Deliberate faults in counting the messages of an appointment day."""

from __future__ import annotations

from tests.prove.faults import Fault

DAYS = (
    Fault(
        "a message that moves to another day is counted on both",
        {
            "chalicelib/entries/day_counts.py": (
                (
                    "    for place, count in ((before, -1), (after, 1)) if before != after else ():\n",
                    "    left = -1 if before and after and before[0] == after[0] else 0\n"
                    "    for place, count in ((before, left), (after, 1)) if before != after else ():\n",
                ),
            ),
        },
    ),
)
COUNTED = (  # a worker has to die at one of a few calls, which the simulator hits after too many days
    Fault(
        "a day is counted after the transaction",
        {
            "tests/fakes/store.py": (
                (
                    "        count(self._data, paid)\n        self._data.add(practice, charge)\n",
                    "        self._data.add(practice, charge)\n"
                    '        self._world.call("store.count", partial(count, self._data, paid))\n',
                ),
            ),
        },
    ),
)
STARTS = (  # the counts still are those of the entries
    Fault(
        "a message that waits for another start stays on its former day",
        {
            "chalicelib/entries/entry.py": (
                (
                    "starts_at=other.starts_at, day=other.day, expires_at=other.expires_at)",
                    "starts_at=other.starts_at, expires_at=other.expires_at)",
                ),
            ),
        },
    ),
)
