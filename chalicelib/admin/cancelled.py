"""Entries that were cancelled for a reason that a person can take back: they wait again, on hold if they were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.entries.entry import Entry, transition
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition, cancel_transition
from chalicelib.planning.run_report import activity_of
from chalicelib.practice.practice import Practice
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.text import Text

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Clients


@dataclass(frozen=True)
class WaitingAgain:
    """The entries that wait again, and how many do not because their time is `over`."""

    waiting: tuple[Entry, ...]
    over: int


def cancelled(entry: Entry, now: datetime, reason: Text) -> Transition:
    """A prepared or reserved entry, cancelled with its refund; whether it was on hold stays known."""
    made = cancel_transition(entry, now, reason)
    return replace(made, after=replace(made.after, held=entry.held))


def wait_again(
    entries: Iterable[Entry], reason: Text, why: Text, practice: Practice, by: str, now: datetime, clients: Clients
) -> WaitingAgain:
    """Let those of the entries that were cancelled for `reason` wait again (arrow j); `now` is UTC.

    The next send run evaluates the rules again; `why` and `by` are for the activity log.
    """
    found = [one for one in entries if one.state is State.CANCELLED and one.reason == reason and not one.anonymised]
    ahead = [one for one in found if one.expires_at > now]
    if ahead:
        clients.jobs.reopen_slot(practice.id, Job.SEND, next_tick(Tick.SEND, now))
    done = clients.store.commit([Transition(one, transition(one, State.PREPARED, now, reason=None)) for one in ahead])
    activities = [activity_of(made, now, why, by) for made in done]
    clients.history.write_activity(practice.id, activities, [], now, practice.reader)
    return WaitingAgain(tuple(made.after for made in done), len(found) - len(ahead))
