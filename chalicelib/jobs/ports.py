"""The outside things that jobs read and write, handed in by the wiring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.aws.alert_sender import AlertSender
from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.job_store import JobStore
from chalicelib.aws.log_store import LogStore
from chalicelib.aws.parameter_store import ParameterStore
from chalicelib.aws.practice_store import PracticeStore
from chalicelib.aws.queues import Queues
from chalicelib.aws.raised_alerts import RaisedAlerts
from chalicelib.aws.receipt_store import ReceiptStore
from chalicelib.aws.run_store import RunStore
from chalicelib.aws.stop_marks import StopMarks
from chalicelib.providers.sns_delivery_log import DeliveryLog

if TYPE_CHECKING:  # the status tick loads no database
    from chalicelib.practice_db.database import PracticeDatabase


@dataclass(frozen=True)
class JobPorts:
    """For the runs of a practice's jobs."""

    practices: PracticeStore
    jobs: JobStore
    runs: RunStore
    raised_alerts: RaisedAlerts
    stops: StopMarks
    store: EntryStore
    receipts: ReceiptStore
    queues: Queues
    parameters: ParameterStore
    history: LogStore
    alerts: AlertSender
    open_database: Callable[[str], AbstractContextManager[PracticeDatabase]]  # by URL
    clock: Callable[[], datetime]


@dataclass(frozen=True)
class TickPorts:
    """For the status tick."""

    jobs: JobStore
    store: EntryStore
    receipts: ReceiptStore
    queues: Queues
    history: LogStore
    alerts: AlertSender
    delivery_logs: Sequence[DeliveryLog]
    clock: Callable[[], datetime]
