"""The next steps of an entry: what happens to it, and what a person may do. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualDecision, may_be_released
from chalicelib.entries.states import ARROWS, State
from chalicelib.messages.recipient import Channel
from chalicelib.text import Suggestion, Text


@dataclass(frozen=True)
class NextSteps:
    """`may_become` are the states that its transitions allow."""

    next: Text
    may_become: tuple[State, ...]
    commands: tuple[Suggestion, ...]


def next_steps(entry: Entry, now: datetime) -> NextSteps:
    """`now` is aware."""
    over = entry.expires_at <= now
    targets = {target for pairs in ARROWS.values() for source, target in pairs if source is entry.state}
    if entry.cancelled_manually:
        targets = {State.PREPARED}
    elif entry.state is State.DELIVERED and entry.channel == Channel.SMS:
        targets = set()  # only an e-mail bounces afterwards
    final = entry.anonymised or (over and entry.state in (State.CANCELLED, State.EXPIRED))
    may_become = tuple(state for state in State if state in targets and not final)
    return NextSteps(Text(f"next.{_next(entry, over)}"), may_become, tuple(_commands(entry, over)))


def _next(entry: Entry, over: bool) -> str:
    if entry.anonymised:
        return "anonymised"
    if over and (entry.cancelled_manually or entry.state in (State.CANCELLED, State.NOT_SENDABLE, State.COVERED)):
        return "over"
    if entry.cancelled_manually:
        return "cancelled_manually"
    return "held" if entry.held else entry.state


def _commands(entry: Entry, over: bool) -> Iterator[Suggestion]:
    name = entry.identity or entry.key
    if may_be_released(entry) and not over:
        yield Suggestion("release_entry", entry=name)
    if entry.state in (State.PREPARED, State.RESERVED):
        yield Suggestion("cancel_entry", entry=name)
    if entry.state is State.UNKNOWN:
        yield Suggestion("resolve_entry", entry=name, decision=ManualDecision.DELIVERED)
        if not over and not entry.anonymised:
            yield Suggestion("resolve_entry", entry=name, decision=ManualDecision.RESEND)
