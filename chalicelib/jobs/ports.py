"""What the jobs of a practice read and write: each outside thing, handed in by the wiring."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws.alert_sender import Alerts
from chalicelib.aws.entry_store import Store
from chalicelib.aws.log_store import History
from chalicelib.aws.parameter_store import Parameters
from chalicelib.aws.practice_store import Practices
from chalicelib.aws.queues import Queues
from chalicelib.aws.receipt_store import Receipts
from chalicelib.aws.stop_marks import Stops
from chalicelib.practice_db.database import PracticeDatabase


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
