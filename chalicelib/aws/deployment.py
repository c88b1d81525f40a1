"""One stage of the service, for commands: its clients, its time, the practice to act on. I/O."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from chalicelib.entries.stops import Stops
from chalicelib.text import Text

if TYPE_CHECKING:
    from chalicelib.aws.alert_sender import AlertSender
    from chalicelib.aws.entry_store import EntryStore
    from chalicelib.aws.job_store import JobStore
    from chalicelib.aws.log_store import LogStore
    from chalicelib.aws.parameter_store import ParameterStore
    from chalicelib.aws.people_store import PeopleStore
    from chalicelib.aws.practice_store import PracticeStore, RaisedAlerts
    from chalicelib.aws.queues import Queues
    from chalicelib.aws.receipt_store import ReceiptStore
    from chalicelib.aws.stop_marks import StopMarks
    from chalicelib.aws.table import Table
    from chalicelib.aws.user_pool import UserPool
    from chalicelib.practice.practice import Practice
    from chalicelib.practice_db.database import PracticeDatabase
    from chalicelib.providers.sms_spending import SmsSpending
    from chalicelib.providers.sns_delivery_log import DeliveryLog, OtherStages
    from chalicelib.settings import Settings


class UnknownPracticeError(Exception):
    """`wanted` is not one of the practices `known`; None if no practice was named, and there is not exactly one."""

    def __init__(self, wanted: str | None, known: Sequence[str]) -> None:
        super().__init__(wanted, known)
        self.wanted, self.known = wanted, known


class RemovedPracticeError(Exception):
    """The practice was removed on this day (of its own zone), and cannot be changed."""

    def __init__(self, practice: str, day: date) -> None:
        super().__init__(practice, day)
        self.practice, self.day = practice, day


class Clients(Protocol):
    """The clients of a stage; the wiring builds each at its first use."""

    @property
    def settings(self) -> Settings: ...
    @property
    def table(self) -> Table: ...
    @property
    def store(self) -> EntryStore: ...
    @property
    def practices(self) -> PracticeStore: ...
    @property
    def jobs(self) -> JobStore: ...
    @property
    def raised_alerts(self) -> RaisedAlerts: ...
    @property
    def stops(self) -> StopMarks: ...
    @property
    def people(self) -> PeopleStore: ...
    @property
    def users(self) -> UserPool: ...
    @property
    def receipts(self) -> ReceiptStore: ...
    @property
    def queues(self) -> Queues: ...
    @property
    def parameters(self) -> ParameterStore: ...
    @property
    def history(self) -> LogStore: ...
    @property
    def alerts(self) -> AlertSender: ...
    @property
    def delivery_logs(self) -> tuple[DeliveryLog, ...]: ...
    @property
    def other_stages(self) -> OtherStages: ...
    @property
    def sms_spending(self) -> SmsSpending: ...
    def clock(self) -> datetime:
        """The current time (UTC)."""

    def pause(self, seconds: float) -> None:
        """Wait until the table's index has what was written up to now, as a rule."""

    def open_database(self, url: str) -> AbstractContextManager[PracticeDatabase]: ...


@dataclass(frozen=True)
class Deployment:
    """`now` is the time of the stage (UTC)."""

    stage: str
    clients: Clients
    now: datetime

    @cached_property
    def stops(self) -> Stops:
        """The stops of all practices; read once."""
        return self.clients.stops.deployment_stops()

    @property
    def stop(self) -> Text | None:
        """The reason why all practices are stopped."""
        return self.stops.everything

    def watches(self, practice: str) -> bool:
        """Whether this stage's alarm watches the practice as its canary."""
        return practice == self.clients.settings.canary_practice

    def practice(self, wanted: str | None) -> Practice:
        """Return the practice with this id; None selects the only one apart from the canary.

        Raises UnknownPracticeError.
        """
        from chalicelib.practice.practice import Practice
        from chalicelib.practice.validation import ValidatedParameters

        practices = self.clients.practices
        if wanted is None:
            known = practices.ids()
            with_patients = [practice for practice in known if not self.watches(practice)] or known
            wanted = with_patients[0] if len(with_patients) == 1 else None
        record = practices.record(wanted) if wanted else None
        if record is None:
            raise UnknownPracticeError(wanted, practices.ids())
        return Practice(record, ValidatedParameters(self.clients.parameters.saved(record.practice)))

    def stopped(self) -> list[Text]:
        """The notices about what all practices do not send; empty if no stop is in force."""
        return [*([Text("stop.deployment", self.stop)] if self.stop else []), *filter(None, [self.stops.sms])]

    def practice_to_change(self, wanted: str | None) -> Practice:
        """Return the practice as `practice` does. Raises RemovedPracticeError too."""
        found = self.practice(wanted)
        if found.record.removed:
            raise RemovedPracticeError(found.id, found.record.removed.astimezone(found.zone).date())
        return found
