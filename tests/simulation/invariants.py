"""Invariants under crashes, repetitions and delays; each check returns the violations as sentences."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.entries.covering import stands_for
from chalicelib.entries.credits import Charge, LedgerItem, Refund, Transfer
from chalicelib.entries.day_counts import KEPT, place_of
from chalicelib.entries.entry import Entry, entry_key
from chalicelib.entries.phone_call import reached_call
from chalicelib.entries.states import END_STATES, State
from chalicelib.practice.day_counts import Cell
from chalicelib.practice.practice import Practice
from tests.builders.calls import entries_to_phone
from tests.flow.fake_build import Desk

_STANDS = {State.SENT, State.DELIVERED, State.UNCONFIRMED, State.UNKNOWN}
SWEPT_WITHIN = timedelta(hours=3)  # ticks get lost
_FREE = {State.REFUSED, State.PREPARED, State.CANCELLED, State.EXPIRED, State.NOT_SENDABLE, State.COVERED}


@dataclass(frozen=True)
class Seen:
    """The visible data of a practice; ledgers and balances by Mandant."""

    practice: Practice
    entries: Sequence[Entry]
    ledgers: Mapping[str, Sequence[LedgerItem]]
    balances: Mapping[str, int]
    heard: frozenset[str] = frozenset()  # message ids and entry keys of which a receipt is logged or parked


def seen(desk: Desk) -> Seen:
    """A practice on the fakes."""
    data = desk.parts.data
    return Seen(
        desk.practice,
        list(data.entries.get(desk.name, {}).values()),
        {mandant: list(items.values()) for (owner, mandant), items in data.ledgers.items() if owner == desk.name},
        {mandant: balance for (owner, mandant), balance in data.balances.items() if owner == desk.name},
        frozenset(data.receipts)
        | {f"{e.entry}#{e.attempt}" for e in data.mailboxes.get(desk.name, {}).values()}
        | {
            json.loads(line)["notification"]["messageId"]
            for log in desk.parts.delivery_logs
            for _, line, _ in log.lines
        },
    )


def violations(found: Seen, requests: Counter[str], expected: set[str], now: datetime) -> list[str]:
    """All violations of a practice. `requests` counts the requests to providers by recipient."""
    wrong = [*_asked_twice(requests), *_books(found), *_lost(found, expected, now), *_paid(found), *_unheard(found)]
    return [*wrong, *_days(found, now)]


def _asked_twice(requests: Counter[str]) -> Iterator[str]:
    for recipient, count in requests.items():
        if count > 1:
            yield f"{recipient} was asked for {count} times"


def _books(found: Seen) -> Iterator[str]:
    """Balance = sum of the ledger ≥ 0; a refund gives back a line that was charged, once; a transfer has two sides."""
    for mandant, items in found.ledgers.items():
        balance = found.balances[mandant]
        if balance != sum(item.credits for item in items) or balance < 0:
            yield f"the balance {balance} of {mandant} is not its ledger's sum, or below zero"
        lines = Counter(_lines(items))
        attempts = Counter((entry, attempt) for _, entry, attempt in lines.elements())
        yield from (f"{paid} was charged {count} times" for paid, count in attempts.items() if count > 1)
        refunded = Counter((r.charge, r.entry, r.attempt) for r in items if isinstance(r, Refund))
        for line, count in refunded.items():
            if count > lines[line]:
                yield f"{line} was refunded {count} times and charged {lines[line]} times"
        for side in (item for item in items if isinstance(item, Transfer)):
            if side.other_side() not in found.ledgers.get(side.other, ()):
                yield f"{side.key} of {mandant} is not in the ledger of {side.other}"


def _lines(items: Sequence[LedgerItem]) -> Iterator[tuple[str, str, int]]:
    for item in items:
        if isinstance(item, Charge):
            yield from ((item.key, entry, item.attempts[entry]) for entry in item.lines)


def _net(found: Seen) -> tuple[Counter[str], Counter[str]]:
    """Returns the final cost of each entry, and its charges that were not refunded; by key."""
    net, charges = Counter[str](), Counter[str]()
    for item in (item for items in found.ledgers.values() for item in items):
        if isinstance(item, Charge):
            net.update(item.lines)
            charges.update(item.lines.keys())
        elif isinstance(item, Refund):
            net[item.entry] -= item.credits
            charges[item.entry] -= 1
    return net, charges


def _paid(found: Seen) -> Iterator[str]:
    net, charges = _net(found)
    for entry in found.entries:
        if net[entry.key] != entry.credits:
            yield f"{entry.identity} is noted with {entry.credits} credits, and cost {net[entry.key]}"
        if entry.state is State.DELIVERED and (entry.credits < 1 or charges[entry.key] != 1):
            yield f"{entry.identity} was delivered and charged {charges[entry.key]} times, {entry.credits} credits"
        if entry.state in _FREE and net[entry.key]:
            yield f"{entry.identity} is {entry.state} and was charged"


def _lost(found: Seen, expected: set[str], now: datetime) -> Iterator[str]:
    """Every admitted patient has an entry that has ended, is awaited, or is on the call list."""
    keys = {entry.key for entry in found.entries}  # anonymised ones have no identity
    missing = (identity for identity in expected if entry_key(found.practice.id, identity) not in keys)
    yield from (f"{identity} has no entry" for identity in missing)
    called = {entry.identity for entry in entries_to_phone(found.entries, found.practice, now)}
    by_key = {entry.key: entry for entry in found.entries}
    for entry in found.entries:
        if not _settled(entry, by_key) and entry.identity not in called:
            yield f"{entry.identity} is {entry.state}: {entry.reason}"


def _unheard(found: Seen) -> Iterator[str]:
    """A receipt that came is applied."""
    for entry in found.entries:
        waits = entry.state in (State.SENT, State.UNKNOWN, State.UNCONFIRMED)
        if waits and found.heard & {entry.message_id, f"{entry.key}#{entry.attempt}"}:
            yield f"{entry.identity} is {entry.state}, and its receipt is there"


def _settled(entry: Entry, by_key: Mapping[str, Entry]) -> bool:
    if entry.state is State.COVERED:  # by a message that was sent and did not fail before the appointment
        first = by_key.get(entry.covered_by or "")
        known = first is not None and stands_for(first, entry)
        stands = first is not None and known and first.state in _STANDS
        key = entry_key(entry.practice, f"rescheduled:{entry.appointment}:1")
        moved = entry.announcements and (entry.anonymised or key in by_key)  # which no longer names its appointment
        if moved:  # told by a message of its own
            return True
        waits = first is not None and first.state is State.PREPARED and first.starts_at == entry.starts_at
        if waits and first and reached_call(first.phone_calls, entry.announced_start):  # about both
            return True
        in_time = first is not None and known and entry.expires_at - first.changed_at > SWEPT_WITHIN
        return stands or (entry.settled and not in_time)
    phoned = entry.state is State.PREPARED and reached_call(entry.phone_calls, None) is not None  # until its start
    return entry.state in END_STATES or entry.state is State.UNKNOWN or phoned


def counted(entries: Sequence[Entry]) -> dict[date, dict[Cell, int]]:
    """The counts of each day, counted from all entries."""
    found: dict[date, Counter[Cell]] = {}
    for place in filter(None, map(place_of, entries)):
        found.setdefault(place[0], Counter())[place[1]] += 1
    return {day: dict(counts) for day, counts in found.items()}


def _days(found: Seen, now: datetime) -> Iterator[str]:
    """The counts of a day are those of its entries, at any moment."""
    noted, own = found.practice.record.days, counted(found.entries)
    for day in sorted({*noted, *own}):
        counts = dict(noted[day].counts) if day in noted else {}
        if now.date() <= day + KEPT and counts != own.get(day, {}):
            yield f"{day} is counted as {counts}, and its entries as {own.get(day, {})}"
