"""Sweep: end stuck entries, in any practice. At every status tick.

One index query finds overdue entries; each is decided as data (`decide_overdue`), then written per practice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.receipt_store import ParkedEmailEvent, ReceiptStore
from chalicelib.entries.charge_batch import ChargeBatch, batch_next_check_at
from chalicelib.entries.covering import covering_keys, uncover
from chalicelib.entries.credits import refund_of
from chalicelib.entries.deadlines import CLAIM_DIES_AFTER, RECEIPTS_TAKE, UNCONFIRMED_AFTER, anonymise_at
from chalicelib.entries.entry import Entry, anonymised, back_to_prepared, transition
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.jobs.apply_receipts import apply_email_events, apply_sms_receipt
from chalicelib.jobs.ports import JobPorts
from chalicelib.messages.recipient import Channel
from chalicelib.planning.recheck import expire
from chalicelib.planning.run_report import Tally
from chalicelib.practice.reader import Reader
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.text import DEFAULT_LANGUAGE, Text

MOST = 2000  # entries changed per tick, oldest first, so that it ends in time; the rest at the next one
BATCHES = 1000  # checked per tick, of up to 90 entries each


@dataclass(frozen=True)
class QueueAgain:
    """The outbox message seems lost; a second one does no harm, since the claim is conditional."""

    entry: Entry


@dataclass(frozen=True)
class StillUnknown:
    """A receipt may still settle it."""

    entry: Entry


Act = Transition | QueueAgain
OverdueDecision = Act | StillUnknown | None
Overdue = tuple[Entry, OverdueDecision]
Name = tuple[str, str]  # practice and key of an entry


def load_overdue(
    found: Sequence[Name], batches: Sequence[ChargeBatch], now: datetime, store: EntryStore
) -> list[Overdue]:
    """Load these entries, and those that the charges of these batches still pay, and decide each.

    All are loaded, a hundred a call: 100,000 take half a minute, and a receipt may belong to any of them.
    """
    alone = dict.fromkeys(found)  # the index may name an entry twice that changes while it is read
    paid = {(batch.practice, batch.charge.key) for batch in batches}
    in_batches = ((batch.practice, key) for batch in batches for key in batch.charge.lines)
    read = store.entries_of_any_practice(list(dict.fromkeys([*alone, *in_batches])))
    entries = [one for name, one in read.items() if name in alone or (one.practice, one.charge) in paid]
    names = dict.fromkeys((one.practice, key) for one in entries for key in covering_keys(one))
    firsts = {entry.key: entry for entry in store.entries_of_any_practice(list(names)).values()}
    return [(one, decide_overdue(one, now, firsts)) for one in entries]


def postponements(
    batches: Sequence[ChargeBatch], overdue: Sequence[Overdue], now: datetime
) -> list[tuple[ChargeBatch, datetime | None]]:
    """The next check (UTC) of each batch, None if never. Pure.

    Omits batches with a pending change, which may fail, or that are still due: the next tick decides again.
    """
    of_charge: dict[tuple[str, str | None], list[Overdue]] = {}
    for one, decision in overdue:
        of_charge.setdefault((one.practice, one.charge), []).append((one, decision))
    later = []
    for batch in batches:
        own = of_charge.get((batch.practice, batch.charge.key), [])
        again = batch_next_check_at(batch, [one for one, _ in own])
        if not any(isinstance(decision, Act) for _, decision in own) and (again is None or again > now):
            later.append((batch, again))
    return later


def still_unknown(overdue: Sequence[Overdue]) -> list[Entry]:
    return [entry for entry, decision in overdue if isinstance(decision, StillUnknown)]


def becoming_unconfirmed(overdue: Sequence[Overdue]) -> list[Entry]:
    """Only a receipt that comes now can prevent it."""
    made = ((entry, decision) for entry, decision in overdue if isinstance(decision, Transition))
    return [entry for entry, decision in made if decision.after.state is State.UNCONFIRMED]


def sweep(overdue: Sequence[Overdue], now: datetime, ports: JobPorts) -> list[Entry]:
    """Write the decisions, oldest first; returns the entries that became unknown."""
    acts = [(entry.practice, decision) for entry, decision in overdue if isinstance(decision, Act)]
    by_practice: dict[str, list[Act]] = {}
    for practice, act in acts[:MOST]:
        by_practice.setdefault(practice, []).append(act)
    return [entry for practice, own in by_practice.items() for entry in _act(practice, own, now, ports)]


def decide_overdue(entry: Entry, now: datetime, firsts: Mapping[str, Entry] = MappingProxyType({})) -> OverdueDecision:
    """Decide an entry by its deadlines; None if nothing is due. Pure.

    `firsts` has, by key, the entries of the `covering_keys` of a covered one.
    """
    match entry.state:
        case State.PREPARED:
            return Transition(entry, expire(entry, now)) if entry.expires_at <= now else None
        case State.RESERVED:
            return _reserved(entry, now)
        case State.SENDING:
            dead = entry.claimed_at is not None and entry.claimed_at + CLAIM_DIES_AFTER <= now
            died = Text("sweep.claim_died")
            return Transition(entry, transition(entry, State.UNKNOWN, now, reason=died)) if dead else None
        case State.SENT:
            silent = entry.changed_at + UNCONFIRMED_AFTER <= now
            why = Text("sweep.no_receipt")
            return Transition(entry, transition(entry, State.UNCONFIRMED, now, reason=why)) if silent else None
        case State.UNKNOWN if not entry.settled:
            return _unknown(entry, now)
        case State.COVERED if not entry.settled:
            return _covered(entry, firsts, now)
    strip = anonymise_at(entry)
    return Transition(entry, anonymised(entry)) if strip and strip <= now else None


def _reserved(entry: Entry, now: datetime) -> OverdueDecision:
    if entry.send_before is not None and entry.send_before > now:
        return QueueAgain(entry)
    why = entry.reason or Text("sweep.not_claimed")
    return Transition(entry, back_to_prepared(entry, now, why), refund_of(entry, now))


def _unknown(entry: Entry, now: datetime) -> OverdueDecision:
    if entry.changed_at + RECEIPTS_TAKE > now:
        return StillUnknown(entry)
    return Transition(entry, replace(entry, settled=True, version=entry.version + 1))


def _covered(entry: Entry, firsts: Mapping[str, Entry], now: datetime) -> OverdueDecision:
    if entry.expires_at <= now:
        return Transition(entry, replace(entry, settled=True, version=entry.version + 1))
    back = uncover(entry, firsts, now)
    return Transition(entry, back) if back else None


def _act(practice: str, acts: Sequence[Act], now: datetime, ports: JobPorts) -> list[Entry]:
    """Write the decisions; returns the entries that became unknown."""
    transitions = _unless_received(practice, [act for act in acts if isinstance(act, Transition)], now, ports.receipts)
    if any(made.after.state is State.PREPARED for made in transitions):  # first: no loss by a crash in between
        ports.jobs.reopen_slot(practice, Job.SEND, next_tick(Tick.SEND, now))
    done = ports.store.commit(transitions)
    ports.queues.put_outbox(practice, [act.entry.key for act in acts if isinstance(act, QueueAgain)])
    _record(practice, done, now, ports)
    return [made.after for made in done if made.after.state is State.UNKNOWN and not made.after.settled]


def _unless_received(
    practice: str, transitions: Sequence[Transition], now: datetime, receipts: ReceiptStore
) -> list[Transition]:
    """The transitions; an entry without a receipt for a week gets a parked one that no status job has applied yet."""
    silent = {
        made.after.key: made.before for made in transitions if made.before and made.after.state is State.UNCONFIRMED
    }
    received = {made.after.key: made for made in _received(practice, silent, now, receipts)} if silent else {}
    return [received.get(made.after.key, made) for made in transitions]


def _received(
    practice: str, silent: Mapping[str, Entry], now: datetime, receipts: ReceiptStore
) -> Iterator[Transition]:
    by_id = {entry.message_id: entry for entry in silent.values() if entry.channel == Channel.SMS and entry.message_id}
    for message_id, outcome in receipts.parked(list(by_id)).items():
        yield apply_sms_receipt(by_id[message_id], outcome, now)
    events: dict[str, list[ParkedEmailEvent]] = {}
    for event in receipts.pending_email_events(practice) if len(by_id) < len(silent) else ():
        if event.entry in silent and event.attempt == silent[event.entry].attempt:
            events.setdefault(event.entry, []).append(event)
    transitions = filter(None, (apply_email_events(silent[key], own, now) for key, own in events.items()))
    yield from (replace(made, used_email_events=()) for made in transitions)  # the status job records their opt-outs


def _record(practice: str, done: Sequence[Transition], now: datetime, ports: JobPorts) -> None:
    tally = Tally()
    for made in done:
        if made.before is not None and made.before.state is not made.after.state:
            tally.add_transition(made.before, made.after, now)
    language = next((made.after.log_language for made in done), "") or DEFAULT_LANGUAGE
    ports.history.write_activity(practice, tally.activities, [], now, Reader(language))
