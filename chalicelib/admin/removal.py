"""Remove a practice: prepare and send nothing, refund reserved entries, still collect receipts.

Until it is deleted, a person can take that back: what the removal cancelled waits again.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.admin.cancelled import WaitingAgain, cancelled, wait_again
from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.practice_store import PracticeStore
from chalicelib.aws.stop_marks import REMOVED
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import ACTIVE_GROUPS, Group
from chalicelib.entries.states import State
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import PracticeRecord
from chalicelib.schedule.job import Job
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
        transitions = [cancelled(entry, now, REMOVED) for entry in _waiting(practice, store)]
        if not transitions:
            break
        counts += Counter(made.before.state for made in store.commit(transitions) if made.before)
    return counts


def _waiting(practice: str, store: EntryStore) -> list[Entry]:
    entries = store.entries_in(practice, ACTIVE_GROUPS)
    return [entry for entry in entries if entry.state in (State.PREPARED, State.RESERVED)]


def reinstate_practice(practice: Practice, by: str, now: datetime, clients: Clients) -> WaitingAgain | None:
    """Take a removal back (`now` in UTC); None if the practice was deleted, or reinstated, since it was read.

    Its jobs make up for the slots that they missed, by their usual rules. What the removal cancelled waits again; the
    next send run evaluates the rules, charges, and sends what has not left. A second call completes an interrupted one.
    """
    if (since := practice.record.removed) is not None:
        jobs = new_jobs(practice.id, practice.validated.jobs.schedules, practice.zone.key, since)
        if not clients.practices.reinstate(practice.record, jobs):
            return None
    ended = clients.store.open_entries(practice.id, Group.ENDED)
    return wait_again(ended, REMOVED, Text("entry.reinstated"), practice, by, now, clients)


def forget_removed(record: PracticeRecord, now: datetime, practices: PracticeStore) -> None:
    """Delete the record of a practice that was removed long enough ago (`PracticeStore.forget`)."""
    if record.removed is not None and now >= record.removed + COLLECTED_FOR:
        practices.forget(record)
