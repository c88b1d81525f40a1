"""The virtual time of this process: it stands still until it is moved, and moves forward only."""

from datetime import UTC, datetime
from typing import Self

import time_machine


class VirtualClock:
    """Sets the wall clock of this process, for moto, botocore and the app alike.

    Between two moves no time passes: a Lambda takes no time. `time.monotonic` and
    `time.sleep` stay real. A context manager; the real time comes back on leaving it.

    Raises ValueError for a time without a zone.
    """

    def __init__(self, start: datetime) -> None:
        self._travel = time_machine.travel(_in_utc(start), tick=False)
        self._traveller: time_machine.Traveller | None = None

    def __enter__(self) -> Self:
        self._traveller = self._travel.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._travel.stop()
        self._traveller = None

    def now(self) -> datetime:
        """The virtual time, in UTC."""
        return datetime.now(UTC)

    def move_to(self, instant: datetime) -> None:
        """Move on to `instant` (aware, any zone). Raises ValueError if it is in the past."""
        target = _in_utc(instant)
        if target < self.now():
            raise ValueError(f"the clock stands at {self.now()} and never goes back to {target}")
        if self._traveller is None:
            raise RuntimeError("the clock is not running")
        self._traveller.move_to(target)


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    # Not a ZoneInfo: time-machine would set the time zone of the whole process to it.
    return instant.astimezone(UTC)
