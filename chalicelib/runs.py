"""What the jobs of a practice read and write: each outside thing, handed in by the wiring."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from .alerts import Alerts
from .history import History
from .parameters import Parameters
from .practice_db import PracticeDatabase
from .practices import Practices
from .queues import Queues
from .receipts import Receipts
from .stops import Stops
from .store import Store


@dataclass(frozen=True)
class Runs:
    practices: Practices
    stops: Stops
    store: Store
    receipts: Receipts
    queues: Queues
    parameters: Parameters
    history: History
    alerts: Alerts
    open_database: Callable[[str], AbstractContextManager[PracticeDatabase]]  # by URL
    clock: Callable[[], datetime]
