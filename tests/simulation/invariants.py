"""What holds whatever crashes, repeats or arrives late; each check returns the sentences of what is violated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from chalicelib.call_list import entries_to_phone
from chalicelib.credits import Charge, LedgerItem, Refund
from chalicelib.entry import END_STATES, Entry, State, entry_key
from chalicelib.job import Job
from tests.fakes.wiring import FakeWiring
from tests.flow.fake_build import Desk

_FREE = {State.REFUSED, State.PREPARED, State.CANCELLED, State.EXPIRED, State.NOT_SENDABLE}


def violations(desk: Desk, requests: Counter[str], expected: set[str], now: datetime) -> list[str]:
    """All that is wrong with a practice. `requests` counts what providers were asked for, by recipient."""
    return [
        *_asked_twice(requests),
        *_books(desk.parts, desk.name),
        *_lost(desk, expected, now),
        *_paid(desk),
    ]


def _asked_twice(requests: Counter[str]) -> Iterator[str]:
    for recipient, count in requests.items():
        if count > 1:
            yield f"{recipient} was asked for {count} times"


def _books(parts: FakeWiring, practice: str) -> Iterator[str]:
    """Balance = sum of the ledger ≥ 0; a refund gives back a line that was charged, once."""
    for (owner, mandant), ledger in parts.data.ledgers.items():
        if owner != practice:
            continue
        items = list(ledger.values())
        balance = parts.data.balances[owner, mandant]
        if balance != sum(item.credits for item in items) or balance < 0:
            yield f"the balance {balance} of {mandant} is not its ledger's sum, or below zero"
        lines = Counter(_lines(items))
        attempts = Counter((entry, attempt) for _, entry, attempt in lines.elements())
        yield from (f"{paid} was charged {count} times" for paid, count in attempts.items() if count > 1)
        refunded = Counter((r.charge, r.entry, r.attempt) for r in items if isinstance(r, Refund))
        for line, count in refunded.items():
            if count > lines[line]:
                yield f"{line} was refunded {count} times and charged {lines[line]} times"


def _lines(items: list[LedgerItem]) -> Iterator[tuple[str, str, int]]:
    for item in items:
        if isinstance(item, Charge):
            yield from ((item.key, entry, item.attempts[entry]) for entry in item.lines)


def _net(desk: Desk) -> Counter[str]:
    """What each entry has cost in the end, by key."""
    net: Counter[str] = Counter()
    for (owner, _), ledger in desk.parts.data.ledgers.items():
        for item in ledger.values() if owner == desk.name else ():
            if isinstance(item, Charge):
                net.update(item.lines)
            elif isinstance(item, Refund):
                net[item.entry] -= item.credits
    return net


def _paid(desk: Desk) -> Iterator[str]:
    net = _net(desk)
    for entry in _entries(desk).values():
        if net[entry.key] != entry.credits:
            yield f"{entry.identity} is noted with {entry.credits} credits, and cost {net[entry.key]}"
        if entry.state is State.DELIVERED and entry.credits < 1:
            yield f"{entry.identity} was delivered for nothing"
        if entry.state in _FREE and net[entry.key]:
            yield f"{entry.identity} is {entry.state} and was charged"


def _entries(desk: Desk) -> Mapping[str, Entry]:
    """By key: stripped ones have no identity."""
    return desk.parts.data.entries.get(desk.name, {})


def _lost(desk: Desk, expected: set[str], now: datetime) -> Iterator[str]:
    """Everybody whom the rules admit has an entry, which has ended, is awaited, or is on the call list."""
    entries = _entries(desk)
    for identity in expected:
        if entry_key(desk.name, identity) not in entries:
            yield f"{identity} has no entry"
    record = desk.parts.practices.record(desk.name)
    send = record.jobs.get(Job.SEND) if record else None
    called = {entry.identity for entry in entries_to_phone(entries.values(), send, now)}
    for entry in entries.values():
        if not _settled(entry) and entry.identity not in called:
            yield f"{entry.identity} is {entry.state}: {entry.reason}"


def _settled(entry: Entry) -> bool:
    return entry.state in END_STATES or entry.state is State.UNKNOWN
