"""Send: evaluate the rules again, charge, freeze the text, queue in the outbox.

Step 2 of a practice's day. It takes the entries whose prepare slot is before its own slot, a thousand at a time with
one SQL statement, decides each as data, then writes: first those that end (cancelled, expired, not_sendable), then
those that are paid, in charge batches. Waiting entries keep the slot open for the later send ticks of the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.aws.batches import batches
from chalicelib.aws.entry_store import EntryStore, ShortOfCreditsError
from chalicelib.aws.job_store import JobStore
from chalicelib.aws.practice_store import RaisedAlerts
from chalicelib.aws.queues import Queues
from chalicelib.aws.table import WRITE
from chalicelib.entries.credits import ENTRIES_PER_CHARGE, Tariff, fitting, pay_order
from chalicelib.entries.day_counts import batches_with_days
from chalicelib.entries.entry import Entry, at_start_of, with_reason
from chalicelib.entries.groups import Group
from chalicelib.entries.phone_call import reached_call
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.jobs import balance_alerts
from chalicelib.jobs.current_rows import rows_now
from chalicelib.jobs.missed_slots import hold_missed
from chalicelib.jobs.ports import JobPorts
from chalicelib.jobs.run_context import NotRunError, index_lags, just_written, next_try, open_database, with_opt_outs
from chalicelib.jobs.told_starts import recheck_all
from chalicelib.messages.recipient import Channel
from chalicelib.messages.sender_countries import country_without_name
from chalicelib.planning.context import RunContext
from chalicelib.planning.grouping import Pair, group_by_payer, take_whole_groups, taken_at
from chalicelib.planning.recheck import AlreadyPhoned, End, Reserve, SendDecision, Wait, unless_stopped
from chalicelib.planning.run_report import RunOutcome
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.practice_db.database import PracticeDatabase
from chalicelib.rules.rule_input import Stage
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text

ENTRIES_PER_STATEMENT = 1000  # entries per SQL statement, and in memory at once
NO_CREDITS = Text("send.no_credits")
WINDOW_CLOSED = Text("send.window_closed")


@dataclass
class _SendRun:
    """The state of one send run between its batches."""

    context: RunContext
    store: EntryStore
    jobs: JobStore
    queues: Queues
    tariff: Tariff
    raised: RaisedAlerts
    window_open: bool  # closed: entries are rechecked, none is reserved
    balances: dict[str, int] = field(default_factory=dict)
    short: dict[str, int] = field(default_factory=dict)  # Mandant → entries that wait for credits
    signers: dict[str, str] = field(default_factory=dict)  # entry key → Mandant
    waiting: int = 0


def send(context: RunContext, ports: JobPorts) -> datetime | None:
    """Reserve and queue the entries that the rules still admit; return the tick (UTC) at which to continue, if any.

    Raises NotRunError, ParameterError and PracticeDatabaseError; entries reserved before that are queued.
    """
    practice = context.run.practice
    if hold_missed(context, ports.store):
        raise NotRunError(RunOutcome.MISSED)
    written = just_written(context, ports)
    if written is None:
        raise NotRunError(RunOutcome.SKIPPED, Text("run.still_preparing"), again=True)
    url, tariff = ports.parameters.database_url(practice), ports.parameters.tariff()
    turn = _SendRun(
        with_opt_outs(context, ports), ports.store, ports.jobs, ports.queues, tariff, ports.raised_alerts,
        _is_window_open(context),
    )  # fmt: skip
    prepared = list(ports.store.open_entries(practice, Group.PREPARED))
    entries = sorted(taken_at(context.run.slot, prepared), key=pay_order)
    if entries:
        with open_database(context, ports, url) as database:
            for batch in batches(entries, ENTRIES_PER_STATEMENT):
                _send_batch(batch, turn, database)
    balance_alerts.alert_short_balances(turn.short, turn.balances, context, ports.raised_alerts)
    for alert in balance_alerts.low_balances(turn.balances, turn.context.practice):
        context.tally.add_alert(alert, turn.context.record.alerts)
    if context.tally.counts["queued"]:
        ports.jobs.reopen_slot(practice, Job.STATUS, next_tick(Tick.STATUS, context.now))
    return next_try(context) if turn.waiting or index_lags(prepared, written, context) else None


def _is_window_open(context: RunContext) -> bool:
    window = context.switches["Versandfenster"]
    is_open: bool = window.is_open(context.now, context.switches["Zeitzone"])
    if not is_open:
        context.tally.add_note(Text("run.window_closed", window=str(window)))
    return is_open


def _send_batch(entries: Sequence[Entry], turn: _SendRun, database: PracticeDatabase) -> None:
    practice = turn.context.rules(Stage.SEND)
    rows = rows_now(entries, practice, database)
    decided = recheck_all(entries, rows, practice, turn.tariff, turn.store)
    stopped = decided = [(entry, unless_stopped(decision, turn.context.stops)) for entry, decision in decided]
    by_mandant: dict[str, list[Pair]] = {}
    if turn.window_open:
        by_mandant, stopped = group_by_payer(decided, practice, rows, turn.tariff)  # by the current start
    transitions = [made for entry, decision in stopped for made in _stopped(entry, decision, turn)]
    _search_again(transitions, turn)
    _write(transitions, turn)

    turn.signers = {key: row.signer.mandant or "" for key, row in rows.items()}
    if missing := by_mandant.keys() - turn.balances.keys():
        _read_balances(missing, turn)
    for mandant, pairs in by_mandant.items():
        _pay(mandant, pairs, turn)


def _read_balances(mandanten: Iterable[str], turn: _SendRun) -> None:
    found = turn.store.balances(turn.context.run.practice, mandanten)
    turn.balances |= found
    turn.context = replace(
        turn.context, practice=balance_alerts.end_low_balances(found, turn.context.practice, turn.raised)
    )


def _stopped(entry: Entry, decision: SendDecision, turn: _SendRun) -> Iterator[Transition]:
    match decision:
        case End(after):
            yield Transition(entry, after)
        case Reserve(after):
            yield from _wait(entry, WINDOW_CLOSED, turn, after)
        case Wait(reason, current):
            turn.context.tally.add_error(reason)
            yield from _wait(entry, reason, turn, current)
        case AlreadyPhoned():
            turn.context.tally.counts["phoned"] += 1


def _search_again(transitions: Sequence[Transition], turn: _SendRun) -> None:
    """Before entries are cancelled because reminders are switched off: they count as not searched."""
    off = Text("rule.switched_on.off", switch=SWITCH_OF_JOB[Job.PREPARE_REMINDERS])
    if entries := [made.after for made in transitions if made.after.reason == off]:
        zone = turn.context.switches["Zeitzone"]
        days = frozenset(slot_day(entry.expires_at, zone) for entry in entries)
        turn.jobs.search_again(turn.context.run.practice, min(entry.slot for entry in entries), days)


def _pay(mandant: str, pairs: Sequence[tuple[Entry, Entry]], turn: _SendRun) -> None:
    """Reserve a Mandant's entries in pay order, up to the first that the balance cannot pay."""
    left = list(pairs)
    while left and mandant not in turn.short:
        affordable = fitting([after.credits for _, after in left], turn.balances[mandant])
        batch = take_whole_groups(left, min(affordable, _fit(left)))
        if not batch:
            if _top_up(mandant, turn):
                continue
            break
        if _reserve(mandant, batch, turn):
            left = left[len(batch) :]
        else:  # another run has used these credits
            _read_balances([mandant], turn)
    _top_up(mandant, turn)
    # Patients who were reached by phone wait for no credits.
    left = [one for one in left if not reached_call(one[0].phone_calls, one[1].announced_start)]
    if left:
        turn.short[mandant] = turn.short.get(mandant, 0) + len(left)
        _write([made for entry, after in left for made in _wait(entry, NO_CREDITS, turn, after)], turn)


