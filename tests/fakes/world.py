"""Shared by all fakes: the time, the calls, the faults, and the items that the DynamoDB table would hold."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeVar

from botocore.exceptions import ClientError, ConnectionClosedError

from chalicelib.aws.receipt_store import ParkedEmailEvent, ParkedReceipt
from chalicelib.entries.charge_batch import batch_first_check_at
from chalicelib.entries.credits import Charge, LedgerItem
from chalicelib.entries.deadlines import is_checked_individually, next_check_at
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.receipt import EmailEvent
from chalicelib.entries.stops import Stops
from chalicelib.people.device import Device
from chalicelib.people.person import Person
from chalicelib.practice.day_counts import DayCounts
from chalicelib.practice.foreseen import Foreseen
from chalicelib.practice.opt_out import OptOut
from chalicelib.practice.record import AutomaticTopUp, Correction, Licence, MissedAlert, Order
from chalicelib.schedule.job import TICK_OF, Job, Tick
from chalicelib.schedule.job_state import JobState
from chalicelib.text import Text
from infra.local.weather import Weather

Moment = Literal["before", "after"]
DuePlace = tuple[str, str, str]  # "job", "entry" or "charge"; whose; which
Result = TypeVar("Result")
_JOBS = list(Job)
LONGEST_REASON = 200  # characters of a parked receipt
ATTEMPTS = 4  # as wiring.py has boto3 try


class AnswerLostError(ConnectionClosedError):  # type: ignore[misc]
    """Raised by a fault hook: the connection broke. The client retries the call as boto3 does, except a sending."""

    def __init__(self) -> None:
        super().__init__(endpoint_url="fake")


class World:
    """The lock, the log and the faults of one set of fakes. `now` is aware and moved by the test."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.calls: list[str] = []
        self.fault: Callable[[Moment, str], None] = lambda moment, call: None
        self._lock = threading.RLock()
        self._ids = 0
        self.weather = Weather()

    def call(self, name: str, effect: Callable[[], Result], attempts: int = ATTEMPTS) -> Result:
        """Make one external call: its effect is atomic, and a fault may strike before or after it.

        A fault that raises AnswerLostError has the effect repeated, `attempts` times in all; any other exception
        reaches the caller.
        """
        for _ in range(1, attempts):
            try:
                return self._once(name, effect)
            except AnswerLostError:
                continue
        return self._once(name, effect)

    def _once(self, name: str, effect: Callable[[], Result]) -> Result:
        with self._lock:
            self.calls.append(name)
        self.fault("before", name)  # outside the lock: a hook may hang and let other threads pass
        with self._lock:
            result = effect()
        self.fault("after", name)
        if not name.endswith(".send") and self.weather.happens(self.weather.lost_answers):
            raise AnswerLostError
        return result

    def new_id(self) -> str:
        """32 hex digits, the same in every run."""
        with self._lock:
            self._ids += 1
            return f"{self._ids:032x}"


