"""Deliver: claim up to ten reserved entries, send their requests in parallel, store the outcomes.

Step 3 of a practice's day, one outbox message per invocation. No switch is read: the entry has everything. A claim is
written before any request, and only NotSent or Misconfigured may be followed by another request, so a crash at any
point costs at most an `unknown`, never a second message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol

from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.job_store import JobStore
from chalicelib.aws.queues import OutboxMessage
from chalicelib.aws.stop_marks import StopMarks
from chalicelib.entries.credits import refund_of
from chalicelib.entries.entry import Entry, back_to_prepared, transition
from chalicelib.entries.phone_call import already_phoned
from chalicelib.entries.receipt import EmailEvent
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.messages.recipient import Channel
from chalicelib.planning.alerts import Alert, stopped_alert
from chalicelib.planning.run_report import Activity, activity_of
from chalicelib.practice.opt_out import Source
from chalicelib.providers.outcome import Accepted, Doubtful, Misconfigured, NotSent, Outcome, Refused, Unknown
from chalicelib.providers.rate_limit import Pace
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.text import Text

PARALLEL = 10
SEVERAL = 3  # doubtful refusals in a row that mean that nothing can be sent
_RETRIES = (60, 120, 240, 480)  # seconds: NotSent is retried after 1, 2, 4, 8 minutes

STORED_WITHIN = timedelta(seconds=50)  # of the 60 that a deliver Lambda has
CLOCKS_DIFFER = timedelta(seconds=10)  # that of a person's machine and those of the Lambdas
TOO_LATE = Text("deliver.too_late")
RUN_UNAWARE = Text("deliver.patient_stopped")  # its run may not have known of the stop: the next one asks again


class Provider(Protocol):
    def send(self, entry: Entry) -> Outcome: ...


@dataclass(frozen=True)
class DeliveryPorts:
    """The ports of one invocation; the providers have fresh connections."""

    store: EntryStore
    stops: StopMarks
    jobs: JobStore
    providers: Mapping[Channel, Provider]
    paces: Mapping[Channel, Pace]
    clock: Callable[[], datetime]
    accepted: Callable[[Entry, str], None] = lambda entry, message_id: None  # called with each id before it is stored


@dataclass
class DeliveryResult:
    """The work of one invocation, for its log; keys and states only. `retry_in` is set if an outcome was NotSent."""

    activities: list[Activity] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    outcomes: list[tuple[str, Outcome]] = field(default_factory=list)  # entry key, the provider's words
    retry_in: int | None = None  # seconds

    def counts(self) -> Counter[str]:
        """The number of requests by the outcome's name."""
        return Counter(type(outcome).__name__ for _, outcome in self.outcomes)


def deliver(message: OutboxMessage, receives: int, ports: DeliveryPorts) -> DeliveryResult:
    """Deliver one outbox message, received for the `receives`-th time."""
    now = ports.clock()
    done = DeliveryResult()
    entries, stops, stopped_at = ports.stops.entries_and_stop(message.practice, message.keys)
    if any(entry.state is State.PREPARED for entry in entries):  # returned to prepared by a worker that died afterwards
        ports.jobs.reopen_slot(message.practice, Job.SEND, next_tick(Tick.SEND, now))
    reserved = [entry for entry in entries if entry.state is State.RESERVED]
    back = [(one, why) for one in reserved if (why := stops.of(one.channel) or _why_not_now(one, stopped_at, now))]
    _give_back(back, ports, done, now)
    given_back = {entry.key for entry, _ in back}
    claimed = _claim([entry for entry in reserved if entry.key not in given_back], ports.store, done, now)
    outcomes = without_doubt(claimed, _request(claimed, ports))
    _store_outcomes(claimed, outcomes, ports, done, now)
    if any(isinstance(outcome, NotSent) for outcome in outcomes):
        done.retry_in = _RETRIES[min(receives, len(_RETRIES)) - 1]
    return done


def _why_not_now(entry: Entry, stopped_at: datetime | None, now: datetime) -> Text | None:
    """Return why a reserved entry may not be claimed; `stopped_at` is when a patient was last stopped."""
    if phoned := already_phoned(entry.phone_calls, entry.announced_start):
        return phoned
    if stopped_at and entry.reserved_at and entry.reserved_at <= stopped_at + CLOCKS_DIFFER:
        return RUN_UNAWARE
    late = entry.send_before is None or entry.send_before <= now
    return (entry.reason or TOO_LATE) if late else None


def _claim(entries: Sequence[Entry], store: EntryStore, done: DeliveryResult, now: datetime) -> list[Entry]:
    """Arrow b, all in one transaction; entries that changed meanwhile are skipped."""
    transitions = [Transition(entry, transition(entry, State.SENDING, now, claimed_at=now)) for entry in entries]
    return _log_transitions(store.commit(transitions), done, now)


