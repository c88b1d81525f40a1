"""Collect the providers' receipts, for all practices at once.

Part of the status tick. Receipts are read in bulk from a checkpoint and parked, even if their ids are not known yet;
each practice's status job applies its own. The checkpoint stays 10 minutes behind, because log events may be late, and
is stored last: after a crash, receipts are read again, and parking one again changes nothing. Some events become
visible hours after their own timestamp: four days are read again at the first tick of each (UTC) day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.aws.alert_sender import NotToldError
from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.job_store import JobStore
from chalicelib.aws.queues import Queues
from chalicelib.aws.receipt_store import ReceiptStore
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.receipt import FailureKind, SmsReceipt, failure_kind, not_delivered
from chalicelib.entries.transition import Transition
from chalicelib.jobs.ports import JobPorts
from chalicelib.messages.recipient import Channel
from chalicelib.planning.alerts import ALL, Alert, AlertKind
from chalicelib.providers.receipt_events import parse_email_event
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.schedule.job_state import JobState
from chalicelib.text import Text

LATE_EVENTS = timedelta(minutes=10)
READ_AGAIN = timedelta(days=4)
# By then every other entry with the same number has its outcome or is unknown too: its worker has died, and the sweep
# has seen it (CLAIM_DIES_AFTER and a tick).
RIPE = timedelta(minutes=30)
CHECKPOINT = "sms"
# SNS dates a message at its acceptance: after our claim, and within the lifetime of a deliver Lambda (60 s)
_BEFORE, _AFTER = timedelta(seconds=5), timedelta(minutes=2)


class StatusJobs:
    """The jobs due at a status tick (UTC): `ready` to run, or waiting until receipts have come."""

    def __init__(self, due: Iterable[JobState], tick: datetime, jobs: JobStore) -> None:
        found = list(due)
        self.ready = [job for job in found if not job.waits(tick)]
        self.waiting = {job.practice: job for job in found if job.waits_today(tick)}
        self._awake = {job.practice for job in self.ready if job.job is Job.STATUS}
        self._tick, self._jobs = tick, jobs

    def wake(self, practices: Iterable[str]) -> None:
        """Have these practices' status jobs run: a waiting one now, another one at the next tick.

        This tick would be too early for the other: its run may be done already. A job is written before its receipts
        are forgotten, so that it runs even if this tick dies.
        """
        for practice in sorted(set(practices) - self._awake):
            self._awake.add(practice)
            job = self.waiting.get(practice)
            if job and self._jobs.save(job, opened := job.with_open_slot(self._tick)) and not opened.waits(self._tick):
                self.ready.append(opened)
            else:
                self._jobs.reopen_slot(practice, Job.STATUS, next_tick(Tick.STATUS, self._tick))


@dataclass(frozen=True)
class Collected:
    """The unknown entries matched to a message, and the receipts whose lines no tick before has seen."""

    matched: Sequence[Entry] = ()
    new: Sequence[SmsReceipt] = ()


def collect_sms_receipts(
    unknown: Sequence[Entry],
    silent: Sequence[Entry],
    status_jobs: StatusJobs,
    at: datetime,
    now: datetime,
    ports: JobPorts,
) -> Collected:
    """Park the delivery logs' receipts since the checkpoint, and wake the status jobs that wait for one of them.

    `silent` are about to become unconfirmed: the logs are read since their claims. The checkpoint passes neither the
    time of the tick `at` nor the clock (UTC), either of which may be wrong.
    """
    read_to = min(now, at) - LATE_EVENTS
    checkpoint = ports.receipts.checkpoint(CHECKPOINT) or read_to - READ_AGAIN
    ripe = {entry.key: entry for entry in unknown if entry.claimed_at and entry.claimed_at + RIPE <= now}
    newly_ripe = [one for one in ripe.values() if one.claimed_at and one.claimed_at + RIPE >= checkpoint]
    start = min(checkpoint, *_earlier_starts([*newly_ripe, *silent], checkpoint, read_to))
    found = [receipt for log in ports.delivery_logs for receipt in log.since(start)]
    _stop_sms(found, ports)
    again = start < checkpoint
    known = ports.receipts.parked([receipt.message_id for receipt in found]) if again else {}
    ports.receipts.park_sms(receipt for receipt in found if receipt.message_id not in known)
    matched = _adopt(list(ripe.values()), found, ports)
    seen_at = checkpoint + LATE_EVENTS
    new = [one for one in found if one.taken_in_at > seen_at or (again and one.message_id not in known)]
    if status_jobs.waiting:
        status_jobs.wake(status_jobs.waiting.keys() & ports.receipts.practices_of(new))
    ports.receipts.set_checkpoint(CHECKPOINT, read_to)
    return Collected(matched, new)


def _earlier_starts(entries: Sequence[Entry], checkpoint: datetime, read_to: datetime) -> Iterator[datetime]:
    yield read_to
    yield from (entry.claimed_at - _BEFORE for entry in entries if entry.claimed_at and entry.channel == Channel.SMS)
    if checkpoint.date() < read_to.date():
        yield read_to - READ_AGAIN


def _stop_sms(found: Iterable[SmsReceipt], ports: JobPorts) -> None:
    """Stop the SMS of all practices if SNS sends none for the account: each would be lost.

    The operator is notified first: a crash in between may repeat that. If it fails, the next send run does it.
    What SNS accepted before a person resumed stops nothing.
    """
    faults = [one for one in found if not one.delivered and failure_kind(one.reason) is FailureKind.ACCOUNT]
    last = max(faults, key=lambda one: one.at, default=None)
    resumed = ports.stops.sms_resumed() if last else None
    if last is None or ports.stops.deployment_stops().sms or (resumed and last.at <= resumed):
        return
    reason = Text("stop.sms", not_delivered(last.reason))
    ports.stops.stop_sms(reason, tell_sms_stop(reason, ports))


def tell_sms_stop(reason: Text, ports: JobPorts) -> bool:
    """Tell the operator that the SMS of all practices are stopped; False if that does not work now."""
    try:
        ports.alerts.notify_operator(ALL, [Alert(AlertKind.STOPPED, "", reason, once=False)])
    except NotToldError:
        return False
    return True


def collect_email_events(queues: Queues, receipts: ReceiptStore, now: datetime, status_jobs: StatusJobs) -> None:
    """Park the SES events of the receipts queue, each batch before it is deleted there.

    Each wakes a status job that waits; a failure or a complaint also one that may have stopped after a delivery.
    """
    for bodies in queues.receipts():
        parsed = [receipt for receipt in (parse_email_event(body, now) for body in bodies) if receipt is not None]
        receipts.park_email(parsed)
        status_jobs.wake(
            one.practice for one in parsed if not one.delivered or one.opts_out or one.practice in status_jobs.waiting
        )


def practices_with_pending_receipts(unknown: Sequence[Entry], receipts: ReceiptStore) -> set[str]:
    """The practices whose unknown entries have a receipt that waits for their status job.

    All stored receipts count, not only those of this tick: an earlier tick may have died after parking one.
    """
    by_sms = {entry.practice for entry in unknown if entry.message_id}
    by_mail: dict[str, set[str]] = {}
    for entry in unknown:
        if entry.channel == Channel.EMAIL:
            by_mail.setdefault(entry.practice, set()).add(entry.key)
    return by_sms | {
        practice
        for practice, keys in by_mail.items()
        if not keys.isdisjoint(event.entry for event in receipts.pending_email_events(practice))
    }


def match_by_number_and_time(
    unknown: Sequence[Entry], found: Iterable[SmsReceipt], owned: set[str], others: Sequence[Entry] = ()
) -> dict[str, str]:
    """Entry key → message id, by number and time, only if exactly one fits exactly one. Pure.

    A message that may be one of `others` is nobody's.
    """
    free = {receipt.message_id: receipt for receipt in found if receipt.message_id not in owned}
    fits = {entry.key: [one.message_id for one in free.values() if _fits(entry, one)] for entry in unknown}
    claims = [message_id for ids in fits.values() for message_id in ids]
    claims += [one.message_id for one in free.values() for entry in others if _may_have_sent(entry, one)]
    return {key: ids[0] for key, ids in fits.items() if len(ids) == 1 and claims.count(ids[0]) == 1}


def _fits(entry: Entry, receipt: SmsReceipt) -> bool:
    if entry.channel != Channel.SMS or entry.claimed_at is None or entry.message_id:
        return False
    in_time = entry.claimed_at - _BEFORE <= receipt.at <= entry.claimed_at + _AFTER
    return in_time and receipt.destination == entry.recipient


def _may_have_sent(entry: Entry, receipt: SmsReceipt) -> bool:
    """Whether it may be of an attempt that a person has settled, or sent again."""
    earlier = entry.attempt - (entry.reserved_at is not None)
    return _fits(entry, receipt) or (earlier > 0 and receipt.destination == entry.recipient)


def _adopt(unknown: Sequence[Entry], found: Sequence[SmsReceipt], ports: JobPorts) -> list[Entry]:
    """Give each matched entry its message id, if no other entry, of any stage, has it or may have it."""
    numbers = {entry.recipient for entry in unknown}
    near = [receipt for receipt in found if receipt.destination in numbers]
    owned = ports.receipts.owned(near)
    ids = match_by_number_and_time(unknown, near, owned)
    if not ids:
        return []
    matched = [entry for entry in unknown if entry.key in ids]
    owned |= ports.other_stages.sent(ids.values(), min(one.at for one in near if one.message_id in ids.values()))
    ids = match_by_number_and_time(unknown, near, owned, list(_others(matched, unknown, ports.store)))
    transitions = [_with_message(entry, ids[entry.key]) for entry in matched if entry.key in ids]
    return [made.after for made in ports.store.commit(transitions)]


def _others(matched: Sequence[Entry], unknown: Sequence[Entry], store: EntryStore) -> Iterator[Entry]:
    """The practices' other entries with the numbers of these."""
    numbers, known = {entry.recipient for entry in matched}, {entry.key for entry in unknown}
    first = min((entry.claimed_at for entry in matched if entry.claimed_at), default=None)
    for practice in sorted({entry.practice for entry in matched}):
        entries = store.entries_in(practice, Group, {Group.ENDED: first})
        yield from (one for one in entries if one.recipient in numbers and one.key not in known)


def _with_message(entry: Entry, message_id: str) -> Transition:
    after = replace(entry, message_id=message_id, version=entry.version + 1)
    return Transition(entry, after, adopted_id=message_id)