def invalid(operation: str, message: str) -> ClientError:
    """Return boto3's error for a request that AWS finds malformed."""
    error = {"Code": "ValidationException", "Message": message}
    return ClientError({"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}, operation)


def distinct(operation: str, keys: Sequence[object]) -> None:
    """Refuse a batch or a transaction that names an item twice, as DynamoDB does."""
    if len(set(keys)) < len(keys):
        raise invalid(operation, "Provided list of item keys contains duplicates")


@dataclass
class Run:
    """A run's claim. `lease` is the instant at which it dies, None after the run's end."""

    owner: str
    lease: datetime | None
    done: datetime | None = None
    wrote: int = 0


@dataclass
class Data:
    """The items of the table as Python values; one for FakeStore, FakePractices, FakeReceipts and FakeStops."""

    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)  # by practice and key
    groups: dict[tuple[str, Group | None], dict[str, Entry]] = field(default_factory=dict)  # the index `groups`
    look_again: list[tuple[datetime, str, str]] = field(default_factory=list)  # the entries in the index `due`
    balances: dict[tuple[str, str], int] = field(default_factory=dict)  # by practice and Mandant
    ledgers: dict[tuple[str, str], dict[str, LedgerItem]] = field(default_factory=dict)
    senders: dict[str, frozenset[str]] = field(default_factory=dict)  # registered practices
    stops: dict[str, Text] = field(default_factory=dict)
    email_stops: dict[str, Text] = field(default_factory=dict)
    resumed: dict[str, datetime] = field(default_factory=dict)
    charted: set[str] = field(default_factory=set)
    removed: dict[str, datetime] = field(default_factory=dict)
    patient_stops: dict[str, datetime] = field(default_factory=dict)  # when one was last stopped
    deployment_stops: Stops = field(default_factory=Stops)
    sms_resumed: datetime | None = None
    sms_claimed: datetime | None = None  # until when somebody is about to tell the operator
    jobs: dict[tuple[str, Job], JobState] = field(default_factory=dict)
    due: dict[Tick, list[tuple[datetime, str, int]]] = field(default_factory=lambda: {tick: [] for tick in Tick})
    resting: dict[tuple[str, Job], JobState] = field(default_factory=dict)  # jobs of removed practices
    licences: dict[str, dict[str, Licence]] = field(default_factory=dict)  # by practice and number
    alerts: dict[str, set[str]] = field(default_factory=dict)  # causes by practice
    untold: dict[str, dict[str, tuple[datetime, str] | None]] = field(
        default_factory=dict
    )  # claimed until, and by whom
    missed: dict[str, dict[str, MissedAlert]] = field(default_factory=dict)  # by practice and cause
    shared_alerts: dict[str, datetime] = field(default_factory=dict)  # by kind
    opt_outs: dict[str, dict[str, OptOut]] = field(default_factory=dict)  # by practice and hash
    optional_columns: dict[str, frozenset[str]] = field(default_factory=dict)  # of the views, by practice
    automatic: dict[str, dict[str, AutomaticTopUp]] = field(default_factory=dict)  # by practice and Mandant
    orders: dict[str, list[Order]] = field(default_factory=dict)  # by practice
    people: dict[str, Person] = field(default_factory=dict)  # by user name
    devices: dict[tuple[str, str], Device] = field(default_factory=dict)  # by practice and hash
    days: dict[str, dict[date, DayCounts]] = field(default_factory=dict)  # by practice
    forecasts: dict[str, dict[str, Foreseen]] = field(default_factory=dict)  # by practice and Mandant
    corrected: dict[str, dict[str, Correction]] = field(default_factory=dict)  # by practice and key
    runs: dict[tuple[str, Job, datetime], Run] = field(default_factory=dict)
    receipts: dict[str, ParkedReceipt] = field(default_factory=dict)  # by message id
    checks: dict[tuple[str, str], datetime] = field(default_factory=dict)  # the charges in the index `due`
    owners: dict[str, str] = field(default_factory=dict)  # found message id → entry key
    accepted: dict[str, str] = field(default_factory=dict)  # practices by message ids that deliver got as answers
    mailboxes: dict[str, dict[str, ParkedEmailEvent]] = field(default_factory=dict)  # by practice and sort key
    checkpoints: dict[str, datetime] = field(default_factory=dict)
    # Called before each change of the index `due`, with what it holds there: a job, or when to check.
    due_changes: Callable[[DuePlace, JobState | datetime | None], None] = lambda place, before: None

    def entry(self, practice: str, key: str) -> Entry | None:
        return self.entries.get(practice, {}).get(key)

    def put(self, entry: Entry) -> None:
        """Write an entry, and its places in the indexes `groups` and `due`."""
        practice, key = entry.practice, entry.key
        before = self.entries.setdefault(practice, {}).get(key)
        self.entries[practice][key] = entry
        if before is not None:
            self.groups[practice, Group.of(before)].pop(key)
        self.groups.setdefault((practice, Group.of(entry)), {})[key] = entry
        old, new = _look(before) if before else None, _look(entry)
        if old != new:
            self.due_changes(("entry", practice, key), old)
        if old is not None and old != new:
            del self.look_again[bisect_left(self.look_again, (old, practice, key))]
        if new is not None and old != new:
            insort(self.look_again, (new, practice, key))

    def mark(self, practice: str, cause: str | None) -> None:
        """Note that an alert is due, unless it was told."""
        if cause and cause not in self.alerts.get(practice, ()):
            self.untold.setdefault(practice, {}).setdefault(cause, None)

    def leave(self, receipt: EmailEvent) -> None:
        """Put the result of an attempt into its practice's mailbox."""
        outcome = ParkedEmailEvent(
            receipt.sort_key, receipt.entry, receipt.attempt, receipt.delivered, receipt.reason[:LONGEST_REASON],
            receipt.opts_out, receipt.counts_from, receipt.recipient,
        )  # fmt: skip
        self.mailboxes.setdefault(receipt.practice, {})[receipt.sort_key] = outcome

    def put_job(self, job: JobState) -> None:
        """Write a job, and its place in the index `due`."""
        self.drop_job(job.practice, job.job)  # notes the change; a new job has none before
        self.resting.pop((job.practice, job.job), None)
        self.jobs[job.practice, job.job] = job
        insort(self.due[TICK_OF[job.job]], _place(job))

    def drop_job(self, practice: str, job: Job) -> None:
        found = self.jobs.pop((practice, job), None)
        self.due_changes(("job", practice, job), found)
        if found is not None:
            index = self.due[TICK_OF[job]]
            del index[bisect_left(index, _place(found))]

    def jobs_due(self, tick: Tick, now: datetime) -> list[JobState]:
        """The jobs of a rule that are due by `now`, in the order of the index."""
        index = self.due[tick]
        last = bisect_right(index, now, key=lambda place: place[0])
        return [self.jobs[practice, _JOBS[number]] for _, practice, number in index[:last]]

    def entries_due(self, now: datetime) -> list[tuple[str, str]]:
        """Practice and key of the entries that the sweep checks by `now`, in the order of the index."""
        last = bisect_right(self.look_again, now, key=lambda place: place[0])
        return [(practice, key) for _, practice, key in self.look_again[:last]]

    def charges_due(self, now: datetime) -> list[tuple[str, str]]:
        """Practice with Mandant, and the key, of the charges whose batches the sweep checks by `now`."""
        found = sorted((look, name) for name, look in self.checks.items() if look <= now)
        return [name for _, name in found]

    def ledger(self, practice: str, mandant: str) -> dict[str, LedgerItem]:
        return self.ledgers.setdefault((practice, mandant), {})

    def add(self, practice: str, item: LedgerItem) -> None:
        """Write a ledger item and its credits together."""
        self.ledger(practice, item.mandant)[item.key] = item
        self.balances[practice, item.mandant] = self.balances.get((practice, item.mandant), 0) + item.credits
        if isinstance(item, Charge):
            self.check(f"{practice}#{item.mandant}", item.key, batch_first_check_at(item))

    def check(self, owner: str, charge: str, at: datetime | None) -> None:
        """Write when a charge is checked, None for never."""
        self.due_changes(("charge", owner, charge), self.checks.pop((owner, charge), None))
        if at is not None:
            self.checks[owner, charge] = at


def _look(entry: Entry) -> datetime | None:
    """Return an entry's place in the index `due`."""
    return next_check_at(entry) if is_checked_individually(entry) else None


def _place(job: JobState) -> tuple[datetime, str, int]:
    """Return a job's place in the index `due`."""
    return job.due, job.practice, _JOBS.index(job.job)