def _give_back(back: Sequence[tuple[Entry, Text]], ports: DeliveryPorts, done: DeliveryResult, now: datetime) -> None:
    """Arrow f: back to prepared with refund, and the send slot is opened again for them."""
    returned = [(entry, back_to_prepared(entry, now, why)) for entry, why in back]
    transitions = [Transition(entry, after, refund_of(entry, now)) for entry, after in returned]
    if _log_transitions(ports.store.commit(transitions), done, now):
        ports.jobs.reopen_slot(back[0][0].practice, Job.SEND, next_tick(Tick.SEND, now))


def _request(entries: Sequence[Entry], ports: DeliveryPorts) -> list[Outcome]:
    """Make one request each, in parallel, at the account's rate; a thread that dies leaves an Unknown."""

    def ask(entry: Entry) -> Outcome:
        channel = Channel(entry.channel or "")
        ports.paces[channel].wait()
        outcome = ports.providers[channel].send(entry)
        if isinstance(outcome, Accepted):
            ports.accepted(entry, outcome.message_id)
        return outcome

    if not entries:
        return []
    with ThreadPoolExecutor(PARALLEL) as threads:
        requests = [threads.submit(ask, entry) for entry in entries]
    return [Unknown(type(error).__name__) if (error := one.exception()) else one.result() for one in requests]


def without_doubt(entries: Sequence[Entry], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes; several doubtful ones in a row, among the e-mails, are Misconfigured: it is not about one. Pure."""
    mails = [outcome for entry, outcome in zip(entries, outcomes, strict=True) if entry.channel == Channel.EMAIL]
    several = any(kind is Doubtful and len(list(alike)) >= SEVERAL for kind, alike in groupby(mails, key=type))
    return [Misconfigured(one.reason) if several and isinstance(one, Doubtful) else one for one in outcomes]


def _store_outcomes(
    claimed: Sequence[Entry], outcomes: Sequence[Outcome], ports: DeliveryPorts, done: DeliveryResult, started: datetime
) -> None:
    """Store all outcomes in one transaction, and stop the practice if something is misconfigured.

    Conflicts are met with all the time that the Lambda has left: without the outcomes all of them would be unknown.
    """
    now = ports.clock()
    done.outcomes += [(entry.key, outcome) for entry, outcome in zip(claimed, outcomes, strict=True)]
    transitions = [transition_for(entry, outcome, now) for entry, outcome in zip(claimed, outcomes, strict=True)]
    patience = (started + STORED_WITHIN - now).total_seconds()
    written = _log_transitions(ports.store.commit(transitions, patience), done, now)
    if any(entry.state is State.PREPARED for entry in written):
        ports.jobs.reopen_slot(written[0].practice, Job.SEND, next_tick(Tick.SEND, now))
    misconfigured = [outcome for outcome in outcomes if isinstance(outcome, Misconfigured)]
    if misconfigured:
        text = Text("stop.misconfigured", said=misconfigured[0].reason)
        if ports.stops.stop(claimed[0].practice, text):
            done.alerts.append(stopped_alert(text, "deliver"))
    if any(isinstance(one, Unknown) or (isinstance(one, Refused) and one.opted_out) for one in outcomes):
        # which alerts, or records the opt-out
        ports.jobs.reopen_slot(claimed[0].practice, Job.STATUS, next_tick(Tick.STATUS, now))


def transition_for(entry: Entry, outcome: Outcome, now: datetime) -> Transition:
    """The transition for an outcome. Pure."""
    match outcome:
        case Accepted(message_id):
            after = transition(entry, State.SENT, now, reason=None, message_id=message_id)
            return Transition(entry, after, accepted_id=message_id if entry.channel == Channel.SMS else None)
        case Refused(reason, opted_out):
            after = transition(entry, State.REFUSED, now, reason=reason, credits=0)
            event = EmailEvent(entry.practice, entry.key, entry.attempt, now, False, "OptedOut", Source.CARRIER)
            return Transition(entry, after, refund_of(entry, now), left_email_event=event if opted_out else None)
        case Doubtful(reason):
            why = Text("carrier.refuses_message", said=reason)
            after = transition(entry, State.REFUSED, now, reason=why, credits=0)
            return Transition(entry, after, refund_of(entry, now))
        case NotSent(reason):
            why = Text("deliver.not_sent", said=reason)
            return Transition(entry, transition(entry, State.RESERVED, now, reason=why, claimed_at=None))
        case Misconfigured(reason):
            why = Text("deliver.misconfigured", said=reason)
            return Transition(entry, back_to_prepared(entry, now, why), refund_of(entry, now))
        case Unknown(reason):
            why = Text("deliver.no_answer", said=reason)
            return Transition(entry, transition(entry, State.UNKNOWN, now, reason=why))


def _log_transitions(transitions: Sequence[Transition], done: DeliveryResult, now: datetime) -> list[Entry]:
    done.activities += [activity_of(made, now) for made in transitions]
    return [made.after for made in transitions]
