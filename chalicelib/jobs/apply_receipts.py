"""Status: apply a practice's receipts to its entries, refund, and report.

Step 4 of a practice's day. A missing receipt is never a failure; while any is awaited, the slot stays open for the
later status ticks of the day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.admin.opt_outs import opt_out
from chalicelib.aws.receipt_store import ParkedEmailEvent, ParkedReceipt
from chalicelib.aws.run_store import LEASE
from chalicelib.entries.credits import refund_of
from chalicelib.entries.deadlines import RECEIPTS_TAKE
from chalicelib.entries.entry import Entry, transition
from chalicelib.entries.groups import Group
from chalicelib.entries.receipt import failure_kind, not_delivered, recipient_mark
from chalicelib.entries.states import ACCEPTED, UNDERWAY, State, arrow_between
from chalicelib.entries.transition import Transition
from chalicelib.jobs.ports import JobPorts
from chalicelib.jobs.stop_emails import stop_emails
from chalicelib.messages.recipient import Address, Channel
from chalicelib.planning.alerts import Alert, AlertKind, minute, patients, subjects_of, unknown_text
from chalicelib.planning.context import RunContext
from chalicelib.practice.opt_out import Source
from chalicelib.schedule.job import Tick, next_tick
from chalicelib.schedule.schedule import slot_day


def apply_receipts(context: RunContext, ports: JobPorts) -> datetime | None:
    """Apply parked receipts; return the tick (UTC) at which to continue, None if nothing is awaited today.

    The opt-outs in them are recorded first, because an applied receipt is not read again.
    """
    now = context.now
    underway = {entry.key: entry for entry in ports.store.open_entries(context.run.practice, Group.UNDERWAY)}
    awaited = [entry for entry in underway.values() if _awaits_sms(entry)]
    parked = ports.receipts.parked([entry.message_id for entry in awaited if entry.message_id])
    received = [(entry, parked[entry.message_id]) for entry in awaited if entry.message_id in parked]
    _record_opt_outs(((entry, Source.CARRIER) for entry, receipt in received if receipt.opted_out), context, ports)
    transitions = [apply_sms_receipt(entry, receipt, now) for entry, receipt in received]
    transitions += _email_transitions(underway, context, ports)
    done = {made.after.key for made in ports.store.commit(transitions)}
    context.tally.failures.update(
        failure_kind(receipt.reason) for entry, receipt in received if entry.key in done and not receipt.delivered
    )
    for made in transitions:
        if made.after.key in done and made.before is not None:
            context.tally.counts[made.after.state] += 1
            context.tally.add_transition(made.before, made.after, now)
    _end_delayed(underway.values(), context, ports)
    left = [entry for entry in underway.values() if entry.key not in done]
    _alert_unknown([entry for entry in left if entry.state is State.UNKNOWN], underway.values(), context, ports)
    return _next_check(context, left)


def apply_sms_receipt(entry: Entry, outcome: ParkedReceipt, now: datetime) -> Transition:
    """A failed SMS is refunded only if the log of SNS shows no price. Pure."""
    if outcome.delivered:
        return Transition(entry, transition(entry, State.DELIVERED, now, reason=None))
    failed = transition(entry, State.FAILED, now, reason=not_delivered(outcome.reason))
    refund = None if outcome.priced else refund_of(entry, now)
    return Transition(entry, replace(failed, credits=0) if refund else failed, refund)


def apply_email_events(entry: Entry, events: Sequence[ParkedEmailEvent], now: datetime) -> Transition | None:
    """No refund. A permanent failure overrides a delivery, that a soft bounce. None if nothing changes (yet). Pure."""
    arrived = entry.state is State.DELIVERED or any(event.delivered for event in events)
    failures = [event for event in events if not event.delivered and not (event.counts_from and arrived)]
    failure = min(failures, key=lambda event: event.counts_from is not None, default=None)
    target = State.FAILED if failure else State.DELIVERED
    waits = failure and failure.counts_from and now < min(failure.counts_from, entry.changed_at + RECEIPTS_TAKE)
    if waits or arrow_between(entry.state, target) is None:
        return None
    after = transition(entry, target, now, reason=not_delivered(failure.reason) if failure else None)
    return Transition(entry, after, used_email_events=tuple(event.sort_key for event in events))


def _awaits_sms(entry: Entry) -> bool:
    return entry.state in (State.SENT, State.UNKNOWN) and entry.channel == Channel.SMS and bool(entry.message_id)


def _email_transitions(underway: Mapping[str, Entry], context: RunContext, ports: JobPorts) -> list[Transition]:
    practice = context.run.practice
    events: dict[str, list[ParkedEmailEvent]] = {}
    for event in ports.receipts.pending_email_events(practice):
        events.setdefault(event.entry, []).append(event)
    others = ports.store.entries(practice, sorted(events.keys() - underway))
    entries = others | {key: underway[key] for key in events if key in underway}
    own = {key: [event for event in events[key] if event.attempt == entry.attempt] for key, entry in entries.items()}
    opting_out = [
        (one, event.opts_out) for key, one in entries.items() for event in events[key] if _opts_out(event, one)
    ]
    new = _record_opt_outs(opting_out, context, ports)
    if opting_out:
        stop_emails(new, context, ports)
    found = (apply_email_events(entry, own[key], context.now) for key, entry in entries.items() if own[key])
    transitions = [made for made in found if made is not None]
    kept = {one.sort_key for key, entry in entries.items() if entry.state in UNDERWAY for one in own[key]}  # may wait
    used = {key for made in transitions for key in made.used_email_events}
    bounces = {one.sort_key for all_of in own.values() for one in all_of if one.counts_from}
    context.tally.waits = bounces.isdisjoint(kept - used)
    useless = [one.sort_key for all_of in events.values() for one in all_of if one.sort_key not in kept | used]
    ports.receipts.drop_email_events(practice, useless)
    return transitions


def _opts_out(event: ParkedEmailEvent, entry: Entry) -> bool:
    """Whether it opts out the address that the entry has; one of an earlier attempt may be about another address."""
    same = event.attempt == entry.attempt or event.recipient == recipient_mark(entry.key, entry.recipient or "")
    return event.opts_out is not None and same


def _record_opt_outs(
    found: Iterable[tuple[Entry, Source | None]], context: RunContext, ports: JobPorts
) -> Counter[Source]:
    """Opt out the addresses of these entries, except for those whose personal data is gone; count the new ones."""
    addresses = {
        Address(Channel(entry.channel or ""), entry.recipient): source
        for entry, source in found
        if entry.recipient and source
    }
    new = Counter(
        source
        for address, source in addresses.items()
        if opt_out(context.record, ports.parameters, ports.practices, context.now, address, source)
    )
    context.tally.counts["opted_out"] += new.total()
    return new


def _last_accepted(entries: Iterable[Entry]) -> str:
    """The minute (as in the subject of an alert) of the latest claim that a provider has accepted; empty if none."""
    claimed = (one.claimed_at for one in entries if one.state in ACCEPTED)
    return max((minute(at) for at in claimed if at), default="")


def _alert_unknown(unknown: Sequence[Entry], underway: Iterable[Entry], context: RunContext, ports: JobPorts) -> None:
    """Alert the practice once for each new unknown entry; the operator, if a message was accepted since the last one.

    The alerts' subjects sort by time: an alert about the latest entry covers the earlier ones.
    """
    hoped = [entry for entry in unknown if not entry.settled]
    raised = subjects_of(AlertKind.UNKNOWN, context.record.alerts)
    subject = max({*raised, minute(max(entry.changed_at for entry in hoped))}) if hoped else None
    if subject and subject not in raised:
        details = patients([entry for entry in hoped if not entry.anonymised], context.switches["Zeitzone"])
        since = min(entry.changed_at for entry in hoped)
        ended = ports.store.open_entries(context.run.practice, Group.ENDED, since=since) if raised else ()
        new = not raised or max(raised) < _last_accepted([*underway, *ended])  # the cause, not only the entry
        alert = Alert(AlertKind.UNKNOWN, subject, unknown_text(len(hoped)), details, operator=new)
        context.tally.add_alert(alert, context.record.alerts)
    for other in raised - {subject}:
        ports.raised_alerts.end(context.record, AlertKind.UNKNOWN, other)


def _end_delayed(underway: Collection[Entry], context: RunContext, ports: JobPorts) -> None:
    """End the alert about delayed messages once one was accepted since, and none that came back still waits."""
    accepted = _last_accepted(underway)
    over = [since for since in subjects_of(AlertKind.DELAYED, context.record.alerts) if since < accepted]
    if not over or any(one.state in (State.RESERVED, State.SENDING) for one in underway):
        return
    if not any(one.attempt for one in ports.store.open_entries(context.run.practice, Group.PREPARED)):
        ports.raised_alerts.end_shared(AlertKind.DELAYED)
        for since in over:
            ports.raised_alerts.end(context.record, AlertKind.DELAYED, since)


def _next_check(context: RunContext, left: Sequence[Entry]) -> datetime | None:
    """The next status tick today if receipts are still awaited; otherwise the next day's slot continues.

    From then on the ticks look for receipts, and wake this job if they find one; for unknown entries all ticks do. One
    that looked while this run was at work did not wake it: so a late run is followed by another.
    """
    awaited = [e for e in left if e.state is not State.UNKNOWN and e.changed_at + RECEIPTS_TAKE > context.now]
    context.tally.counts["underway"] = sum(entry.state is State.SENT for entry in left)
    unknown = sum(entry.state is State.UNKNOWN for entry in left)
    if unknown:
        context.tally.counts["unknown"] = unknown
    tick = next_tick(Tick.STATUS, context.now)
    zone = context.switches["Zeitzone"]
    context.tally.waits &= context.now + LEASE < next_tick(Tick.STATUS, context.run.tick)
    return tick if awaited and slot_day(tick, zone) == slot_day(context.now, zone) else None
