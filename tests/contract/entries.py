"""Entries for the contracts of the store, and what a case asks of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from chalicelib.entries.credits import TopUp, balance_of
from chalicelib.entries.entry import Entry, transition
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from tests.contract.sides import NOW, Side

TOMORROW = NOW + timedelta(days=1)
SOON = NOW + timedelta(minutes=5)


def written(side: Side, *entries: Entry) -> list[Entry]:
    """Create these entries; returns their current state."""
    done = side.parts.store.commit([Transition(None, entry) for entry in entries])
    return [made.after for made in done]


def reserved(entry: Entry, credits: int = 1) -> Transition:
    return Transition(
        entry, transition(entry, State.RESERVED, SOON, credits=credits, attempt=entry.attempt + 1, reserved_at=SOON)
    )


def keys(transitions: list[Transition]) -> list[str]:
    return [made.after.key for made in transitions]


def now(side: Side, entry: Entry) -> Entry:
    return side.parts.store.entries(entry.practice, [entry.key])[entry.key]


def books(side: Side, practice: str, mandant: str = "M1") -> int:
    """The balance, after checking that it is the sum of the ledger."""
    balance = side.parts.store.balances(practice, [mandant])[mandant]
    assert balance == balance_of(side.parts.store.ledger(practice, mandant))
    return balance


def entry(practice: str, number: int = 1, state: State = State.PREPARED, **changes: Any) -> Entry:
    """A reminder of appointment T<number>, which begins tomorrow, a minute later for each number."""
    starts_at = TOMORROW + timedelta(minutes=number)
    own: dict[str, Any] = {
        "practice": practice, "identity": f"reminder:T{number}", "kind": Kind.REMINDER, "state": state,
        "patient": f"P{number}", "appointment": f"T{number}", "starts_at": starts_at, "expires_at": starts_at,
        "slot": NOW,
        "searched_first": date(2026, 11, 24), "searched_end": date(2026, 11, 25), "mandant": "M1", "channel": "SMS",
        "language": "de", "retention_days": 180, "changed_at": NOW,
    }  # fmt: skip
    return Entry(**{**own, **changes})


def topped_up(side: Side, practice: str, credits: int, mandant: str = "M1") -> None:
    assert side.parts.store.top_up(practice, TopUp(mandant, "first", credits, NOW))
