"""The next steps of an entry: what happens to it, and what a person may do. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualDecision, may_be_sent_again
from chalicelib.entries.receipt import is_account_fault
from chalicelib.entries.several import Act, acts_of
from chalicelib.entries.states import ARROWS, State
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Channel
from chalicelib.text import Suggestion, Text


def next_step(entry: Entry, now: datetime) -> Text:
    """The next step of an entry; `now` is aware."""
    over = entry.expires_at <= now or entry.kind is Kind.AGAIN  # which no prepare run revives
    if entry.anonymised:
        return Text("next.anonymised")
    if over and (entry.cancelled_manually or entry.state in (State.CANCELLED, State.NOT_SENDABLE, State.COVERED)):
        return Text("next.over")
    if entry.cancelled_manually:
        return Text("next.cancelled_manually")
    return Text("next.held") if entry.held else Text(f"next.{entry.state}")


def may_become(entry: Entry, now: datetime) -> tuple[State, ...]:
    """The states that its transitions allow."""
    targets = {target for pairs in ARROWS.values() for source, target in pairs if source is entry.state}
    if entry.cancelled_manually:
        targets = {State.PREPARED}
    elif entry.state is State.DELIVERED and entry.channel == Channel.SMS:
        targets = set()  # only an e-mail bounces afterwards
    elif entry.state is State.FAILED and not is_account_fault(entry.reason):
        targets = set()
    over = entry.expires_at <= now and entry.state in (State.CANCELLED, State.EXPIRED, State.FAILED)
    return tuple(state for state in State if state in targets and not (entry.anonymised or over))


def commands(entry: Entry, now: datetime) -> Iterator[Suggestion]:
    """The actions open to a person."""
    name, acts = entry.identity or entry.key, set(acts_of(entry, now))
    if Act.RELEASE in acts:
        yield Suggestion("release_entry", entry=name)
    if Act.CANCEL in acts:
        yield Suggestion("cancel_entry", entry=name)
    if may_be_sent_again(entry, now) is None:
        yield Suggestion("send_again", entry=name)
    if Act.DELIVERED in acts:
        yield Suggestion("resolve_entry", entry=name, decision=ManualDecision.DELIVERED)
        if entry.expires_at > now and not entry.anonymised:
            yield Suggestion("resolve_entry", entry=name, decision=ManualDecision.RESEND)
