"""Remove a practice: prepare and send nothing, refund reserved entries, still collect receipts.

Until it is deleted, a person can take that back: what the removal cancelled waits again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.practice_store import PracticeStore
from chalicelib.aws.stop_marks import REMOVED
from chalicelib.entries.entry import Entry, transition
from chalicelib.entries.groups import ACTIVE_GROUPS, Group
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition, cancel_transition
from chalicelib.planning.run_report import activity_of
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import PracticeRecord
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.schedule.job_state import new_jobs
from chalicelib.text import Text

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Clients

COLLECTED_FOR = timedelta(days=8)  # a day longer than entries wait for their receipts
_TRIES = 5  # a running send run may change an entry meanwhile


def remove_practice(practice: str, now: datetime, practices: PracticeStore, store: EntryStore) -> Counter[State]:
    """Cancel the prepared and reserved entries, with a refund; return their number by state.

    An entry that is being sent is finished. Deliver does not send an entry that a run still reserves meanwhile.
    """
    practices.remove(practice, [job for job in Job if job is not Job.STATUS], now)
    counts: Counter[State] = Counter()
    for _ in range(_TRIES):
        transitions = [_cancelled(entry, now) for entry in _waiting(practice, store)]
        if not transitions:
            break
        counts += Counter(made.before.state for made in store.commit(transitions) if made.before)
    return counts


def _waiting(practice: str, store: EntryStore) -> list[Entry]:
    entries = store.entries_in(practice, ACTIVE_GROUPS)
    return [entry for entry in entries if entry.state in (State.PREPARED, State.RESERVED)]


def _cancelled(entry: Entry, now: datetime) -> Transition:
    """An entry on hold stays so, should the removal be taken back."""
    made = cancel_transition(entry, now, REMOVED)
    return replace(made, after=replace(made.after, held=entry.held))


@dataclass(frozen=True)
class Reinstated:
    """`waiting` entries that the removal had cancelled, and those of them whose time is `over`."""

    waiting: tuple[Entry, ...]
    over: int


def reinstate_practice(practice: Practice, by: str, now: datetime, clients: Clients) -> Reinstated | None:
    """Take a removal back (`now` in UTC); None if the practice was deleted, or reinstated, since it was read.

    Its jobs make up for the slots that they missed, by their usual rules. What the removal cancelled waits again; the
    next send run evaluates the rules, charges, and sends what has not left. A second call completes an interrupted one.
    """
    if (since := practice.record.removed) is not None:
        jobs = new_jobs(practice.id, practice.validated.jobs.schedules, practice.zone.key, since)
        if not clients.practices.reinstate(practice.record, jobs):
            return None
    removed = [one for one in clients.store.open_entries(practice.id, Group.ENDED) if _cancelled_by_removal(one)]
    ahead = [one for one in removed if one.expires_at > now]
    if ahead:
        clients.jobs.reopen_slot(practice.id, Job.SEND, next_tick(Tick.SEND, now))
    back = [Transition(one, transition(one, State.PREPARED, now, reason=None)) for one in ahead]
    done = clients.store.commit(back)
    activities = [activity_of(made, now, Text("entry.reinstated"), by) for made in done]
    clients.history.write_activity(practice.id, activities, [], now, practice.language)
    return Reinstated(tuple(made.after for made in done), len(removed) - len(ahead))


def _cancelled_by_removal(entry: Entry) -> bool:
    return entry.state is State.CANCELLED and entry.reason == REMOVED


def forget_removed(record: PracticeRecord, now: datetime, practices: PracticeStore) -> None:
    """Delete the record of a practice that was removed long enough ago (`PracticeStore.forget`)."""
    if record.removed is not None and now >= record.removed + COLLECTED_FOR:
        practices.forget(record)
