"""The outside things that the jobs and the status tick read and write, handed in by the wiring."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from chalicelib.aws.deployment import Clients
from chalicelib.aws.run_store import RunStore


class JobPorts(Clients, Protocol):
    """Each client is built when it is first used, so a tick without work builds few."""

    @property
    def runs(self) -> RunStore: ...
    def clock(self) -> datetime:
        """The current time (UTC)."""