def _fit(pairs: Sequence[Pair]) -> int:
    """Count the first pairs that fit a transaction with the counts of their days, a charge, a balance and an alert."""
    first = next(batches_with_days(pairs, lambda pair: [one.day for one in pair], WRITE - 3))
    return min(len(first), ENTRIES_PER_CHARGE)


def _top_up(mandant: str, turn: _SendRun) -> bool:
    """Top up if the operator has decided so for such a balance; whether there is more now."""
    context, before = turn.context, turn.balances[mandant]
    rule = context.record.automatic.get(mandant)
    if rule is None or before >= rule.below:
        return False
    if alert := balance_alerts.topped_up(mandant, before, context.practice, context.now, turn.store):
        context.tally.add_alert(alert, frozenset())
    _read_balances([mandant], turn)
    return turn.balances[mandant] > before


def _stays(mandant: str, batch: Sequence[tuple[Entry, Entry]], turn: _SendRun) -> int:
    """By how much the balance stays at or above the minimum after a batch; negative if it is low then."""
    least = turn.context.practice.least_balance or 0
    return turn.balances[mandant] - sum(after.credits for _, after in batch) - least


def _reserve(mandant: str, batch: Sequence[tuple[Entry, Entry]], turn: _SendRun) -> bool:
    context, tally = turn.context, turn.context.tally
    falls, least = _stays(mandant, batch, turn) < 0, context.practice.least_balance or 0
    due = balance_alerts.low_balance(mandant, 0, least).cause if falls else None
    transitions = [Transition(entry, after) for entry, after in batch]
    try:
        done = turn.store.reserve(mandant, transitions, context.now, 0 if falls else least, due)
    except ShortOfCreditsError:
        return False
    turn.balances[mandant] -= sum(made.after.credits for made in done)
    leaving = [made for made in done if made.after.state is State.RESERVED]
    turn.queues.put_outbox(context.run.practice, [made.after.key for made in leaving])
    for made in done:
        tally.counts["queued" if made.after.state is State.RESERVED else State.COVERED] += 1
        tally.add_transition(made.before, made.after, context.now)
    for made in leaving:
        tally.counts["again"] += made.after.attempt > 1
        tally.counts["credits"] += made.after.credits
        if made.after.channel == Channel.SMS and made.after.sender is None:
            country = country_without_name(made.after.recipient or "")
            nameless = Text("run.no_sender", mandant=turn.signers[made.after.key])
            tally.add_note(Text("run.no_sender_there", country=country) if country else nameless)
    return True


def _wait(entry: Entry, reason: Text, turn: _SendRun, now: Entry) -> Iterator[Transition]:
    """The entry stays prepared; a new reason, start or deadline is written."""
    turn.waiting += 1
    turn.context.tally.counts["waiting"] += 1
    if (entry.reason, entry.starts_at, entry.expires_at) != (reason, now.starts_at, now.expires_at):
        yield Transition(entry, with_reason(at_start_of(entry, now), reason))


def _write(transitions: Sequence[Transition], turn: _SendRun) -> None:
    for made in turn.store.commit(transitions):
        if made.before and made.before.state is not made.after.state:
            turn.context.tally.counts[made.after.state] += 1
        turn.context.tally.add_transition(made.before, made.after, turn.context.now)
